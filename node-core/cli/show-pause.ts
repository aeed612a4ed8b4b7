/** Where a run stands: what the steps before which it stopped read, and how to go on. */
import type { RunRecord, StepInput } from '../runs/schema.ts';
import type { Connection } from './connection.ts';
import { count, isNumeric, note, print, textTable, visible } from './print.ts';

/** Rows of an input that are printed when a run stops. */
const ROWS = 10;

/** What the steps read that a run stands before, and how to go on. */
export async function describePause(connection: Connection, run: RunRecord): Promise<void> {
  for (const id of run.pausedAt ?? []) {
    const step = run.steps.find((one) => one.id === id)!;
    note(`\nPaused before ${step.name} (${step.contract}). It reads:`);
    const { inputs } = await connection.call('flow.stepInputs', { id: run.id, step: id });
    if (inputs.length === 0) note('  nothing');
    for (const input of inputs) await describeInput(connection, run.id, id, input);
  }
  note(`\nGo on with: voike runs continue ${run.id}   (--step: one step, then stop again)`);
  note(`Change a value first with: voike runs edit ${run.id} STEP [INPUT] --value JSON`);
}

async function describeInput(connection: Connection, run: string, step: string, input: StepInput): Promise<void> {
  const edited = input.editedBy === undefined ? '' : `, edited by ${input.editedBy}`;
  if (input.kind === 'hidden') return note(`\n${input.name}: @sensitive, not shown`);
  if (input.kind === 'waiting') return note(`\n${input.name}: not there yet`);
  if (input.kind !== 'table') {
    note(`\n${input.name}${edited}`);
    return print(typeof input.value === 'string' ? visible(input.value) : (JSON.stringify(input.value) ?? 'null'));
  }
  note(`\n${input.name}, ${count(input.rows ?? 0)} rows${edited}`);
  const found = await connection.call('flow.stepResult', { id: run, step, input: input.name, limit: ROWS });
  if (found.kind !== 'table') return;
  print(
    textTable(
      found.page.columns.map(({ name, type }) => ({ name, right: isNumeric(type) })),
      found.page.rows,
    ),
  );
}
