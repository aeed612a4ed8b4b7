/** `voike runs continue`, `edit`, `retry`, `pause`, `events`: a run that is stopped, looked at, changed, and goes on. */
import type { RunRecord, StepInput } from '../../runs/schema.ts';
import type { Connection, Where } from '../connection.ts';
import { EXIT, usage } from '../exit.ts';
import { createFollower } from '../follow.ts';
import { host } from '../host.ts';
import { count, duration, note, print, printJson, textTable, visible } from '../print.ts';
import { isNumeric, showRun } from '../show-run.ts';
import { readStdinText, readTextFile } from '../sources.ts';
import { withConnection } from './runs.ts';

type Options = Where & { json?: boolean; limit?: number };

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

/** Starts what goes on, follows it to its end or next stop, and shows it. */
async function followed(
  connection: Connection,
  options: Options,
  start: () => Promise<{ runId: string }>,
): Promise<number> {
  const follower = await createFollower(connection, { progress: host().watched() !== undefined && !options.json });
  try {
    const { runId } = await start();
    return await showRun(connection, await follower.follow(runId), options);
  } finally {
    follower.close();
  }
}

export const continueRun = (id: string, options: Options & { step?: boolean; from?: string }): Promise<number> =>
  withConnection(options, (connection) =>
    followed(connection, options, () =>
      connection.call('flow.continueRun', {
        id,
        ...(options.step ? { mode: 'step' as const } : {}),
        ...(options.from === undefined ? {} : { step: options.from }),
      }),
    ),
  );

export const retryRun = (id: string, options: Options): Promise<number> =>
  withConnection(options, (connection) =>
    followed(connection, options, () => connection.call('flow.retryFailed', { id })),
  );

export const pauseRun = (id: string, options: Options): Promise<number> =>
  withConnection(options, async (connection) => {
    await connection.call('flow.pauseRun', { id });
    if (options.json) printJson({ runId: id });
    else note(`It stops before the steps that come next. See: voike runs get ${id}`);
    return EXIT.ok;
  });

/** @throws Problem `usage` unless exactly one of --value, --rows and --file is given */
export const editRun = (
  id: string,
  step: string,
  input: string | undefined,
  options: Options & { value?: string; rows?: string; file?: string },
): Promise<number> =>
  withConnection(options, async (connection) => {
    if ([options.value, options.rows, options.file].filter((given) => given !== undefined).length !== 1)
      throw usage('An edit needs one value.', 'Give --value JSON, --rows JSON or --file PATH.');
    const value = options.value === undefined ? undefined : await jsonArgument(options.value);
    const rows = options.rows === undefined ? undefined : await jsonArgument(options.rows);
    if (rows !== undefined && !Array.isArray(rows))
      throw usage('--rows is a list of records.', '--rows \'[{"a": 1}]\'');
    const file =
      options.file === undefined ? undefined : ((await host().inputFile(options.file, 'edit', connection)) as never);
    const { runId, started } = await connection.call('flow.editRun', {
      id,
      edits: [
        {
          step,
          ...(input === undefined ? {} : { input }),
          ...(options.value === undefined ? {} : { value }),
          ...(rows === undefined ? {} : { rows: rows as Record<string, unknown>[] }),
          ...(file === undefined ? {} : { file }),
        },
      ],
    });
    if (!started) {
      if (options.json) printJson({ runId, started });
      else note(`Edited; the run is paused as before. Go on with: voike runs continue ${runId}`);
      return EXIT.ok;
    }
    if (!options.json) note(`Run ${id} had ended; ${runId} goes on from it with the edit.`);
    return followed(connection, options, () => Promise.resolve({ runId }));
  });

/** JSON as written, from a file (`@path`) or from stdin (`@-`). */
async function jsonArgument(argument: string): Promise<unknown> {
  const text =
    argument === '@-'
      ? await readStdinText()
      : argument.startsWith('@')
        ? await readTextFile(argument.slice(1))
        : argument;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw usage('The value is not JSON.', 'Text is JSON in quotes: \'"text"\'.');
  }
}

export const runEvents = (id: string, options: Options): Promise<number> =>
  withConnection(options, async (connection) => {
    let from: number | undefined = 0;
    do {
      const page: Awaited<ReturnType<typeof connection.call<'flow.runEvents'>>> = await connection.call(
        'flow.runEvents',
        { id, from, limit: 1000 },
      );
      for (const event of page.events) {
        if (options.json) print(JSON.stringify(event));
        else {
          const facts = [
            event.state,
            event.rows === undefined ? undefined : `${count(event.rows)} rows`,
            event.ms === undefined ? undefined : duration(event.ms),
            event.by === undefined ? undefined : `by ${event.by}`,
            event.message,
          ].filter((fact) => fact !== undefined);
          print(visible([event.time, event.kind, event.step ?? '', facts.join(', ')].filter(Boolean).join('  ')));
        }
      }
      from = page.next;
    } while (from !== undefined);
    return EXIT.ok;
  });
