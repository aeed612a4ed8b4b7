/** Two runs side by side: inputs, plans, steps, outputs, and the rows that differ. */
import { Problem } from '../errors/problem.ts';
import { canonicalJson } from '../canonical/canonical.ts';
import type { Project } from '../projects/project.ts';
import type { AnyTable } from '../tables/engine-types.ts';
import type { Inside } from './launch.ts';
import type { PreparedPlan } from './prepare.ts';
import type { RunRow } from './records.ts';
import { decodeResult, isLazy, isTable, toWire, type StepResult } from './results.ts';
import type { RowDifference, RunComparison, RunRecord, StepComparison, StepRecord } from './schema.ts';
import { labelOf } from './views.ts';
import { changesOf } from './why.ts';

/** Tables that are read to say whether they are the same; for the others the rows say so when they are asked for. */
const MOST_READ = 20;
const MOST_ROWS_READ = 200_000;

interface One {
  row: RunRow;
  record: RunRecord;
}

export function createComparing(inside: Inside) {
  const { of, prepared, options } = inside;

  function planOf(source: string): PreparedPlan | undefined {
    try {
      return prepared(source).plan;
    } catch (error) {
      if (error instanceof Problem) return undefined;
      throw error;
    }
  }

  function result(project: Project, step: StepRecord | undefined): StepResult | undefined {
    const row = step?.resultKey === undefined ? undefined : of(project).store.result(step.resultKey);
    return row && decodeResult(row);
  }

  /** Whether two results are the same, as far as it can be said without reading tables. */
  function same(project: Project, a: StepRecord | undefined, b: StepRecord | undefined): StepComparison['result'] {
    if (a?.resultKey === undefined || b?.resultKey === undefined) return 'unknown';
    if (a.resultKey === b.resultKey) return 'same';
    const [first, second] = [result(project, a), result(project, b)];
    if (first === undefined || second === undefined) return 'unknown';
    if (isTable(first) && isTable(second) && first.key === second.key) return 'same';
    if (isTable(first) || isLazy(first) || isTable(second) || isLazy(second)) {
      if (a.resultKind !== b.resultKind || a.rows !== b.rows) return 'different';
      const columns = (table: StepResult) => JSON.stringify((table as AnyTable).columns);
      // As many rows of the same columns: which ones is for the rows to say.
      return columns(first) === columns(second) ? 'unknown' : 'different';
    }
    return canonicalJson(toWire(first)) === canonicalJson(toWire(second)) ? 'same' : 'different';
  }

  /** The same, reading tables where it has to. */
  async function settled(project: Project, a: StepRecord | undefined, b: StepRecord | undefined) {
    const quick = same(project, a, b);
    if (quick !== 'unknown') return quick;
    const [first, second] = [result(project, a), result(project, b)];
    if (!isTable(first) || !isTable(second)) return quick;
    try {
      const found = await options.engine(project).difference(first, second, [], { offset: 0, limit: 0 });
      return found.added === 0 && found.removed === 0 ? ('same' as const) : ('different' as const);
    } catch (error) {
      if (error instanceof Problem) return quick;
      throw error;
    }
  }

  async function compare(project: Project, a: One, b: One): Promise<RunComparison> {
    const [planA, planB] = [planOf(a.record.source), planOf(b.record.source)];
    const steps: StepComparison[] = [];
    const hiddenSteps = new Set<string>();
    const ids = [...new Set([...a.record.steps, ...b.record.steps].map((step) => step.id))];
    for (const id of ids) {
      const stepA = a.record.steps.find((step) => step.id === id);
      const stepB = b.record.steps.find((step) => step.id === id);
      const known = (stepA ?? stepB)!;
      const twins = [planA, planB].map((plan) => plan?.steps[plan.indexOf.get(id) ?? -1]);
      const changes =
        twins[0] && twins[1]
          ? changesOf({ step: twins[0], source: a.record.source }, { step: twins[1], source: b.record.source })
          : [];
      const hidden = twins.some((step) => step?.hidden);
      if (hidden) hiddenSteps.add(id);
      steps.push({
        id,
        name: known.name,
        contract: (stepB ?? stepA)!.contract,
        plan: stepA === undefined ? 'only-b' : stepB === undefined ? 'only-a' : changes.length > 0 ? 'changed' : 'same',
        changes: changes.map(({ part, before, after }) => ({ part, a: before, b: after })),
        ...(stepA === undefined ? {} : { a: stepA }),
        ...(stepB === undefined ? {} : { b: stepB }),
        result: hidden ? 'unknown' : same(project, stepA, stepB),
      });
    }
    let left = MOST_READ;
    for (const step of steps) {
      const { a: stepA, b: stepB } = step;
      if (step.result !== 'unknown' || stepA?.resultKind !== 'table' || hiddenSteps.has(step.id)) continue;
      if ((stepA.rows ?? 0) > MOST_ROWS_READ || left === 0) continue;
      left -= 1;
      step.result = await settled(project, stepA, stepB);
    }
    const labels = [planA, planB].map(
      (plan) =>
        new Map(
          plan?.steps.flatMap((step): [string, string][] => {
            const label = labelOf(step.node);
            return label === undefined ? [] : [[label, step.node.id]];
          }),
        ),
    );
    const outputs: RunComparison['outputs'] = [];
    for (const label of new Set([...labels[0]!.keys(), ...labels[1]!.keys()])) {
      const [nodeA, nodeB] = [labels[0]!.get(label), labels[1]!.get(label)];
      const compared = steps.find((step) => step.id === nodeB);
      outputs.push({
        label,
        ...(nodeA === undefined ? {} : { nodeA }),
        ...(nodeB === undefined ? {} : { nodeB }),
        result: await settled(
          project,
          a.record.steps.find((step) => step.id === nodeA),
          b.record.steps.find((step) => step.id === nodeB),
        ),
      });
      // What an output says of its node holds for the list of steps too.
      if (compared && nodeA === nodeB && compared.result === 'unknown') compared.result = outputs.at(-1)!.result;
    }
    return {
      a: summary(a.record),
      b: summary(b.record),
      samePlan: a.record.planHash === b.record.planHash,
      inputs: inputsOf(a, b),
      steps,
      outputs,
    };
  }

  async function compareRows(
    project: Project,
    a: RunRow,
    b: RunRow,
    request: { step: string; stepB?: string; by: readonly string[]; offset: number; limit: number },
    signal: AbortSignal,
  ): Promise<RowDifference> {
    const tables = [tableOf(project, a, request.step), tableOf(project, b, request.stepB ?? request.step)] as const;
    const { offset, limit } = request;
    const { rows, ...counts } = await options
      .engine(project)
      .difference(tables[0], tables[1], request.by, { offset, limit }, signal);
    const width = counts.columns.length;
    return {
      ...counts,
      by: [...request.by],
      offset,
      rows: rows.map((row) => {
        const change = row[0] as 'added' | 'removed' | 'changed';
        return {
          change,
          ...(change === 'added' ? {} : { a: row.slice(1, 1 + width) }),
          ...(change === 'removed' ? {} : { b: row.slice(1 + width) }),
        };
      }),
    };
  }

  function tableOf(project: Project, row: RunRow, name: string): AnyTable {
    const { store } = of(project);
    const { plan } = prepared(store.source(row.source_hash) ?? '');
    const position = plan.indexOf.get(name) ?? plan.indexOf.get(`step:${name}`);
    const step = position === undefined ? undefined : plan.steps[position];
    if (!step) {
      throw new Problem('step-not-found', `The run ${row.id} has no step ${JSON.stringify(name)}.`, {
        status: 404,
        hint: 'flow.getRun lists its steps.',
      });
    }
    const { node } = step;
    if (step.hidden) {
      throw new Problem('result-sensitive', `The result of ${node.name} is @sensitive and is not shown.`, {
        status: 403,
      });
    }
    const key = store.steps(row.id).find((one) => one.step === position)?.result;
    const kept = typeof key === 'string' ? store.result(key) : undefined;
    const found = kept && decodeResult(kept);
    if (isTable(found) || isLazy(found)) return found;
    throw new Problem('not-a-table', `${node.name} has no table in the run ${row.id}.`, {
      status: 422,
      hint: 'Rows are compared where both runs have a table.',
    });
  }

  return { compare, compareRows };
}

function inputsOf(a: One, b: One): RunComparison['inputs'] {
  const files = [a, b].map(({ row }) => JSON.parse(row.files) as Record<string, string>);
  const names = new Set([...Object.keys(a.record.inputs), ...Object.keys(b.record.inputs)]);
  return [...names].map((name) => {
    const [hashA, hashB] = [files[0]![name], files[1]![name]];
    const [valueA, valueB] = [a.record.inputs[name], b.record.inputs[name]];
    const same =
      hashA !== undefined || hashB !== undefined
        ? hashA === hashB
        : JSON.stringify(valueA ?? null) === JSON.stringify(valueB ?? null);
    return {
      name,
      same,
      ...(valueA === undefined ? {} : { a: valueA }),
      ...(valueB === undefined ? {} : { b: valueB }),
      ...(hashA === undefined ? {} : { hashA }),
      ...(hashB === undefined ? {} : { hashB }),
    };
  });
}

function summary(record: RunRecord) {
  const { source: _source, steps: _steps, outputs: _outputs, ...rest } = record;
  return rest;
}
