/** `voike runs free`, `pin`, `unpin` */
import type { Where } from '../connection.ts';
import { EXIT } from '../exit.ts';
import { count, note, print, printJson } from '../print.ts';
import { withConnection } from './runs.ts';

type Options = Where & { json?: boolean; keepRuns?: number; keepDays?: number; yes?: boolean };

/** Says what would be let go; does it with `--yes`. */
export const freeResults = (options: Options): Promise<number> =>
  withConnection(options, async (connection) => {
    const asked = {
      ...(options.keepRuns === undefined ? {} : { runs: options.keepRuns }),
      ...(options.keepDays === undefined ? {} : { days: options.keepDays }),
    };
    const found = await connection.call('flow.retention', asked);
    const done = options.yes === true ? await connection.call('flow.letGo', found.rule) : undefined;
    const said = done ?? found;
    if (options.json) {
      printJson({ ...said, done: done !== undefined });
      return EXIT.ok;
    }
    const { rule, runs, results, keptRuns, bytes } = said;
    print(
      `${done ? 'Let go' : 'Would let go'}: ${count(results)} results, ${count(Math.ceil(bytes / 1024))} KiB; ${count(runs)} runs lose results, ${count(keptRuns)} keep theirs.`,
    );
    note(`The rule: the newest ${count(rule.runs)} runs of each flow, and all of the last ${count(rule.days)} days.`);
    if (!done && results > 0) note('Add --yes to let them go. Running such a run again computes what is gone.');
    return EXIT.ok;
  });

const pinning =
  (pinned: boolean) =>
  (id: string, options: Options): Promise<number> =>
    withConnection(options, async (connection) => {
      await connection.call('flow.pinRun', { id, pinned });
      if (options.json) printJson({ runId: id, pinned });
      else note(pinned ? 'The run keeps its results.' : 'The run keeps its results by the rule alone.');
      return EXIT.ok;
    });

export const pinRun = pinning(true);
export const unpinRun = pinning(false);
