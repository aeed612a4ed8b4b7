/** `voike runs …` */
import { connect, type Connection, type Where } from '../connection.ts';
import { EXIT } from '../exit.ts';
import { noteKept } from '../follow.ts';
import { duration, note, print, printJson, textTable } from '../print.ts';
import { showRun } from '../show-run.ts';

type Options = Where & { json?: boolean; limit?: number; state?: string };

/** Runs `work` on a connection that is closed afterwards. */
export async function withConnection(where: Where, work: (connection: Connection) => Promise<number>): Promise<number> {
  const connection = await connect(where);
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

export const listRuns = (options: Options): Promise<number> =>
  withConnection(options, async (connection) => {
    const { runs } = await connection.call('flow.listRuns', {
      limit: options.limit ?? 20,
      ...(options.state === undefined ? {} : { state: options.state as never }),
    });
    if (options.json) printJson(runs);
    else if (runs.length === 0) note('There are no runs yet. `voike run FILE` makes one.');
    else {
      print(
        textTable(
          [
            { name: 'RUN' },
            { name: 'FLOW' },
            { name: 'STATE' },
            { name: 'STEPS', right: true },
            { name: 'TIME', right: true },
            { name: 'STARTED' },
          ],
          runs.map((run) => [
            run.id,
            run.name,
            run.state,
            `${run.stepsDone}/${run.stepsTotal}`,
            run.ms === undefined ? '' : duration(run.ms),
            run.startedAt ?? run.createdAt,
          ]),
        ),
      );
    }
    return EXIT.ok;
  });

/** The exit code says whether the run succeeded. */
export const getRun = (id: string, options: Options): Promise<number> =>
  withConnection(options, async (connection) =>
    showRun(connection, await connection.call('flow.getRun', { id }), options),
  );

export const cancelRun = (id: string, options: Options): Promise<number> =>
  withConnection(options, async (connection) => {
    await connection.call('flow.cancelRun', { id });
    const run = await connection.call('flow.getRun', { id });
    if (options.json) printJson({ runId: id, state: run.state });
    else noteKept(run);
    return EXIT.ok;
  });
