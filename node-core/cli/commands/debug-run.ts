/** `voike runs continue`, `edit`, `retry`, `pause`, `events`: a run that is stopped, looked at, changed, and goes on. */
import type { Connection, Where } from '../connection.ts';
import { EXIT, usage } from '../exit.ts';
import { createFollower } from '../follow.ts';
import { host } from '../host.ts';
import { count, duration, note, print, printJson, visible } from '../print.ts';
import { showRun } from '../show-run.ts';
import { readStdinText, readTextFile } from '../sources.ts';
import { withConnection } from './runs.ts';

type Options = Where & { json?: boolean; limit?: number };

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
