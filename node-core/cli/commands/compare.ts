/** `voike runs compare A B` */
import type { RowDifference } from '../../runs/schema.ts';
import type { Where } from '../connection.ts';
import { EXIT } from '../exit.ts';
import { count, duration, note, print, printJson, textTable } from '../print.ts';
import { withConnection } from './runs.ts';

type Options = Where & { json?: boolean; limit?: number; step?: string; by?: string };

/** Exit code 0 when both yielded the same, 1 when not. */
export const compareRuns = (a: string, b: string, options: Options): Promise<number> =>
  withConnection(options, async (connection) => {
    if (options.step !== undefined) {
      const rows = await connection.call('flow.compareRows', {
        a,
        b,
        step: options.step.includes(':') ? options.step : `step:${options.step}`,
        by: options.by === undefined ? [] : options.by.split(','),
        limit: options.limit ?? 50,
      });
      if (options.json) printJson(rows);
      else describeRows(rows);
      return rows.added + rows.removed + rows.changed === 0 ? EXIT.ok : EXIT.failed;
    }
    const compared = await connection.call('flow.compareRuns', { a, b });
    const same = compared.outputs.every((output) => output.result === 'same');
    if (options.json) printJson(compared);
    else {
      note(`A ${compared.a.id}  ${compared.a.state}  ${time(compared.a.ms)}`);
      note(`B ${compared.b.id}  ${compared.b.state}  ${time(compared.b.ms)}`);
      note(compared.samePlan ? 'Both ran the same plan.' : 'The plans differ.');
      for (const input of compared.inputs.filter((one) => !one.same))
        note(
          `Input ${input.name}: ${short(input.a)} → ${short(input.b)}${input.hashA === undefined ? '' : ' (another file)'}`,
        );
      print(
        textTable(
          [
            { name: 'STEP' },
            { name: 'PLAN' },
            { name: 'A' },
            { name: 'B' },
            { name: 'ROWS A', right: true },
            { name: 'ROWS B', right: true },
            { name: 'TIME A', right: true },
            { name: 'TIME B', right: true },
            { name: 'RESULT' },
          ],
          compared.steps.map((step) => [
            step.name,
            step.changes.length > 0
              ? step.changes.map((change) => `${change.part}: ${change.a} → ${change.b}`).join('; ')
              : step.plan,
            step.a?.state ?? '',
            step.b?.state ?? '',
            step.a?.rows === undefined ? '' : count(step.a.rows),
            step.b?.rows === undefined ? '' : count(step.b.rows),
            time(step.a?.ms),
            time(step.b?.ms),
            step.result,
          ]),
        ),
      );
      for (const output of compared.outputs) note(`Output ${output.label}: ${output.result}`);
      if (!same) note('Rows that differ: voike runs compare A B --step STEP [--by COLUMN,…]');
    }
    return same ? EXIT.ok : EXIT.failed;
  });

const time = (ms: number | undefined): string => (ms === undefined ? '' : duration(ms));
const short = (value: unknown): string => (value === undefined ? 'not given' : JSON.stringify(value).slice(0, 60));

function describeRows(rows: RowDifference): void {
  note(
    `${count(rows.added)} added, ${count(rows.removed)} removed, ${count(rows.changed)} changed, ${count(rows.same)} the same.`,
  );
  if (rows.onlyA.length > 0) note(`Only A has the columns ${rows.onlyA.join(', ')}.`);
  if (rows.onlyB.length > 0) note(`Only B has the columns ${rows.onlyB.join(', ')}.`);
  if (rows.rows.length === 0) return;
  print(
    textTable(
      [{ name: '' }, ...rows.columns.map(({ name }) => ({ name }))],
      rows.rows.flatMap((row) => [
        ...(row.a === undefined ? [] : [['-', ...row.a]]),
        ...(row.b === undefined ? [] : [['+', ...row.b]]),
      ]),
    ),
  );
}
