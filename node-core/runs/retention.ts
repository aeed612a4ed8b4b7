/**
 * Letting stored results go. A rule says which runs keep theirs; results that no such run has are removed, with their
 * tables on the disk. Steps, reasons, events and the ledger stay, and running again computes what is gone.
 *
 * Safe against a crash: rows go in one transaction, with the ledger entry and the list of files to remove; what was not
 * removed by then is removed when the project is next used, before anything runs.
 */
import { statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Problem } from '../errors/problem.ts';
import type { Project } from '../projects/project.ts';
import type { Inside } from './launch.ts';
import type { RunRow } from './records.ts';
import type { Retention, RetentionPreview } from './schema.ts';

/** What holds until somebody chooses otherwise. */
export const DEFAULT_RETENTION: Retention = { runs: 20, days: 30 };

const DAY_MS = 86_400_000;
/** What can go on needs its results. */
const GOES_ON = new Set(['queued', 'running', 'paused', 'interrupted']);

/** Why a run keeps its results; undefined when it does not. */
export type Keeps = 'newest' | 'recent' | 'goes-on' | 'pinned' | 'imported' | undefined;

/**
 * @param place how many runs of the same flow are newer, from 0
 */
export function keeps(
  row: Pick<RunRow, 'state' | 'created_at' | 'pinned' | 'imported'>,
  place: number,
  rule: Retention,
  now: number,
): Keeps {
  if (GOES_ON.has(row.state)) return 'goes-on';
  if (row.pinned !== null) return 'pinned';
  // Its results were not made here, and cannot be made again.
  if (row.imported !== null) return 'imported';
  if (place < rule.runs) return 'newest';
  return now - Date.parse(row.created_at) < rule.days * DAY_MS ? 'recent' : undefined;
}

const KEYS = /[0-9a-f]{64}/g;

interface Plan {
  preview: RetentionPreview;
  /** Ids of the runs of which results go. */
  runs: string[];
  /** Keys of the results that go. */
  results: string[];
  /** Keys of stored tables that nothing which stays names. */
  tables: string[];
}

export function createRetention(inside: Inside) {
  const { of, storeOf, options } = inside;
  /** Projects of which results are going at this moment: no run begins meanwhile. */
  const going = new Map<string, Promise<unknown>>();

  function plan(project: Project, rule: Retention): Plan {
    const { store } = of(project);
    const now = Date.now();
    const places = new Map<string, number>();
    const kept = new Set<string>();
    const ended: string[] = [];
    for (const row of store.forRetention()) {
      const place = places.get(row.name) ?? 0;
      places.set(row.name, place + 1);
      if (inside.active.has(row.id) || keeps(row, place, rule, now) !== undefined) kept.add(row.id);
      else ended.push(row.id);
    }
    /** Keys of results that stay. */
    const live = new Set<string>();
    /** Keys of tables that these are made of. */
    const named = new Set<string>();
    for (const [run, parents] of store.family()) {
      if (!parents.some((id) => kept.has(id))) continue;
      for (const key of store.resultsOf(run)) live.add(key);
    }
    for (const id of kept) for (const key of store.run(id)!.inputs.match(KEYS) ?? []) live.add(key);
    for (const text of inside.alsoNames?.(project) ?? []) for (const key of text.match(KEYS) ?? []) live.add(key);
    const results: string[] = [];
    let bytes = 0;
    for (const { key, kind, value, size } of store.everyResult()) {
      const stays = live.has(key);
      if (!stays) {
        results.push(key);
        bytes += size;
      }
      // In other kinds nothing is a reference, whatever it looks like.
      if (!stays || kind === 'json' || kind === 'text') continue;
      for (const inner of value.match(KEYS) ?? []) named.add(inner);
    }
    // Also what no result names any more: tables made of lists, and snapshots of project tables, which are made again.
    const engine = options.engine(project);
    const tables = engine.storedKeys().filter((key) => !named.has(key) && !live.has(key));
    for (const key of tables) bytes += sizeOf(engine.tablePath(key));
    const dead = new Set(results);
    const runs = ended.filter((id) => store.resultsOf(id).some((key) => dead.has(key)));
    return {
      preview: { rule, runs: runs.length, keptRuns: kept.size, results: results.length, bytes },
      runs,
      results,
      tables,
    };
  }

  /** Removes the files that are on the list, and then the list. */
  async function removeFiles(project: Project): Promise<void> {
    const { store } = of(project);
    const keys = store.dropped();
    if (keys.length === 0) return;
    const engine = options.engine(project);
    for (const key of keys) {
      const path = engine.tablePath(key);
      // The checksum last: a table without one is taken as it is, and one that is gone is computed again.
      await rm(path, { force: true });
      await rm(`${path}.crc`, { force: true });
    }
    await project.write((tx) => storeOf(tx).forgetDropped(keys));
  }

  async function letGo(project: Project, rule: Retention, actor: string): Promise<RetentionPreview> {
    const found = plan(project, rule);
    const time = new Date().toISOString();
    await project.write((tx) => {
      const store = storeOf(tx);
      store.setRetention(JSON.stringify(rule));
      store.dropResults(found.results, found.tables);
      for (const id of found.runs) store.setLetGo(id, time);
      tx.append(
        'results.let-go',
        { rule, runs: found.runs.length, results: found.results.length, bytes: found.preview.bytes },
        { actor },
      );
    });
    await removeFiles(project);
    return found.preview;
  }

  return {
    /** The rule of the project. */
    rule(project: Project): Retention {
      const text = of(project).store.retention();
      return text === undefined ? DEFAULT_RETENTION : (JSON.parse(text) as Retention);
    },

    /** What would go by the rule. Changes nothing. */
    preview: (project: Project, rule: Retention): RetentionPreview => plan(project, rule).preview,

    /** Lets results go, and keeps the rule as the project's. @throws Problem `runs-under-way` (409) */
    async letGo(project: Project, rule: Retention, actor: string): Promise<RetentionPreview> {
      const busy = [...inside.active.values()].filter((entry) => entry.project === project.id).length;
      if (busy > 0 || going.has(project.id)) {
        throw new Problem(
          'runs-under-way',
          busy > 0
            ? `${busy === 1 ? 'A run is' : `${busy} runs are`} under way, and may need what would go.`
            : 'Results are being let go already.',
          { status: 409, hint: 'Wait until it has ended, or cancel it.' },
        );
      }
      const work = letGo(project, rule, actor);
      going.set(
        project.id,
        work.catch(() => undefined),
      );
      try {
        return await work;
      } finally {
        going.delete(project.id);
      }
    },

    /** While results are going: resolves when that is done. */
    going: (project: Project): Promise<unknown> | undefined => going.get(project.id),

    removeFiles,
  };
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
