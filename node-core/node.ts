/** The composition of a node: opens its stores, builds the services of its areas, registers their operations, and stops in order. */
import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { createBlobs } from './blobs/blobs.ts';
import { openBlobFiles } from './blobs/files.ts';
import { blobsMigrations } from './blobs/migrations.ts';
import { blobsOperations, type BlobServices } from './blobs/operations.ts';
import { createFiles } from './files/files.ts';
import { filesMigrations } from './files/migrations.ts';
import { filesOperations, type FilesServices } from './files/operations.ts';
import { createGrants } from './grants/grants.ts';
import { grantsMigrations } from './grants/migrations.ts';
import { grantsOperations, type GrantServices } from './grants/operations.ts';
import { healthOperations, type HealthServices } from './health/operations.ts';
import { ledgerMigrations } from './ledger/migrations.ts';
import { ledgerOperations, type LedgerServices } from './ledger/operations.ts';
import { Problem } from './errors/problem.ts';
import { createLog } from './log/log.ts';
import { modelsMigrations } from './models/migrations.ts';
import { createModels } from './models/models.ts';
import { modelsOperations, type ModelServices } from './models/operations.ts';
import { notificationsMigrations } from './notifications/migrations.ts';
import { createNotifications } from './notifications/notifications.ts';
import { notificationsOperations, type NotificationServices } from './notifications/operations.ts';
import { createEvents, type EventHub } from './operations/events.ts';
import type { CallContext, OperationMap } from './operations/operation.ts';
import { createRegistry, type Registry } from './operations/registry.ts';
import { projectsMigrations } from './projects/migrations.ts';
import { projectsOperations } from './projects/operations.ts';
import type { Caller, Project } from './projects/project.ts';
import { openProjects, type Projects } from './projects/projects.ts';
import { resultsOperations, type ResultServices } from './results/operations.ts';
import { hashFile } from './runs/inputs.ts';
import { LOCAL_KEY } from './runs/local-files.ts';
import { runsMigrations } from './runs/migrations.ts';
import { flowOperations, type FlowServices } from './runs/operations.ts';
import { createRuns } from './runs/runs.ts';
import { schedulesMigrations } from './schedules/migrations.ts';
import { schedulesOperations, type ScheduleServices } from './schedules/operations.ts';
import { createSchedules, type Schedules } from './schedules/schedules.ts';
import { servicesMigrations } from './services/migrations.ts';
import { servicesOperations, type ServiceServices } from './services/operations.ts';
import { LOCAL_PROJECT } from './services/schema.ts';
import { createServices, type Services } from './services/services.ts';
import { openStore } from './store/store.ts';
import { openTableEngine } from './tables/engine.ts';
import { tablesMigrations } from './tables/migrations.ts';
import { tablesOperations, type TableServices } from './tables/operations.ts';
import { createProjectTables } from './tables/project-tables.ts';
import { debugOperations, type DebugServices } from './vvm/debug/operations.ts';
import { createDebugger } from './vvm/debug/sessions.ts';
import { vvmOperations, type VvmServices } from './vvm/operations.ts';
import { createCalls } from './vvm/calls.ts';
import { createRunner } from './vvm/pool.ts';
import { createPrograms } from './vvm/programs.ts';
import { createJobs } from './vvm/wasi/jobs.ts';
import { wasiOperations, type WasiServices } from './vvm/wasi/operations.ts';

export interface NodeOptions {
  /** The data directory; made when it is not there. */
  dataDir: string;
  /** Written to `logs/` in the data directory when absent. */
  log?: Logger;
  /** The admin token; from `VOIKE_ADMIN_TOKEN`, else random for this launch, when absent. */
  adminToken?: string;
  /** The folder that holds flows/ and resources/; the table engine reads there, so it must be a real one. */
  root?: string;
  /** Milliseconds that a request of a service may take; 10,000 when absent. */
  requestMs?: number;
}

export interface VoikeNode {
  readonly version: string;
  readonly dataDir: string;
  readonly operations: OperationMap;
  readonly registry: Registry;
  readonly events: EventHub;
  readonly log: Logger;
  readonly projects: Projects;
  readonly services: Pick<Services, 'find' | 'call' | 'requests' | 'live'> & {
    /** The project of this id, or the local one. */
    projectOf(reference: string): Project | undefined;
  };
  /** They fire once they are started: a node that only answers one command does not catch up a night. */
  readonly schedules: Pick<Schedules, 'start' | 'wake'>;
  /** Key of the local project, for this launch only. */
  readonly localKey: string;
  readonly adminToken: string;
  /** Runs an operation; its input and output are checked against its schemas. */
  call(name: string, context: CallContext, input: unknown): Promise<unknown>;
  /** The project that a key opens, with the name of the caller for the ledger. */
  authenticate(key: string): Caller | undefined;
  isAdminToken(token: string): boolean;
  /** The project of whoever sits at this machine. */
  local(): Caller;
  /** Tells other processes where this node is reached. */
  describe(more: { url: string }): void;
  /** Stops runs where they can go on later, closes the stores. */
  close(): Promise<void>;
}

/** Everything that the areas' operations stand on. */
export interface NodeServices
  extends
    HealthServices,
    LedgerServices,
    BlobServices,
    TableServices,
    FlowServices,
    ResultServices,
    NotificationServices,
    ScheduleServices,
    FilesServices,
    VvmServices,
    WasiServices,
    GrantServices,
    DebugServices,
    ServiceServices,
    ModelServices {
  projects: Projects;
}

/** The operations of a node; the typed client is derived from this function's type. */
export function nodeOperations(services: NodeServices) {
  return {
    ...healthOperations(services),
    ...projectsOperations(services),
    ...ledgerOperations(services),
    ...blobsOperations(services),
    ...tablesOperations(services),
    ...flowOperations(services),
    ...notificationsOperations(services),
    ...schedulesOperations(services),
    ...resultsOperations(services),
    ...filesOperations(services),
    ...vvmOperations(services),
    ...wasiOperations(services),
    ...grantsOperations(services),
    ...debugOperations(services),
    ...servicesOperations(services),
    ...modelsOperations(services),
  };
}

export type NodeOperations = ReturnType<typeof nodeOperations>;

/** @throws Problem of the store (`data-directory-locked`, `database-newer`, …), which says what to do. */
export async function openNode(options: NodeOptions): Promise<VoikeNode> {
  const version = ownVersion();
  const root = options.root ?? sourceRoot;
  const store = openStore(options.dataDir, {
    migrations: [
      ...ledgerMigrations,
      ...projectsMigrations,
      ...blobsMigrations,
      ...tablesMigrations,
      ...modelsMigrations,
      ...servicesMigrations,
      ...runsMigrations,
      ...notificationsMigrations,
      ...schedulesMigrations,
      ...filesMigrations,
      ...grantsMigrations,
    ],
  });
  const log = options.log ?? createLog({ directory: store.path('logs'), stderr: 'off' });
  const events = createEvents({ onError: (err) => log.error({ err }, 'an observer of events failed') });
  const projects = await openProjects(store, { events }).catch((error: unknown) => {
    store.close();
    throw error;
  });

  const blobs = createBlobs(openBlobFiles(store.path('blobs')));
  // Opened when a step first needs it: a node that computes nothing loads no engine.
  let openedEngine: ReturnType<typeof openTableEngine> | undefined;
  const engine = (project: Project) =>
    (openedEngine ??= openTableEngine({
      spillDir: store.path('spill'),
      tablesDir: store.path('blobs', 'tables'),
      blobPath: (id) => blobs.files.path(id),
      hashOf: (path) => hashFile(path),
    })).of(project.id);
  const notifications = createNotifications({ events });
  const models = createModels({ events, log });
  const tables = createProjectTables({ engine, events, models });
  const files = createFiles({ projects, events, dataDir: store.dataDir, path: store.path, log });
  const vvm = createRunner();
  const grants = createGrants({ events });
  const jobs = createJobs(grants);
  const calls = createCalls(vvm, { grants, events, models, blobs });
  const debug = createDebugger();
  const runs = createRuns({
    root,
    engine,
    tables,
    blobs,
    programs: createPrograms(calls, jobs),
    ledgerOf: projects.ledgerOf,
    registry: () => registry,
    events,
    log,
    namesTables: (project) => schedules.list(project).map(({ inputs }) => JSON.stringify(inputs)),
    onEnded(project, run, { actor, attended }) {
      // A schedule has its own rule, and who waits or watches has seen it.
      if (run.state !== 'failed' || attended || actor.startsWith('schedule:') || events.watching(project.id) > 0)
        return;
      notifications
        .make(project, {
          level: 'error',
          title: `${run.name || 'A run'} failed`,
          text: [run.error?.detail, run.error?.hint].filter(Boolean).join(' '),
          link: { run: run.id },
        })
        .catch((err: unknown) => log.error({ err, run: run.id }, 'a notification could not be written'));
    },
  });
  const schedules = createSchedules({ projects, runs, notifications, events, log });

  const services = createServices({
    models,
    grants,
    ...(options.requestMs === undefined ? {} : { requestMs: options.requestMs }),
    events,
    log,
    isLocal: ({ id }) => id === projects.local.id,
    answerAsked: (project, actor, origin) => calls.answer({ project, actor }, origin),
  });

  const startedAt = new Date();
  const registry: Registry = createRegistry([
    nodeOperations({
      version,
      nodeId: projects.nodeId,
      projects,
      ledgerOf: projects.ledgerOf,
      blobs,
      tables,
      runs,
      notifications,
      schedules,
      files,
      calls,
      jobs,
      grants,
      debug,
      events,
      services,
      models,
      localProject: projects.local.id,
      engine,
      registry: () => registry,
      root,
      startedAt,
      areas: () => [...new Set(Object.keys(registry.operations).map((name) => name.split('.')[0]!))].sort(),
    }),
  ]);

  const localKey = `${LOCAL_KEY}${randomBytes(32).toString('base64url')}`;
  const adminToken = options.adminToken ?? (process.env['VOIKE_ADMIN_TOKEN'] || randomBytes(32).toString('base64url'));
  const isLocalKey = isSame(localKey);
  const isAdminToken = isSame(adminToken);
  const local = () => ({ project: projects.local, actor: 'local', roles: 'all' as const });
  let closing: Promise<void> | undefined;

  return {
    version,
    dataDir: store.dataDir,
    operations: registry.operations,
    registry,
    events,
    log,
    projects,
    schedules,
    services: {
      ...services,
      projectOf(reference) {
        try {
          return reference === LOCAL_PROJECT ? projects.local : projects.open(reference);
        } catch (error) {
          if (error instanceof Problem && error.code === 'project-not-found') return undefined;
          throw error;
        }
      },
    },
    localKey,
    adminToken,
    call: (name, context, input) => registry.call(name, context, input),
    local,
    authenticate(key) {
      if (isLocalKey(key)) return local();
      const found = projects.authenticate(key);
      return found && { project: projects.open(found.projectId), actor: `key:${found.keyId}`, roles: found.roles };
    },
    isAdminToken,
    describe: (more) => store.describe(more),
    close() {
      closing ??= (async () => {
        await schedules.close();
        await runs.close();
        await debug.close();
        await vvm.close();
        await services.close();
        await models.close();
        await openedEngine?.close();
        files.close();
        projects.close();
      })();
      return closing;
    },
  };
}

/** Where flows/ and resources/ are in the source tree. */
const sourceRoot = fileURLToPath(new URL('..', import.meta.url));

/** Compares with a secret in time that does not depend on where the two differ. */
const isSame = (secret: string): ((given: string) => boolean) => {
  const digest = (text: string) => hash('sha256', text, 'buffer');
  const wanted = digest(secret);
  return (given) => timingSafeEqual(digest(given), wanted);
};

function ownVersion(): string {
  return (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version;
}
