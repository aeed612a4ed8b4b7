/** The operations of FLOW: read and check a source, plan it, run it, look at what came out. */
import { Type } from 'typebox';
import type { Contract } from '../flow/contracts/contract.ts';
import { BUILTIN_CONTRACTS } from '../flow/contracts/builtin.ts';
import type { Blobs } from '../blobs/blobs.ts';
import { Problem } from '../errors/problem.ts';
import { format } from '../flow/syntax/format.ts';
import { parse } from '../flow/syntax/parse.ts';
import type { KnownPrograms } from '../flow/plan/programs.ts';
import type { FileValue } from '../flow/values/value.ts';
import type { Column } from '../flow/types/type.ts';
import { type CallContext, operation } from '../operations/operation.ts';
import type { Registry } from '../operations/registry.ts';
import type { Project } from '../projects/project.ts';
import type { TableEngine } from '../tables/engine-types.ts';
import { columnFlowType } from './columns.ts';
import { debugOperations } from './debug-operations.ts';
import { editOperations } from './edit-operations.ts';
import { historyOperations } from './history-operations.ts';
import { readInputs } from './inputs.ts';
import { mustMayName } from './local-files.ts';
import type { Runs } from './service.ts';
import { isFile } from './results.ts';
import { retentionOperations } from './retention-operations.ts';
import { readSamples } from './samples.ts';
import { shareOperations } from './share/operations.ts';
import { FileRef, RunRecord, RunState, RunSummary, TablePage, TableRef } from './schema.ts';
import type { PlanRow } from './records.ts';

const Source = Type.String({ description: 'FLOW text', maxLength: 10_000_000 });
const Origin = Type.Optional(
  Type.String({ description: 'Where the source came from: a path or the name of a sample' }),
);
const Inputs = Type.Record(Type.String(), Type.Unknown(), { description: 'By name: values, or file references' });
const RunId = Type.Object({ id: Type.String() });
const Steps = (description: string) => Type.Optional(Type.Array(Type.String(), { maxItems: 10_000, description }));
const Until = Steps('Steps to end with, by node id or name; only what they need runs');
const Breakpoints = Steps('Steps to stop before, by node id or name');
const Opaque = Type.Unknown();
const Started = Type.Object({ runId: Type.String() });
const PlanSummary = Type.Object({
  planId: Type.String(),
  name: Type.String(),
  hash: Type.String(),
  origin: Type.Optional(Type.String()),
  createdAt: Type.String(),
});
const Contracts = Type.Object({
  name: Type.String(),
  summary: Type.String(),
  kind: Type.Union([Type.Literal('contract'), Type.Literal('operation')]),
  /** Whether this node runs it. */
  runs: Type.Boolean(),
  effect: Type.Boolean(),
  contract: Type.Optional(Opaque),
  input: Type.Optional(Opaque),
  output: Type.Optional(Opaque),
});

export interface FlowServices {
  runs: Runs;
  engine(project: Project): TableEngine;
  blobs: Blobs;
  registry(): Registry | undefined;
  /** The folder that holds flows/ and resources/. */
  root: string;
}

export function flowOperations({ runs, engine, blobs, registry, root }: FlowServices) {
  /** Looks at a file's beginning, when the caller may have it read; at that of a blob only when the project has it. */
  async function sniff(context: CallContext<'project'>, file: FileValue): ReturnType<TableEngine['sniff']> {
    if (file.path !== undefined) mustMayName(context, file.path, root);
    if (file.blob !== undefined) blobs.get(context.project, file.blob);
    return engine(context.project).sniff(file);
  }

  /** The programs that a source names; of files only those that the caller may have read. */
  function programs(
    context: CallContext<'project'>,
    source: string,
    origin: string | undefined,
    inputs: Record<string, unknown> = {},
  ): Promise<KnownPrograms> {
    const files = new Map<string, FileValue>();
    for (const [name, given] of Object.entries(inputs)) {
      try {
        const file = givenFile(given);
        if (file === undefined) continue;
        if (file.path !== undefined) mustMayName(context, file.path, root, name);
        if (file.blob !== undefined) blobs.get(context.project, file.blob);
        files.set(name, file);
      } catch (error) {
        // The run will say what else is wrong with it.
        if (!(error instanceof Problem) || error.status === 403) throw error;
      }
    }
    return runs.programs(source, origin, files, context);
  }

  return {
    'flow.parse': operation({
      summary: 'Reads a FLOW source',
      description: 'Always gives a tree, also of broken source, with everything that is wrong with it.',
      http: { method: 'POST', path: '/flow/parse' },
      access: 'project',
      capability: 'flow.read',
      effect: 'read',
      input: Type.Object({ source: Source }),
      output: Type.Object({ ok: Type.Boolean(), ast: Opaque, comments: Opaque, diagnostics: Type.Array(Opaque) }),
      handler(_context, { source }) {
        const { plan, comments, diagnostics } = parse(source);
        return { ok: !diagnostics.some((one) => one.severity === 'error'), ast: plan, comments, diagnostics };
      },
    }),

    'flow.format': operation({
      summary: 'Formats a FLOW source',
      http: { method: 'POST', path: '/flow/format' },
      access: 'project',
      capability: 'flow.read',
      effect: 'read',
      input: Type.Object({ source: Source }),
      output: Type.Object({ source: Type.String() }),
      handler: (_context, { source }) => ({ source: format(source) }),
    }),

    'flow.plan': operation({
      summary: 'Checks a source and makes its plan',
      description:
        'A source with errors is refused with `flow-has-errors`, which carries the `diagnostics`. With `inputs` the columns of files are looked up, so that types are followed from LOAD on. Programs that it names are read, from beside its `origin` and from `inputs`.',
      http: { method: 'POST', path: '/flow/plan' },
      access: 'project',
      capability: 'flow.plan',
      effect: 'write',
      ledger: ['plan.save'],
      input: Type.Object({
        source: Source,
        origin: Origin,
        save: Type.Optional(Type.Boolean()),
        inputs: Type.Optional(Inputs),
      }),
      output: Type.Object({ planId: Type.Optional(Type.String()), graph: Opaque, diagnostics: Type.Array(Opaque) }),
      async handler(context, { source, origin, save, inputs }) {
        const project = context.project;
        const { graph, diagnostics } = runs.plan(project, source, {
          ...(inputs ? { inputColumns: await inputColumns(inputs, (file) => sniff(context, file)) } : {}),
          programs: await programs(context, source, origin, inputs),
        });
        const planId = save ? await runs.savePlan(project, source, graph, origin) : undefined;
        return { ...(planId === undefined ? {} : { planId }), graph, diagnostics };
      },
    }),

    'flow.programs': operation({
      summary: 'Says what the functions of the programs take and give that a source calls',
      description:
        'By path as steps write it, and by the input that a file is given for: `functions` with the types of VASM, and the `records` that these name; or the `problem` for which nothing is known.',
      http: { method: 'POST', path: '/flow/programs' },
      access: 'project',
      capability: 'flow.read',
      effect: 'read',
      input: Type.Object({ source: Source, origin: Origin, inputs: Type.Optional(Inputs) }),
      output: Type.Object({
        paths: Type.Record(Type.String(), Opaque),
        inputs: Type.Record(Type.String(), Opaque),
      }),
      handler: (context, { source, origin, inputs }) => programs(context, source, origin, inputs),
    }),

    'flow.listPlans': operation({
      summary: 'Lists the stored plans',
      http: { method: 'GET', path: '/flow/plans' },
      access: 'project',
      capability: 'flow.read',
      effect: 'read',
      input: Type.Object({}),
      output: Type.Object({ plans: Type.Array(PlanSummary) }),
      handler: (context) => ({ plans: runs.listPlans(context.project).map(planSummary) }),
    }),

    'flow.getPlan': operation({
      summary: 'Gives a stored plan with its source and graph',
      http: { method: 'GET', path: '/flow/plans/:id' },
      access: 'project',
      capability: 'flow.read',
      effect: 'read',
      input: RunId,
      output: Type.Object({
        ...PlanSummary.properties,
        source: Type.String(),
        graph: Opaque,
        diagnostics: Type.Array(Opaque),
      }),
      handler(context, { id }) {
        const project = context.project;
        const row = runs.getPlan(project, id);
        const { graph, diagnostics } = runs.plan(project, row.source);
        return { ...planSummary(row), source: row.source, graph, diagnostics };
      },
    }),

    'flow.deletePlan': operation({
      summary: 'Deletes a stored plan; its runs stay',
      http: { method: 'DELETE', path: '/flow/plans/:id' },
      access: 'project',
      capability: 'flow.plan',
      effect: 'write',
      ledger: ['plan.delete'],
      input: RunId,
      output: Type.Object({ deleted: Type.Boolean() }),
      async handler(context, { id }) {
        await runs.deletePlan(context.project, id);
        return { deleted: true };
      },
    }),

    'flow.execute': operation({
      summary: 'Runs a plan',
      description:
        'With `mode: sync` the answer is the record of the run when it has ended or is paused, with `async` its id at once; progress comes as events. `from` names steps that are computed anew, `until` those that it is for: nothing else runs than what they need. It stops before `breakpoints`.',
      http: { method: 'POST', path: '/flow/execute' },
      access: 'project',
      capability: 'flow.execute',
      effect: 'write',
      ledger: ['run.start', 'run.step', 'run.paused', 'run.finish', 'run.failed', 'run.cancelled'],
      input: Type.Object({
        source: Type.Optional(Source),
        planId: Type.Optional(Type.String()),
        inputs: Type.Optional(Inputs),
        mode: Type.Optional(Type.Union([Type.Literal('sync'), Type.Literal('async')])),
        origin: Origin,
        from: Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())])),
        until: Until,
        breakpoints: Breakpoints,
      }),
      output: Type.Union([RunRecord, Started]),
      async handler(context, input) {
        const sync = input.mode !== 'async';
        const run = await runs.start(context.project, {
          actor: context.actor,
          inputs: input.inputs ?? {},
          ...(context.paths === undefined ? {} : { paths: context.paths }),
          ...(input.source === undefined ? {} : { source: input.source }),
          ...(input.planId === undefined ? {} : { planId: input.planId }),
          ...(input.origin === undefined ? {} : { origin: input.origin }),
          ...(input.from === undefined ? {} : { from: [input.from].flat() }),
          control: {
            ...(input.until === undefined ? {} : { until: input.until }),
            ...(input.breakpoints === undefined ? {} : { breakpoints: input.breakpoints }),
          },
          ...(sync ? { signal: context.signal } : {}),
        });
        return sync ? run.ended : { runId: run.id };
      },
    }),

    'flow.listRuns': operation({
      summary: 'Lists runs, newest first',
      http: { method: 'GET', path: '/flow/runs' },
      access: 'project',
      capability: 'flow.read',
      effect: 'read',
      input: Type.Object({
        cursor: Type.Optional(Type.String()),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
        state: Type.Optional(RunState),
      }),
      output: Type.Object({ runs: Type.Array(RunSummary), next: Type.Optional(Type.String()) }),
      handler: (context, { cursor, limit, state }) =>
        runs.list(context.project, {
          limit: limit ?? 50,
          ...(cursor === undefined ? {} : { cursor }),
          ...(state === undefined ? {} : { state }),
        }),
    }),

    'flow.getRun': operation({
      summary: 'Gives a run with its steps and outputs',
      http: { method: 'GET', path: '/flow/runs/:id' },
      access: 'project',
      capability: 'flow.read',
      effect: 'read',
      input: RunId,
      output: RunRecord,
      handler: (context, { id }) => runs.get(context.project, id),
    }),

    'flow.cancelRun': operation({
      summary: 'Cancels a run; what is stored stays',
      http: { method: 'POST', path: '/flow/runs/:id/cancel' },
      access: 'project',
      capability: 'flow.execute',
      effect: 'write',
      ledger: ['run.cancelled'],
      input: RunId,
      output: RunRecord,
      handler: (context, { id }) => runs.cancel(context.project, id),
    }),

    'flow.resumeRun': operation({
      summary: 'Goes on with a run that was interrupted, failed or cancelled, from what is stored',
      http: { method: 'POST', path: '/flow/runs/:id/resume' },
      access: 'project',
      capability: 'flow.execute',
      effect: 'write',
      ledger: ['run.resume', 'run.step', 'run.finish', 'run.failed', 'run.cancelled'],
      input: Type.Object({
        id: Type.String(),
        mode: Type.Optional(Type.Union([Type.Literal('sync'), Type.Literal('async')])),
      }),
      output: Type.Union([RunRecord, Started]),
      async handler(context, { id, mode }) {
        const run = await runs.resume(context.project, id, context.actor);
        return mode === 'sync' ? run.ended : { runId: run.id };
      },
    }),

    'flow.retryFailed': operation({
      summary: 'Tries the failed steps of a run again, and what was skipped because of them; what is done stays',
      http: { method: 'POST', path: '/flow/runs/:id/retry' },
      access: 'project',
      capability: 'flow.execute',
      effect: 'write',
      ledger: ['run.resume', 'run.step', 'run.finish', 'run.failed', 'run.cancelled'],
      input: RunId,
      output: Started,
      handler: async (context, { id }) => ({ runId: (await runs.retryFailed(context.project, id, context.actor)).id }),
    }),

    'flow.rerun': operation({
      summary: 'Runs again, from a step or as a whole, also with another source; what is unchanged is reused',
      description:
        'With `fromStep` that step and all after it are computed anew, and everything else keeps its result, whatever it does. Without it steps are reused by what they do and read; each says why it was, or was not.',
      http: { method: 'POST', path: '/flow/runs/:id/rerun' },
      access: 'project',
      capability: 'flow.execute',
      effect: 'write',
      ledger: ['run.start', 'run.step', 'run.paused', 'run.finish', 'run.failed', 'run.cancelled'],
      input: Type.Object({
        id: Type.String(),
        fromStep: Type.Optional(Type.String()),
        source: Type.Optional(Source),
        inputs: Type.Optional(Inputs),
        until: Until,
        breakpoints: Breakpoints,
      }),
      output: Started,
      async handler(context, { id, fromStep, ...more }) {
        const run = await runs.rerun(context.project, id, {
          actor: context.actor,
          ...more,
          ...(fromStep === undefined ? {} : { from: [fromStep] }),
        });
        return { runId: run.id };
      },
    }),

    'flow.stepResult': operation({
      summary:
        'Gives what a step of a run yielded, or one of the values that it reads: a page of a table, JSON, or text',
      http: { method: 'GET', path: '/flow/runs/:id/steps/:step/result' },
      access: 'project',
      capability: 'flow.read',
      effect: 'read',
      input: Type.Object({
        id: Type.String(),
        step: Type.String({ description: 'Node id, as `step:load`' }),
        input: Type.Optional(Type.String({ description: 'Name of a value that it reads; absent: its result' })),
        offset: Type.Optional(Type.Integer({ minimum: 0 })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
      }),
      output: Type.Union([
        Type.Object({ kind: Type.Literal('table'), page: TablePage }),
        Type.Object({ kind: Type.Literal('json'), value: Opaque }),
        Type.Object({ kind: Type.Literal('text'), text: Type.String() }),
      ]),
      handler: (context, { id, step, input, offset, limit }) =>
        runs.stepResult(context.project, id, step, offset ?? 0, limit ?? 200, input),
    }),

    ...debugOperations(runs, root),
    ...historyOperations(runs),
    ...retentionOperations(runs),
    ...shareOperations(runs),
    ...editOperations({
      environment: async (context, inputs) => ({
        ...runs.environment(context.project),
        ...(inputs ? { inputColumns: await inputColumns(inputs, (file) => sniff(context, file)) } : {}),
      }),
      async example(context, file) {
        const value = readInputs([SNIFFED], { file })[0]!;
        if (!isFile(value)) throw notAFile();
        const { format: found, columns } = await sniff(context, value);
        return { name: value.name ?? value.path ?? 'data', format: found, columns: asColumns(columns) };
      },
    }),

    'flow.listOps': operation({
      summary: 'Lists what a step can do: the operations of FLOW and those of this node',
      http: { method: 'GET', path: '/flow/ops' },
      access: 'project',
      capability: 'flow.read',
      effect: 'read',
      input: Type.Object({}),
      output: Type.Object({ ops: Type.Array(Contracts) }),
      handler: () => ({ ops: allOps(registry()) }),
    }),

    'flow.getOp': operation({
      summary: 'Gives one operation with its documentation and schemas',
      http: { method: 'GET', path: '/flow/ops/:name' },
      access: 'project',
      capability: 'flow.read',
      effect: 'read',
      input: Type.Object({ name: Type.String() }),
      output: Contracts,
      handler(_context, { name }) {
        const found =
          allOps(registry()).find((one) => one.name === name) ??
          allOps(registry()).find((one) => one.name === name.toUpperCase());
        if (!found)
          throw new Problem('operation-not-found', `There is no operation ${JSON.stringify(name)}.`, {
            status: 404,
            hint: 'GET /flow/ops lists them.',
          });
        return found;
      },
    }),

    'flow.samples': operation({
      summary: 'Gives the flows that ship with the program, with their data, ready to run',
      http: { method: 'GET', path: '/flow/samples' },
      access: 'project',
      capability: 'flow.read',
      effect: 'read',
      input: Type.Object({}),
      output: Type.Object({
        samples: Type.Array(
          Type.Object({
            name: Type.String(),
            title: Type.String(),
            description: Type.String(),
            kind: Type.String(),
            source: Type.String(),
            inputs: Inputs,
          }),
        ),
      }),
      handler: () => ({ samples: readSamples(root) }),
    }),

    'flow.sniff': operation({
      summary: 'Finds out the format and columns of a file, from its beginning',
      http: { method: 'POST', path: '/flow/sniff' },
      access: 'project',
      capability: 'flow.read',
      effect: 'read',
      input: Type.Object({ file: FileRef }),
      output: Type.Object({ format: Type.String(), columns: TableRef.properties.columns }),
      async handler(context, { file }) {
        const value = readInputs([SNIFFED], { file })[0]!;
        if (!isFile(value)) throw notAFile();
        return sniff(context, value);
      },
    }),
  };
}

/** The input under which flow.sniff checks its file reference. */
const SNIFFED: Parameters<typeof readInputs>[0][number] = {
  kind: 'input',
  id: 'input:file',
  name: 'file',
  inputType: 'file',
  optional: false,
  dependsOn: [],
  range: { start: 0, end: 0 },
  type: { kind: 'file' },
};

function planSummary(row: PlanRow) {
  return {
    planId: row.id,
    name: row.name,
    hash: row.plan_hash,
    createdAt: row.created_at,
    ...(row.origin === null ? {} : { origin: row.origin }),
  };
}

function allOps(registry: Registry | undefined) {
  const contracts = BUILTIN_CONTRACTS.map((contract: Contract) => ({
    name: contract.name,
    summary: contract.summary,
    kind: 'contract' as const,
    runs: contract.runs,
    effect: contract.effect,
    contract: contract as unknown,
  }));
  const operations = (registry?.list() ?? []).map((one) => ({
    name: one.name,
    summary: one.summary,
    kind: 'operation' as const,
    runs: true,
    effect: one.effect === 'write',
    input: one.input as unknown,
    output: one.output as unknown,
  }));
  return [...contracts, ...operations];
}

function asColumns(columns: readonly { name: string; type: string }[]): Column[] {
  return columns.map((column) => ({ name: column.name, type: columnFlowType(column.type), native: column.type }));
}

function notAFile(): Problem {
  return new Problem('input-type', 'This is not a file reference.', {
    status: 422,
    hint: 'Give { $file } or { $blob }.',
  });
}

/** The file that a value of an input names; undefined when it names none. */
function givenFile(given: unknown): FileValue | undefined {
  if (typeof given !== 'object' || given === null || !('$file' in given || '$blob' in given)) return undefined;
  const file = readInputs([SNIFFED], { file: given })[0]!;
  return isFile(file) ? file : undefined;
}

/** Columns of the files among the inputs; those that cannot be read are left out: the run will say why. Those that the caller may not name are refused. */
async function inputColumns(
  inputs: Record<string, unknown>,
  sniff: (file: FileValue) => ReturnType<TableEngine['sniff']>,
): Promise<Record<string, Column[]>> {
  const columns: Record<string, Column[]> = {};
  for (const [name, given] of Object.entries(inputs)) {
    try {
      const file = givenFile(given);
      if (file === undefined) continue;
      const sniffed = await sniff(file);
      columns[name] = asColumns(sniffed.columns);
    } catch (error) {
      if (!(error instanceof Problem) || error.status === 403) throw error;
    }
  }
  return columns;
}

export type FlowOperations = ReturnType<typeof flowOperations>;
