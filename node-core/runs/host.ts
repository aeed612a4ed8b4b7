/** What the steps of a run may do outside of it: change the project, call operations of the node, call other flows. */
import { dirname, isAbsolute, join } from 'node:path';
import { canonicalJson } from '../canonical/canonical.ts';
import { Problem, type SourceRange } from '../errors/problem.ts';
import { reference } from '../flow/values/reference.ts';
import type { FileValue, RecordValue, ScopeValue, Value } from '../flow/values/value.ts';
import type { Project } from '../projects/project.ts';
import { callsOnce, type EffectStores, hasEffects, once } from './effects.ts';
import { jobInput } from './job-input.ts';
import type { ProgramFinder } from './programs.ts';
import type { StepHost } from './step-context.ts';
import { isLazy, isTable, toWire } from './results.ts';
import type { RunSpec } from './spec.ts';
import type { Launch, RunsOptions, StartedRun } from './service.ts';
import { flowIn } from './samples.ts';
import type { Active } from './views.ts';

export interface HostServices
  extends EffectStores, Pick<RunsOptions, 'root' | 'engine' | 'tables' | 'blobs' | 'programs' | 'registry' | 'log'> {
  launch(project: Project, request: Launch): Promise<StartedRun>;
}

/** Flows may call flows so deep. */
const DEEPEST_CALL = 8;

/** Whether the person gave this file to the run, or the project has this blob. */
export const mayReadIn = (
  node: Pick<HostServices, 'blobs'>,
  project: Project,
  paths: ReadonlySet<string>,
  file: FileValue,
): boolean =>
  file.path === undefined ? file.blob !== undefined && node.blobs.has(project, file.blob) : paths.has(file.path);

export function hostOf(
  node: HostServices,
  project: Project,
  spec: RunSpec,
  row: Active['row'],
  programs: ProgramFinder,
): StepHost {
  const calls = callsOnce(node, project, spec);
  return {
    mayRead: (file) => mayReadIn(node, project, spec.paths, file),
    async callProgram(path, { program, ...request }, range, signal) {
      const caller = { project, actor: `run:${spec.id}/${path}` };
      const found = await programs.find(program);
      if (found.wasi === undefined) {
        if (!spec.durable || !found.capabilities.some(hasEffects))
          return (await node.programs.call(found, request, caller, signal)).value as Value;
        return calls.call(path, async (once) => {
          const { value } = await node.programs.call(found, request, { ...caller, once }, signal);
          return value as Value;
        });
      }
      const input = await jobInput(found.name, request.args, range, (file) => programs.read(file));
      const { exitCode, stdout, stderr } = await node.programs.job(found.wasi, input, caller, signal);
      return { exitCode, stdout, stderr };
    },
    programText: (program) => programs.text(program),
    async storeTable(path, table, target, signal) {
      const change = await node.tables.prepareStore(project, table, target, signal);
      // The ledger says which step of which run stored it.
      const actor = `run:${spec.id}/${path}`;
      return (await once(node, project, spec, path, 0, (tx) =>
        change({ db: tx.db, append: (kind, payload, more) => tx.append(kind, payload, { actor, ...more }) }),
      )) as Value;
    },
    async storeBlob(_path, name, result) {
      const text =
        typeof result === 'string'
          ? result
          : canonicalJson(isTable(result) || isLazy(result) ? await node.engine(project).toRecords(result) : result);
      const blob = await node.blobs.put(project, new TextEncoder().encode(text), name);
      return reference({ kind: 'blob', id: blob.id, size: blob.size, name });
    },
    projectTable: (name) => node.tables.snapshot(project, name),
    projectTables: () => node.tables.list(project).map((table) => table.name),
    callOperation: (path, name, input, range, signal) =>
      callOperation(node, project, spec, path, name, input, signal, range),
    callFlow: (path, flow, inputs, range, signal) =>
      callFlow(node, project, spec, row, path, flow, inputs, signal, range),
  };
}

async function callOperation(
  node: HostServices,
  project: Project,
  spec: RunSpec,
  path: string,
  name: string,
  input: Record<string, unknown>,
  signal: AbortSignal,
  range: SourceRange,
): Promise<Value> {
  const registry = node.registry();
  if (!registry) throw new Problem('operation-not-found', 'This node has no operations.', { status: 501, range });
  const wire = toWire(input as RecordValue);
  const unnamed = foreignPath(wire, spec.paths);
  if (unnamed !== undefined) {
    throw new Problem('file-not-named', `A flow does not hand ${JSON.stringify(unnamed)} to an operation by itself.`, {
      status: 403,
      range,
      hint: 'Declare the file under INPUTS, give it when you run the flow, and hand that input on.',
    });
  }
  const definition = registry.get(name);
  if (definition.access === 'admin') {
    throw new Problem('operation-forbidden', `${name} is for the owner of the node; a flow cannot call it.`, {
      status: 403,
      range,
      hint: 'Call it with the admin token from outside.',
    });
  }
  let n = 0;
  const guarded: Project =
    definition.effect === 'write' && spec.durable
      ? {
          id: project.id,
          name: project.name,
          db: project.db,
          write: (change) => once(node, project, spec, path, n++, change),
        }
      : project;
  const result = await registry.call(
    name,
    {
      project: definition.access === 'project' ? guarded : undefined,
      actor: `run:${spec.id}/${path}`,
      paths: spec.paths,
      signal,
      log: node.log,
      idempotencyKey: `${spec.id}/${path}`,
    },
    wire,
  );
  return (result ?? null) as Value;
}

/** A path in a value that nobody named for the run. */
function foreignPath(value: unknown, named: ReadonlySet<string>): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const path = (value as Record<string, unknown>)['$file'];
  if (typeof path === 'string' && !named.has(path)) return path;
  for (const inner of Object.values(value)) {
    const found = foreignPath(inner, named);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function callFlow(
  node: HostServices,
  project: Project,
  spec: RunSpec,
  row: Active['row'],
  path: string,
  flow: string,
  given: Record<string, ScopeValue>,
  signal: AbortSignal,
  range: SourceRange,
): Promise<RecordValue> {
  if (spec.depth >= DEEPEST_CALL) {
    throw new Problem('call-too-deep', `Flows call each other more than ${DEEPEST_CALL} deep.`, {
      status: 422,
      range,
      hint: 'Perhaps a flow calls itself.',
    });
  }
  const source = findFlow(node, project, flow, row.origin);
  if (source === undefined) {
    throw new Problem('flow-not-found', `There is no flow ${JSON.stringify(flow)}.`, {
      status: 404,
      range,
      hint: 'CALL FLOW finds the flows that ship with the program, the stored plans of the project by id or name, and files next to the calling file.',
    });
  }
  const before = spec.durable ? node.storeFor(project).called(spec.id, path) : undefined;
  const child = await node.launch(project, {
    source: before ? (node.storeFor(project).source(before.source_hash) ?? source) : source,
    given,
    actor: `run:${spec.id}/${path}`,
    durable: spec.durable,
    parallel: spec.parallel,
    depth: spec.depth + 1,
    paths: spec.paths,
    parent: { run: spec.id, step: path },
    signal,
    ...(row.origin === null ? {} : { origin: row.origin }),
    ...(before ? { row: before } : {}),
  });
  const record = await child.ended;
  if (record.state !== 'succeeded') {
    signal.throwIfAborted();
    const error = record.error;
    const at = (error as { step?: string } | undefined)?.step;
    throw new Problem(
      error?.code ?? 'called-flow-failed',
      `The called flow "${record.name}" failed${at ? ` at ${at.replace('step:', '')}` : ''}: ${error?.detail ?? record.state}`,
      {
        status: error?.status ?? 500,
        range,
        more: { called: record.id },
        ...(error?.hint === undefined ? {} : { hint: error.hint }),
      },
    );
  }
  return child.values();
}

/** CALL FLOW looks among what ships, what is stored, and next to the file that the person named. */
function findFlow(node: HostServices, project: Project, flow: string, origin: string | null): string | undefined {
  const shipped = flowIn(join(node.root, 'flows'), flow);
  if (shipped !== undefined) return shipped;
  const store = node.storeFor(project);
  const stored = store.plan(flow) ?? store.plans().find((plan) => plan.name === flow || plan.origin === flow);
  if (stored) return store.source(stored.source_hash);
  return origin !== null && isAbsolute(origin) ? flowIn(dirname(origin), flow) : undefined;
}
