/** The services of the node's projects: deployed from programs, kept over a restart, replaced while they serve. */
import type { Logger } from 'pino';
import { Problem } from '../errors/problem.ts';
import { hasChanged, type Models } from '../models/models.ts';
import { type MigrationPlan, refusalOf } from '../models/plan.ts';
import type { Grants } from '../grants/grants.ts';
import type { EventHub } from '../operations/events.ts';
import type { Project } from '../projects/project.ts';
import { typeName } from '../vasm/type.ts';
import type { AnswerAsked } from '../vvm/host/ask.ts';
import { programName } from '../vvm/program-name.ts';
import {
  type CompiledService,
  type CompiledUnit,
  compileUnit,
  hasOtherEffects,
  ownGrants,
  rightsOf,
} from './compiled.ts';
import { conflictOf } from './conflicts.ts';
import type { AnswerTuple, CallTuple } from './messages.ts';
import { schemaOf } from './json-schema.ts';
import { createHere, type Here } from './here.ts';
import { answerOf, createPool, type Served } from './pool.ts';
import { createRequestLog, type RequestLog } from './requests.ts';
import { decisionOn } from '../vasm/capability.ts';
import { createRouter, type Router } from './router.ts';
import { shortRoutes } from './short.ts';
import { LOCAL_PROJECT, type ServiceInfo, type ServiceRoute } from './schema.ts';

export interface Deployment {
  source: string;
  file?: string;
  /** Only this service of the program; all of them when absent. */
  name?: string;
  /** `table.field` of values that may be lost. */
  lose: readonly string[];
  /** Capabilities beside those on its own models. */
  grants: readonly string[];
}

/** A version that serves. Requests hold on to it until they are answered. */
export interface Live {
  info: ServiceInfo;
  unit: CompiledUnit;
  service: CompiledService;
  router: Router;
  served: Served;
  /** Answers its short routes; there once a thread has compiled it. */
  here?: Here | undefined;
  /** Requests that began on it and are not answered. */
  running: number;
  retired: boolean;
}

export interface DeploymentPlan {
  services: ServiceInfo[];
  migration: MigrationPlan;
  capabilities: string[];
  /** Those that still have to be granted. */
  needs: string[];
}

export interface Services {
  readonly requests: RequestLog;
  list(project: Project): ServiceInfo[];
  /** @throws Problem `service-not-found` */
  get(project: Project, name: string): ServiceInfo;
  /** What deploying would do. Changes nothing. */
  plan(project: Project, deployment: Deployment): DeploymentPlan;
  /** @throws Problem of the program, of the models, `service-needs-grants`; then what served before goes on serving. */
  deploy(project: Project, deployment: Deployment, actor: string): Promise<DeploymentPlan>;
  undeploy(project: Project, name: string, actor: string): Promise<void>;
  /** The version that serves now; undefined when there is no such service. Waits while tables are made anew. */
  find(project: Project, name: string): Live | undefined | Promise<Live | undefined>;
  /** All of a project that serve. */
  live(project: Project): Live[];
  /** Gives a request to a thread; `done` is called once, with the version's answer. */
  call(
    live: Live,
    request: { route: number; path: string[]; query: string; body: string; actor: string; inside: boolean },
    done: (answer: Answered) => void,
  ): void;
  close(): Promise<void>;
}

export interface Answered {
  status: number;
  /** JSON, or '' */
  body: string;
  fuel: number;
  problem: string | undefined;
  log: string[] | undefined;
}

const FUEL = 2_000_000_000;

interface Row {
  name: string;
  version: number;
  program: string;
  file: string | null;
  source: string;
  module_id: string;
  grants: string;
  deployed_at: string;
  deployed_by: string;
  live: number;
}

interface Of {
  project: Project;
  live: Map<string, Live>;
  /** While tables are made anew nothing of the project begins. */
  gate: Promise<void> | undefined;
  /** Deployments one after the other. */
  turn: Promise<unknown>;
  /** Requests of all versions that are not answered. */
  running: number;
  drained: (() => void)[];
}

export function createServices({
  models,
  grants: decisions,
  events,
  log,
  answerAsked,
  isLocal,
  requestMs = 10_000,
}: {
  models: Models;
  /** What a person decided about modules, for good. */
  grants: Pick<Grants, 'decided'>;
  events: EventHub;
  log: Logger;
  /** Whether a project is that of whoever sits at this machine: its address is shorter, and the same on every node. */
  isLocal: (project: Project) => boolean;
  /** Answers what threads ask the node, for a project. */
  answerAsked: (project: Project, actor: string, origin: string) => AnswerAsked;
  requestMs?: number;
}): Services {
  const all = new Map<string, Of>();
  const requests = createRequestLog(events, (project, service) => all.get(project)?.live.get(service)?.running ?? 0);
  const referenceOf = (project: Project): string => (isLocal(project) ? LOCAL_PROJECT : project.id);
  let lastId = 0;
  const pool = createPool({
    anchored: (id) => models.anchored(all.get(id)!.project),
    changed: (id) => models.changed(all.get(id)!.project),
    onDefect: (err) => log.error({ err }, 'a thread of services ended'),
  });

  function of(project: Project): Of {
    let found = all.get(project.id);
    if (found !== undefined) return found;
    found = { project, live: new Map(), gate: undefined, turn: Promise.resolve(), running: 0, drained: [] };
    all.set(project.id, found);
    const rows = project.db.prepare('SELECT * FROM voike_services WHERE live = 1 ORDER BY name').all() as Row[];
    for (const row of rows)
      try {
        const unit = compileUnit(row.source, row.program, row.file ?? undefined);
        const service = unit.services.find(({ name }) => name === row.name)!;
        const info = infoOf(referenceOf(project), unit, service, row);
        found.live.set(row.name, liveOf(project, unit, service, info, row.source, JSON.parse(row.grants) as string[]));
      } catch (err) {
        // A program of an older version that this one does not compile: the others serve.
        log.error({ err, service: row.name, project: project.id }, 'a service cannot be started');
      }
    return found;
  }

  function liveOf(
    project: Project,
    unit: CompiledUnit,
    service: CompiledService,
    info: ServiceInfo,
    source: string,
    grants: readonly string[],
  ): Live {
    const short = shortRoutes(unit.module, service.routes);
    const served: Served = {
      project: project.id,
      ms: Math.min(requestMs, unit.module.budget.time ?? Infinity),
      alone: hasOtherEffects(unit.module, service),
      answerAsked: (actor) =>
        answerAsked(project, actor === 'public' ? `service:${info.name}` : actor, originOf(project, info.name)),
      load: {
        kind: 'load',
        id: ++lastId,
        source: { program: source, ...(info.file === undefined ? {} : { file: info.file }) },
        ...(info.file === undefined ? {} : { sourceFile: info.file }),
        program: info.program,
        service: info.name,
        routes: service.routes,
        models: unit.models,
        ...(unit.models.length === 0 ? {} : { file: models.file(project) }),
        project: { id: project.id, file: project.db.name },
        ...grantsOf(project, unit, info.name, grants),
        fuel: FUEL,
        share: short.size > 0,
      },
      shared(program) {
        if (!live.retired) live.here ??= createHere(served.load, program, short);
      },
    };
    const live: Live = {
      info,
      unit,
      service,
      router: createRouter(service.routes),
      served,
      running: 0,
      retired: false,
    };
    return live;
  }

  /** Its own models by being deployed, the rest by who deploys it or by what was decided about it for good. */
  function grantsOf(
    project: Project,
    unit: CompiledUnit,
    name: string,
    grants: readonly string[],
  ): { grants: string[]; denied: string[] } {
    const { granted, denied } = decisions.decided(project, { id: unit.moduleId }, originOf(project, name));
    return { grants: [...ownGrants(unit), ...grants, ...granted], denied };
  }

  function planOf(
    project: Project,
    { source, file, name, lose, grants }: Deployment,
  ): DeploymentPlan & { unit: CompiledUnit; chosen: CompiledService[] } {
    const program = programName(file);
    const unit = compileUnit(source, program, file);
    const chosen = name === undefined ? unit.services : unit.services.filter((service) => service.name === name);
    if (chosen.length === 0)
      throw new Problem(
        'service-not-in-program',
        name === undefined ? 'The program has no service.' : `The program has no service ${JSON.stringify(name)}.`,
        {
          status: 422,
          hint:
            unit.services.length === 0
              ? 'Write `service Name { route GET "/" -> String { … } }`.'
              : `It has ${unit.services.map((service) => service.name).join(', ')}.`,
        },
      );
    const migration = models.plan(project, unit.models);
    const conflict = conflictOf(
      unit.models,
      [...of(project).live.values()].filter(({ info }) => !chosen.some((one) => one.name === info.name)),
    );
    if (conflict !== undefined) migration.obstacles.push(conflict);
    const given = chosen.map((service) => grantsOf(project, unit, service.name, grants));
    const at = new Date().toISOString();
    const row = { program, file: file ?? null, version: 0, deployed_at: at, deployed_by: '' };
    return {
      unit,
      chosen,
      services: chosen.map((service) =>
        infoOf(referenceOf(project), unit, service, { ...row, version: nextVersion(project, service.name) }),
      ),
      migration: { ...migration, loses: migration.loses.filter((one) => !lose.includes(one)) },
      capabilities: [...unit.module.capabilities],
      needs: unit.module.capabilities.filter((one) =>
        given.some((decided) => decisionOn(one, { granted: decided.grants, denied: decided.denied }) !== 'granted'),
      ),
    };
  }

  async function deploy(project: Project, deployment: Deployment, actor: string): Promise<DeploymentPlan> {
    const own = of(project);
    const { unit, chosen, ...plan } = planOf(project, deployment);
    if (plan.needs.length > 0)
      throw new Problem(
        'service-needs-grants',
        `The program asks for ${plan.needs.join(', ')}, which it was not granted.`,
        {
          status: 403,
          hint: `Who trusts it grants that with the deployment: ${plan.needs.map((one) => `--grant ${one}`).join(' ')}`,
          more: { needs: plan.needs },
        },
      );
    const refusal = refusalOf(plan.migration, deployment.lose);
    if (refusal !== undefined) throw refusal;
    const next = chosen.map((service, at) =>
      liveOf(
        project,
        unit,
        service,
        { ...plan.services[at]!, deployedBy: actor },
        deployment.source,
        deployment.grants,
      ),
    );
    const open = hasChanged(plan.migration) ? await closeGate(own) : undefined;
    try {
      await models.migrate(project, {
        models: unit.models,
        deploying: true,
        lose: deployment.lose,
        actor,
        program: programName(deployment.file),
      });
      // Compiled and warm before the first request comes to it.
      for (const live of next) await pool.prepare(live.served);
      await project.write((tx) => {
        for (const { info } of next) {
          tx.db
            .prepare(
              `INSERT INTO voike_services (name, version, program, file, source, module_id, grants, deployed_at, deployed_by, live) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
               ON CONFLICT (name) DO UPDATE SET version = excluded.version, program = excluded.program, file = excluded.file, source = excluded.source,
                 module_id = excluded.module_id, grants = excluded.grants, deployed_at = excluded.deployed_at, deployed_by = excluded.deployed_by, live = 1`,
            )
            .run(
              info.name,
              info.version,
              info.program,
              info.file ?? null,
              deployment.source,
              info.moduleId,
              JSON.stringify(deployment.grants),
              info.deployedAt,
              actor,
            );
          tx.append(
            'service.deploy',
            {
              service: info.name,
              version: info.version,
              program: info.program,
              module: info.moduleId,
              capabilities: info.capabilities,
              routes: info.routes.length,
            },
            { actor },
          );
        }
      });
      for (const live of next) {
        const before = own.live.get(live.info.name);
        own.live.set(live.info.name, live);
        if (before !== undefined) retire(before);
        events.publish(project.id, { type: 'service.deployed', service: live.info });
      }
    } catch (error) {
      for (const live of next) if (own.live.get(live.info.name) !== live) pool.retire(live.served);
      throw error;
    } finally {
      open?.();
    }
    return { ...plan, services: next.map(({ info }) => info) };
  }

  /** From now on nothing of the project begins; resolves when all that has begun is answered. */
  async function closeGate(own: Of): Promise<() => void> {
    let open = (): void => {};
    own.gate = new Promise((resolve) => {
      open = () => {
        own.gate = undefined;
        resolve();
      };
    });
    if (own.running > 0) await new Promise<void>((resolve) => own.drained.push(resolve));
    return open;
  }

  function retire(live: Live): void {
    live.retired = true;
    live.here?.close();
    if (live.running === 0) pool.retire(live.served);
  }

  function nextVersion(project: Project, name: string): number {
    const version = project.db.prepare('SELECT version FROM voike_services WHERE name = ?').pluck().get(name) as
      | number
      | undefined;
    return (version ?? 0) + 1;
  }

  function need(project: Project, name: string): Live {
    const found = of(project).live.get(name);
    if (found !== undefined) return found;
    throw new Problem('service-not-found', `This project has no service ${JSON.stringify(name.slice(0, 100))}.`, {
      status: 404,
      hint: '`voike deploy FILE` deploys those of a program; service.list shows those that are there.',
    });
  }

  models.conflict = (project, shapes) => conflictOf(shapes, [...of(project).live.values()]);
  models.usedBy = (project, table) =>
    [...of(project).live.values()].find(({ unit }) => unit.models.some((model) => model.table === table))?.info.name;

  return {
    requests,
    list: (project) =>
      [...of(project).live.values()].map(({ info }) => info).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    get: (project, name) => need(project, name).info,
    plan(project, deployment) {
      const { unit: _unit, chosen: _chosen, ...plan } = planOf(project, deployment);
      return plan;
    },
    deploy(project, deployment, actor) {
      const own = of(project);
      const mine = own.turn.then(() => deploy(project, deployment, actor));
      own.turn = mine.catch(() => undefined);
      return mine;
    },
    async undeploy(project, name, actor) {
      const own = of(project);
      const live = need(project, name);
      await project.write((tx) => {
        tx.db.prepare('UPDATE voike_services SET live = 0 WHERE name = ?').run(name);
        tx.append('service.undeploy', { service: name, version: live.info.version }, { actor });
      });
      if (own.live.get(name) === live) own.live.delete(name);
      retire(live);
      events.publish(project.id, { type: 'service.undeployed', name });
    },
    find(project, name) {
      const own = of(project);
      return own.gate === undefined ? own.live.get(name) : own.gate.then(() => own.live.get(name));
    },
    live: (project) => [...of(project).live.values()],
    call(live, { route, path, query, body, actor, inside }, done) {
      live.running++;
      const own = all.get(live.served.project)!;
      own.running++;
      const ended = (): void => {
        live.running--;
        own.running--;
        if (live.running === 0 && live.retired) pool.retire(live.served);
        if (own.running === 0) for (const resolve of own.drained.splice(0)) resolve();
      };
      const tell = ([status, text, fuel, , problem, log]: AnswerTuple): void => {
        ended();
        done({ status, body: text, fuel, problem: problem || undefined, log });
      };
      const call: CallTuple = [live.served.load.id, route, path, query, body, actor, inside ? 1 : 0];
      const pooled = { served: live.served, write: live.info.routes[route]!.writes, call, done: tell };
      const isTaken = live.here?.take(call, (answer) => {
        if (answer !== undefined) return tell(answer);
        try {
          pool.submit(pooled);
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          tell(answerOf(error, pooled));
        }
      });
      if (isTaken === true) return;
      try {
        pool.submit(pooled);
      } catch (error) {
        ended();
        throw error;
      }
    },
    async close() {
      requests.close();
      for (const { live } of all.values()) for (const { here } of live.values()) here?.close();
      await pool.close();
    },
  };
}

/** Where a service comes from, for what was decided about it. */
const originOf = (project: Project, name: string): string => `service:${project.id}/${name}`;

/** @param reference how the project stands in the address */
function infoOf(
  reference: string,
  unit: CompiledUnit,
  service: CompiledService,
  row: Pick<Row, 'version' | 'program' | 'file' | 'deployed_at' | 'deployed_by'>,
): ServiceInfo {
  const { records } = unit.module;
  return {
    name: service.name,
    url: `/s/${reference}/${service.name}`,
    version: row.version,
    program: row.program,
    ...(row.file === null ? {} : { file: row.file }),
    moduleId: unit.moduleId,
    models: unit.models.map(({ table }) => table),
    capabilities: [...unit.module.capabilities],
    routes: service.routes.map((route): ServiceRoute => ({
      method: route.method,
      path: route.path,
      func: route.func,
      parameters: route.params.map((param) => ({
        name: param.name,
        in: param.in,
        type: param.cases?.join(' | ') ?? typeName(param.type),
        required: param.type.kind !== 'Option',
        schema: schemaOf(records, param.type, param.cases),
      })),
      result: typeName(route.result),
      roles: [...service.roles, ...route.roles],
      public: service.public || route.public,
      writes: rightsOf(unit.module, route.func).has('db.write'),
    })),
    deployedAt: row.deployed_at,
    deployedBy: row.deployed_by,
  };
}
