/** What a run gave, for people and for scripts. */
import type { RunOutput, RunRecord, StepRecord, TableRef } from '../runs/schema.ts';
import type { Connection } from './connection.ts';
import { EXIT } from './exit.ts';
import { noteKept } from './follow.ts';
import { count, duration, isNumeric, note, print, printJson, textTable, visible } from './print.ts';
import { describePause } from './show-pause.ts';

/** Rows asked for at once. */
const PAGE = 1000;

export interface TableRows {
  columns: { name: string; type: string }[];
  rows: unknown[][];
  /** Rows in all. */
  total: number;
  truncated: boolean;
}

/** The first `limit` rows of a step's table. */
export async function readTable(
  connection: Connection,
  runId: string,
  output: RunOutput,
  limit: number,
): Promise<TableRows> {
  const reference = output.value as TableRef;
  const rows: unknown[][] = [];
  let { columns, rows: total } = reference;
  while (rows.length < Math.min(limit, total)) {
    const result = await connection.call('flow.stepResult', {
      id: runId,
      step: output.node,
      offset: rows.length,
      limit: Math.min(PAGE, limit - rows.length),
    });
    if (result.kind !== 'table' || result.page.rows.length === 0) break;
    ({ columns, total } = result.page);
    rows.push(...result.page.rows);
  }
  return { columns, rows, total, truncated: rows.length < total };
}

/** An output that is no table. Those over a mebibyte do not come with the run and are asked for. */
async function readValue(connection: Connection, runId: string, output: RunOutput): Promise<unknown> {
  if (output.value !== null) return output.value;
  const result = await connection.call('flow.stepResult', { id: runId, step: output.node });
  return result.kind === 'text' ? result.text : result.kind === 'json' ? result.value : null;
}

/** Prints the run and gives the exit code that it means. */
export async function showRun(
  connection: Connection,
  run: RunRecord,
  options: { json?: boolean; limit?: number },
): Promise<number> {
  const limit = options.limit ?? (options.json ? 1000 : 20);
  if (options.json) {
    const outputs: Record<string, unknown> = {};
    for (const output of Object.values(run.outputs))
      outputs[output.label] = await outputForScripts(connection, run.id, output, limit);
    printJson({
      runId: run.id,
      state: run.state,
      outputs,
      steps: run.steps,
      ...(run.pausedAt === undefined || run.pausedAt.length === 0 ? {} : { pausedAt: run.pausedAt }),
      ...(run.ms === undefined ? {} : { ms: run.ms }),
      ...(run.error === undefined ? {} : { error: run.error }),
    });
  } else {
    await describeRun(connection, run, limit);
  }
  return run.state === 'succeeded' || run.state === 'paused' ? EXIT.ok : EXIT.failed;
}

async function outputForScripts(
  connection: Connection,
  runId: string,
  output: RunOutput,
  limit: number,
): Promise<unknown> {
  if (output.kind !== 'table') return readValue(connection, runId, output);
  const { columns, rows, total, truncated } = await readTable(connection, runId, output, limit);
  return { columns, rows, total, truncated };
}

async function describeRun(connection: Connection, run: RunRecord, limit: number): Promise<void> {
  note(`${run.name}   ${run.state}${run.ms === undefined ? '' : ` in ${duration(run.ms)}`}   run ${run.id}\n`);
  if (run.steps.length > 0) {
    note(
      textTable(
        [
          { name: 'STEP' },
          { name: 'WHAT' },
          { name: 'STATE' },
          { name: 'ROWS', right: true },
          { name: 'TIME', right: true },
          { name: 'WHY' },
        ],
        run.steps.map((step) => [
          step.name,
          step.contract,
          step.state,
          step.rows === undefined ? '' : count(step.rows),
          step.ms === undefined ? '' : duration(step.ms),
          step.reason ?? '',
        ]),
      ),
    );
  }
  for (const step of run.steps) describeTrouble(step);
  for (const output of Object.values(run.outputs)) await describeOutput(connection, run.id, output, limit);
  if (run.state === 'paused') return describePause(connection, run);
  if (run.state !== 'succeeded') {
    note('');
    if (run.error !== undefined && !run.steps.some((step) => step.error !== undefined)) {
      note(run.error.detail);
      if (run.error.hint !== undefined) note(run.error.hint);
    }
    noteKept(run);
  }
}

function describeTrouble(step: StepRecord): void {
  if (step.error === undefined) return;
  note(`\n${step.name}: ${step.error.detail} (${step.error.code})`);
  if (step.error.hint !== undefined) note(`  ${step.error.hint}`);
}

async function describeOutput(connection: Connection, runId: string, output: RunOutput, limit: number): Promise<void> {
  // Headings go where the progress went; stdout carries the values alone when there is one output.
  note(`\n${output.label}`);
  if (output.kind !== 'table') {
    const value = await readValue(connection, runId, output);
    return typeof value === 'string' ? print(visible(value)) : printJson(value);
  }
  const { columns, rows, total, truncated } = await readTable(connection, runId, output, limit);
  print(
    textTable(
      columns.map(({ name, type }) => ({ name, right: isNumeric(type) })),
      rows,
    ),
  );
  note(
    truncated
      ? `${count(rows.length)} of ${count(total)} rows; --limit shows more.`
      : `${count(total)} ${total === 1 ? 'row' : 'rows'}.`,
  );
}
