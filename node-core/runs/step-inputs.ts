/** What a step reads: the values before it ran, for people who look at a paused or an ended run. */
import { takesFile } from '../flow/plan/graph.ts';
import type { FlowType } from '../flow/types/type.ts';
import type { Project } from '../projects/project.ts';
import { readInputs } from './inputs.ts';
import type { Inside } from './launch.ts';
import type { PreparedPlan, PreparedStep, Source } from './prepare.ts';
import type { RunRow } from './records.ts';
import { decodeResult, isFile, isLazy, isTable, kindOfResult, toWire, type StepResult } from './results.ts';
import type { StepInput } from './schema.ts';

/** A run at rest or under way, as its values are found. */
export interface Values {
  plan: PreparedPlan;
  /** Result of a step. */
  result(step: number): StepResult | undefined;
  /** Value of an input of the flow. */
  input(position: number): Promise<StepResult | undefined>;
  /** What a person put in the place of what the step reads, by plain name; or in that of its result, by ''. */
  edited(step: number, name: string): { result: StepResult; by: string } | undefined;
}

/** The values of a run, from memory while it is under way. */
export function valuesOfRun(inside: Inside, project: Project, row: RunRow): Values {
  const { store } = inside.of(project);
  const live = inside.active.get(row.id)?.running;
  const read = (key: string | null | undefined): StepResult | undefined => {
    const found = typeof key === 'string' ? store.result(key) : undefined;
    return found && decodeResult(found);
  };
  if (live) {
    const { edits, inputs } = live.spec;
    return {
      plan: live.spec.plan,
      result: (step) => live.result(step),
      input: (position) => Promise.resolve(inputs[position]),
      edited(step, name) {
        const edit = name === '' ? edits.outputs.get(step) : edits.inputs.get(step)?.get(name);
        return edit && { result: edit.result, by: edit.edit.by };
      },
    };
  }
  const { plan } = inside.prepared(store.source(row.source_hash) ?? '');
  const keys = new Map(store.steps(row.id).map((step) => [step.step, step.result]));
  const edits = store.edits(row.id);
  return {
    plan,
    result: (step) => read(keys.get(step)),
    async input(position) {
      const node = plan.inputs[position]!;
      const given = JSON.parse(row.inputs) as Record<string, unknown>;
      const value = readInputs([node], Object.hasOwn(given, node.name) ? { [node.name]: given[node.name] } : {})[0];
      if (!isTable(value)) return value;
      return (await inside.options.engine(project).stored(value.key)) ?? read(value.key);
    },
    edited(step, name) {
      const id = plan.steps[step]!.node.id;
      const edit = edits.find((one) => one.step === id && one.input === name);
      const result = edit && read(edit.result);
      return edit && result !== undefined ? { result, by: edit.edited_by } : undefined;
    },
  };
}

/** Where a value that a step reads comes from, under the name by which people know it. */
export function readsOf(
  plan: PreparedPlan,
  step: PreparedStep,
): { name: string; id: string; from: Source; type: FlowType; hidden: boolean }[] {
  return step.reads.map(({ from }) => {
    const made = 'step' in from ? plan.steps[from.step]! : undefined;
    const node = 'input' in from ? plan.inputs[from.input]! : made!.node;
    return {
      name: node.name,
      id: node.id,
      from,
      type: node.type,
      hidden: made?.hidden === true,
    };
  });
}

/** The value of one of them, edited or not. */
export async function valueRead(values: Values, step: PreparedStep, read: { name: string; from: Source }) {
  const edit = values.edited(step.index, read.name);
  if (edit) return { result: edit.result as StepResult | undefined, editedBy: edit.by };
  const { from } = read;
  return { result: 'step' in from ? values.result(from.step) : await values.input(from.input), editedBy: undefined };
}

const LARGEST_INLINE = 64 << 10;

export async function stepInputs(values: Values, step: PreparedStep): Promise<StepInput[]> {
  const inputs: StepInput[] = [];
  for (const read of readsOf(values.plan, step)) {
    const base = { name: read.name, from: read.id };
    if (read.hidden) {
      inputs.push({ ...base, kind: 'hidden' });
      continue;
    }
    const { result, editedBy } = await valueRead(values, step, read);
    const edited = editedBy === undefined ? {} : { editedBy };
    if (result === undefined) inputs.push({ ...base, kind: 'waiting' });
    else if (isTable(result) || isLazy(result)) {
      inputs.push({ ...base, kind: 'table', rows: Math.max(0, result.rows), columns: result.columns, ...edited });
    } else if ('input' in read.from && isFile(result) && takesFile(values.plan.inputs[read.from.input]!)) {
      inputs.push({ ...base, kind: 'file', value: toWire(result), ...edited });
    } else {
      const value = toWire(result);
      const small = (JSON.stringify(value)?.length ?? 0) <= LARGEST_INLINE;
      inputs.push({
        ...base,
        kind: kindOfResult(result),
        ...(Array.isArray(result) ? { rows: result.length } : {}),
        ...(small ? { value } : {}),
        ...edited,
      });
    }
  }
  return inputs;
}
