/** `voike ledger …` */
import type { Where } from '../connection.ts';
import { EXIT } from '../exit.ts';
import { host } from '../host.ts';
import { count, duration, note, print, printJson, textTable } from '../print.ts';
import { withConnection } from './runs.ts';

type Options = Where & {
  json?: boolean;
  limit?: number;
  kind?: string;
  since?: string;
  until?: string;
  before?: number;
  covering?: number;
};

export const recentEntries = (options: Options): Promise<number> =>
  withConnection(options, async (connection) => {
    const { kind, since, until, before } = options;
    const found = await connection.call('ledger.recent', {
      limit: options.limit ?? 20,
      ...(kind === undefined ? {} : { kind }),
      ...(since === undefined ? {} : { since }),
      ...(until === undefined ? {} : { until }),
      ...(before === undefined ? {} : { before }),
    });
    if (options.json) printJson(found);
    else if (found.entries.length === 0) note('No entries.');
    else {
      print(
        textTable(
          [
            { name: 'SEQ', right: true },
            { name: 'TIME' },
            { name: 'KIND' },
            { name: 'ACTOR' },
            { name: 'HASH' },
            { name: 'PAYLOAD' },
          ],
          found.entries.map((entry) => [
            entry.seq,
            entry.time,
            entry.kind,
            entry.actor,
            entry.hash.slice(0, 12),
            entry.payload,
          ]),
        ),
      );
    }
    return EXIT.ok;
  });

export const getEntry = (seq: number, options: Options): Promise<number> =>
  withConnection(options, async (connection) => {
    const entry = await connection.call('ledger.get', { id: seq });
    printJson(entry);
    return EXIT.ok;
  });

/** Exit code 1 when the ledger is not what was signed. */
export const verifyLedger = (options: Options): Promise<number> =>
  withConnection(options, async (connection) => {
    const result = await connection.call('ledger.verify', {});
    if (options.json) printJson(result);
    else if (result.ok)
      print(`The ledger is intact: ${count(result.size)} entries, checked in ${duration(result.ms)}.`);
    else {
      const { problem } = result;
      note(
        `The ledger is broken${problem?.seq === undefined ? '' : ` at entry ${problem.seq}`}: ${problem?.detail ?? 'it is not what was signed'} (${problem?.code ?? 'broken'})`,
      );
      note('Keep the data directory as it is, and compare it with a backup.');
    }
    return result.ok ? EXIT.ok : EXIT.failed;
  });

export const showCheckpoint = (options: Options): Promise<number> =>
  withConnection(options, async (connection) => {
    const checkpoint = await connection.call(
      'ledger.checkpoint',
      options.covering === undefined ? {} : { covering: options.covering },
    );
    if (options.json) printJson(checkpoint);
    else {
      host().out(checkpoint.note);
      note(`Verifier key: ${checkpoint.key}`);
    }
    return EXIT.ok;
  });
