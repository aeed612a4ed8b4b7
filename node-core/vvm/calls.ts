/**
 * Calls of modules as a project makes them: with what was decided about the module, with answers of the node to its host
 * functions, with what is refused on the ledger, and with events from beginning to end.
 */
import { createHash } from 'node:crypto';
import { Problem } from '../errors/problem.ts';
import type { Grants } from '../grants/grants.ts';
import { newId } from '../ids/uuid.ts';
import type { EventHub } from '../operations/events.ts';
import type { Project } from '../projects/project.ts';
import type { GrantedName } from '../vasm/granted.ts';
import { Stop, type Value } from './engine.ts';
import type { Answer } from './host/answer.ts';
import { ANSWERS } from './host/answers.ts';
import type { Asked, AnswerAsked } from './host/ask.ts';
import type { HostRefusal } from './host/job-host.ts';
import type { NodeServices } from './host/node-context.ts';
import type { Finished, Job, ModuleName, Once, Refused } from './job.ts';
import { RefusedCall, type Runner } from './pool.ts';

export interface Caller {
  project: Project;
  /** For the ledger. */
  actor: string;
  /** Of a call that is to have happened once, though the node may end in the middle of it. */
  once?: CallOnce;
}

export interface CallOnce extends Once {
  /** The project as a host function changes it; `key` stands for what is asked, and how often it was before. */
  project(key: string): Project;
}

export interface Calls {
  /**
   * @param job what the call may use is `grants`; when absent, what was decided about the module.
   * @throws Problem as {@link Runner.run} does, and `vvm-undecided` (403) when something that the module declares was not decided about:
   * `undecided` has each capability with what it lets the module do, `granted` what was decided to be granted, `module` what it is.
   */
  run(
    caller: Caller,
    job: Omit<Job, 'project' | 'grants'> & { grants?: readonly string[] },
    limits: { ms: number },
    signal: AbortSignal,
  ): Promise<Finished>;
  /** What answers the threads of this caller: what was decided about a module, and the node's part of host functions. */
  answer(caller: Caller, origin: string | undefined): AnswerAsked;
  /** Puts on the ledger what a call was refused, and tells of it. */
  refused(caller: Caller, refused: Refused): Promise<void>;
}

export function createCalls(
  runner: Runner,
  { grants, events, ...services }: { grants: Grants; events: EventHub } & NodeServices,
): Calls {
  const answer = ({ project, actor, once }: Caller, origin: string | undefined): AnswerAsked => {
    /** How often the same was asked. */
    const times = new Map<string, number>();
    return (asked, signal) => {
      if (asked.kind === 'decisions') return Promise.resolve(grants.decided(project, asked.module, origin));
      const context = { project, actor, module: asked.module, signal, ...services };
      if (once === undefined) return answerHost(asked, context);
      const what = digestOf(asked);
      const n = times.get(what) ?? 0;
      times.set(what, n + 1);
      const key = `${what}/${n}`;
      return answerHost(asked, {
        ...context,
        idempotencyKey: createHash('sha256').update(`${once.key}#${key}`).digest('hex'),
        ...(answerOf(asked)?.once === true ? { project: once.project(key) } : {}),
      });
    };
  };
  const refused = async ({ project, actor }: Caller, { module, ...what }: Refused): Promise<void> => {
    await project.write((tx) => void tx.append('vvm.refused', { module: { ...module }, ...what }, { actor }));
  };
  return {
    answer,
    refused,
    async run(caller, job, limits, signal) {
      const { project, actor, once } = caller;
      const call = newId();
      const { origin, func } = job;
      let module: ModuleName | undefined;
      const tell = (event: Parameters<EventHub['publish']>[1]): void => void events.publish(project.id, event);
      const about = () => ({ call, func, ...(module === undefined ? {} : { module }) });
      // In their order, the next one once the one before is written.
      let caught = Promise.resolve();
      const onRefused = ({ capability, undecided }: HostRefusal): void => {
        const payload = {
          func,
          ...(module === undefined ? {} : { module: { ...module } }),
          capability,
          undecided,
          caught: true,
        };
        caught = caught.then(() => project.write((tx) => void tx.append('vvm.refused', payload, { actor })));
        tell({ type: 'vvm.refused', ...about(), actor, capability });
      };
      try {
        const finished = await runner.run(
          {
            grants: 'decided',
            ...job,
            project: { id: project.id, file: project.db.name },
            ...(once === undefined ? {} : { once: { key: once.key, settled: once.settled } }),
          },
          // All steps of a run are one caller.
          { ...limits, turn: { project: project.id, actor: actor.split('/', 1)[0]! } },
          signal,
          {
            answer: answer(caller, origin),
            onLoaded(loaded) {
              module = loaded;
              tell({ type: 'vvm.started', ...about(), actor, ...(origin === undefined ? {} : { origin }) });
            },
            onLog: (lines) => tell({ type: 'vvm.log', call, lines }),
            onRefused,
          },
        );
        await caught;
        const { ms, fuelUsed } = finished;
        tell({ type: 'vvm.ended', ...about(), ok: true, ms, fuelUsed });
        return finished;
      } catch (error) {
        await caught;
        const problem = error instanceof Problem ? error : undefined;
        if (problem?.code === 'vvm-undecided') {
          const capabilities = (problem.more['undecided'] as { capability: string }[]).map((one) => one.capability);
          tell({ type: 'vvm.asked', ...about(), actor, capabilities, ...(origin === undefined ? {} : { origin }) });
        } else if (error instanceof RefusedCall) {
          // Everything else leaves no trace: a module that only computes has no effects.
          await refused({ project, actor }, error.refused);
          const { capability, at } = error.refused;
          tell({ type: 'vvm.refused', ...about(), actor, capability, at });
        }
        if (module !== undefined)
          tell({
            type: 'vvm.ended',
            ...about(),
            ok: false,
            code: problem?.code ?? 'internal',
            message: problem?.message ?? 'It failed for a reason of ours.',
          });
        throw error;
      }
    },
  };
}

const answerOf = ({ name }: Asked & { kind: 'host' }): Answer | undefined =>
  ANSWERS[name.split(':', 1)[0] as GrantedName];

/** Stands for a host function with its arguments. */
function digestOf({ name, args }: Asked & { kind: 'host' }): string {
  const hash = createHash('sha256').update(name);
  for (const arg of args) hash.update('\0').update(arg instanceof Uint8Array ? arg : JSON.stringify(arg, jsonOfValue));
  return hash.digest('hex').slice(0, 32);
}

const jsonOfValue = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? `${value}n` : value instanceof Map ? [...(value as Map<unknown, unknown>)] : value;

/** The node's part of a host function. */
async function answerHost(
  asked: Asked & { kind: 'host' },
  context: Parameters<NonNullable<Answer['node']>>[1],
): Promise<Value> {
  const { name, args } = asked;
  const answer = answerOf(asked);
  if (answer?.node === undefined) throw new Stop('failed', `The node has no answer to ${name}.`);
  return answer.node(args as Value[], context);
}
