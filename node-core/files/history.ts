/**
 * Local history: every version of a text that was written through the node or found changed, kept once by content in
 * `history.db` of the data directory, within limits. Paths here are absolute.
 */
import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { Problem } from '../errors/problem.ts';
import { type DatabasePair, openDatabase } from '../store/database.ts';
import { storageProblem } from '../store/problems.ts';
import { historyMigrations } from './migrations.ts';
import type { FileVersion, HistoryLimits, VersionCause } from './schema.ts';

/** A larger file is data and not something that a person writes: its versions are not kept. */
export const LARGEST_KEPT = 8 * 2 ** 20;

/** How many new versions come before the limits are looked at again. */
const PRUNE_EVERY = 64;

export interface Trashed {
  id: string;
  /** Absolute, where it was. */
  path: string;
  time: string;
  files: number;
  bytes: number;
}

export interface History {
  /** Keeps a version, unless it is the newest of this file already. Gives its id, or undefined when nothing was kept. */
  keep(
    path: string,
    bytes: Uint8Array,
    cause: VersionCause,
    options?: { detail?: string; always?: boolean },
  ): number | undefined;
  /** Newest first. `before` is the id of the last of the page before. */
  list(path: string, options: { limit: number; before?: number }): FileVersion[];
  /** Whether anything is known of this file. */
  knows(path: string): boolean;
  /** A version of this very file. @throws Problem `version-not-found` */
  get(path: string, id: number): { entry: FileVersion; bytes: Buffer };
  /** What was of a file, or of everything below a folder, is now of another name. */
  renamed(from: string, to: string, separator: string): void;
  trash: {
    add(item: Trashed): void;
    get(id: string): Trashed | undefined;
    list(): Trashed[];
    remove(id: string): void;
  };
  /** Drops what is beyond the limits. Runs by itself now and then. */
  prune(): void;
  close(): void;
}

/** The name of a content: SHA-256 in hex. */
export const versionOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/**
 * @param file where the database is or is to be; it is opened at first use.
 * @param limits asked for when pruning, so that a change of the limits holds from then on.
 */
export function openHistory(file: string, limits: () => HistoryLimits): History {
  let opened: DatabasePair | undefined;
  let added = 0;
  const db = (): DatabasePair['write'] => {
    if (opened === undefined) {
      opened = openDatabase(file, historyMigrations);
      pruneNow();
    }
    return opened.write;
  };
  const guarded = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw storageProblem(error, file);
    }
  };

  function pruneNow(): void {
    const { days, versions, megabytes } = limits();
    const write = opened!.write;
    const oldest = new Date(Date.now() - days * 86_400_000).toISOString();
    write.transaction(() => {
      // The newest version of a file is never too old: it may be all that there is of a file that was deleted by mistake.
      write
        .prepare(
          `DELETE FROM versions WHERE id IN (
             SELECT id FROM (
               SELECT id, time, row_number() OVER (PARTITION BY path ORDER BY id DESC) AS nth FROM versions
             ) WHERE nth > 1 AND (nth > ? OR time < ?)
           )`,
        )
        .run(versions, oldest);
      dropUnused(write);
      let bytes = write.prepare('SELECT coalesce(sum(length(packed)), 0) FROM contents').pluck().get() as number;
      const most = megabytes * 2 ** 20;
      while (bytes > most) {
        const gone = write
          .prepare(
            `DELETE FROM versions WHERE id IN (
               SELECT id FROM versions WHERE id NOT IN (SELECT max(id) FROM versions GROUP BY path) ORDER BY id LIMIT 100
             )`,
          )
          .run().changes;
        if (gone === 0) break;
        dropUnused(write);
        bytes = write.prepare('SELECT coalesce(sum(length(packed)), 0) FROM contents').pluck().get() as number;
      }
    })();
  }

  const entryOf = ({ detail, ...row }: Row): FileVersion => (detail === null ? row : { ...row, detail });

  return {
    keep(path, bytes, cause, { detail, always = false } = {}) {
      if (bytes.length > LARGEST_KEPT) return undefined;
      return guarded(() => {
        const write = db();
        const version = versionOf(bytes);
        const id = write.transaction(() => {
          const newest = write
            .prepare<[string], { id: number; version: string }>(
              'SELECT id, version FROM versions WHERE path = ? ORDER BY id DESC LIMIT 1',
            )
            .get(path);
          if (newest?.version === version && !always) return undefined;
          if (write.prepare('SELECT 1 FROM contents WHERE version = ?').get(version) === undefined) {
            write
              .prepare('INSERT INTO contents (version, size, packed) VALUES (?, ?, ?)')
              .run(version, bytes.length, deflateRawSync(bytes));
          }
          return write
            .prepare('INSERT INTO versions (path, time, cause, version, size, detail) VALUES (?, ?, ?, ?, ?, ?)')
            .run(path, new Date().toISOString(), cause, version, bytes.length, detail ?? null).lastInsertRowid;
        })();
        if (id !== undefined && ++added % PRUNE_EVERY === 0) pruneNow();
        return id === undefined ? undefined : Number(id);
      });
    },

    list: (path, { limit, before }) =>
      guarded(() =>
        db()
          .prepare<[string, number, number], Row>(
            `SELECT ${COLUMNS} FROM versions WHERE path = ? AND id < ? ORDER BY id DESC LIMIT ?`,
          )
          .all(path, before ?? Number.MAX_SAFE_INTEGER, limit)
          .map(entryOf),
      ),

    knows: (path) => guarded(() => db().prepare('SELECT 1 FROM versions WHERE path = ?').get(path) !== undefined),

    get(path, id) {
      const row = guarded(() =>
        db()
          .prepare<[string, number], Row & { packed: Buffer }>(
            `SELECT ${COLUMNS}, packed FROM versions JOIN contents USING (version) WHERE path = ? AND id = ?`,
          )
          .get(path, id),
      );
      if (row === undefined) {
        throw new Problem('version-not-found', `The history of this file has no version ${id}.`, {
          status: 404,
          hint: 'It may have been too old to be kept. `voike history FILE` lists what there is.',
        });
      }
      const { packed, ...rest } = row;
      return { entry: entryOf(rest), bytes: inflateRawSync(packed) };
    },

    renamed(from, to, separator) {
      guarded(() => {
        const write = db();
        write.transaction(() => {
          write.prepare('UPDATE versions SET path = ? WHERE path = ?').run(to, from);
          const below = from + separator;
          write
            .prepare('UPDATE versions SET path = ? || substr(path, ?) WHERE substr(path, 1, ?) = ?')
            .run(to + separator, below.length + 1, below.length, below);
        })();
      });
    },

    trash: {
      add({ id, path, time, files, bytes }) {
        guarded(() =>
          db()
            .prepare('INSERT INTO trash (id, path, time, files, bytes) VALUES (?, ?, ?, ?, ?)')
            .run(id, path, time, files, bytes),
        );
      },
      get: (id) => guarded(() => db().prepare<[string], Trashed>('SELECT * FROM trash WHERE id = ?').get(id)),
      list: () => guarded(() => db().prepare<[], Trashed>('SELECT * FROM trash ORDER BY id DESC').all()),
      remove(id) {
        guarded(() => db().prepare('DELETE FROM trash WHERE id = ?').run(id));
      },
    },

    prune() {
      guarded(() => {
        db();
        pruneNow();
      });
    },
    close() {
      opened?.close();
      opened = undefined;
    },
  };
}

interface Row {
  id: number;
  time: string;
  cause: VersionCause;
  version: string;
  size: number;
  detail: string | null;
}
const COLUMNS = 'id, time, cause, versions.version AS version, versions.size AS size, detail';

function dropUnused(write: DatabasePair['write']): void {
  write.prepare('DELETE FROM contents WHERE version NOT IN (SELECT version FROM versions)').run();
}
