/** Puts effects that wait in the data file onto the project's ledger: each once, in order, many commits as one entry. */
import type { Database } from 'better-sqlite3';
import type { Project } from '../projects/project.ts';
import { addCounts, type CommitEffect, type Counts, effectsAfter, type EffectRow, FIRST_HASH } from './effects.ts';

/** Effects that are put onto the ledger at once. */
const AT_ONCE = 5000;

export interface Anchor {
  seq: number;
  hash: string;
}

export const anchorOf = (project: Project): Anchor =>
  (project.db.prepare('SELECT seq, hash FROM voike_model_anchor WHERE one = 1').get() as Anchor | undefined) ?? {
    seq: 0,
    hash: FIRST_HASH,
  };

interface Entry {
  kind: string;
  payload: Record<string, unknown>;
  actor?: string;
}

/** @returns the effect up to which all are on the ledger. */
export async function anchorEffects(project: Project, data: Database): Promise<number> {
  for (;;) {
    const anchor = anchorOf(project);
    const rewound = rewoundTo(data, anchor);
    const rows = effectsAfter(data, rewound?.seq ?? anchor.seq, AT_ONCE);
    const last = rows.at(-1) ?? rewound;
    if (last === undefined) return anchor.seq;
    const entries: Entry[] = [
      ...(rewound === undefined
        ? []
        : [{ kind: 'model.rewound', payload: { was: { ...anchor }, is: { ...rewound } }, actor: 'node' }]),
      ...entriesOf(rows),
    ];
    await project.write((tx) => {
      for (const { kind, payload, actor } of entries) tx.append(kind, payload, actor === undefined ? {} : { actor });
      tx.db
        .prepare(
          'INSERT INTO voike_model_anchor (one, seq, hash) VALUES (1, ?, ?) ON CONFLICT (one) DO UPDATE SET seq = excluded.seq, hash = excluded.hash',
        )
        .run(last.seq, last.hash);
    });
    if (rows.length < AT_ONCE) return last.seq;
  }
}

/** Where the data file stands when that is not what the ledger says: it was put back to an earlier state, or is another one. */
function rewoundTo(data: Database, anchor: Anchor): Anchor | undefined {
  if (anchor.seq === 0) return undefined;
  const there = data.prepare('SELECT hash FROM voike_effects WHERE seq = ?').pluck().get(anchor.seq);
  if (there === anchor.hash) return undefined;
  const last = data
    .prepare('SELECT seq, hash FROM voike_effects WHERE seq < ? ORDER BY seq DESC LIMIT 1')
    .get(anchor.seq) as Anchor | undefined;
  return last ?? { seq: 0, hash: FIRST_HASH };
}

/** Neighbouring commits are one entry: their sums, how many they were, and the hash of the last, which covers each. */
function entriesOf(rows: readonly EffectRow[]): Entry[] {
  const entries: Entry[] = [];
  let open:
    | {
        from: number;
        to: number;
        commits: number;
        since: string;
        until: string;
        changes: CommitEffect['changes'];
        callers: Record<string, number>;
        hash: string;
      }
    | undefined;
  const flush = (): void => {
    if (open !== undefined) entries.push({ kind: 'model.change', payload: { ...open }, actor: actorOf(open) });
    open = undefined;
  };
  for (const { seq, time, kind, payload, hash } of rows) {
    const told = JSON.parse(payload) as Record<string, unknown>;
    if (kind !== 'model.change') {
      flush();
      const { actor, ...rest } = told;
      entries.push({ kind, payload: { ...rest, effect: { seq, hash } }, actor: String(actor) });
      continue;
    }
    open ??= { from: seq, to: seq, commits: 0, since: time, until: time, changes: {}, callers: {}, hash };
    const { changes, callers } = told as unknown as CommitEffect;
    for (const [program, tables] of Object.entries(changes)) {
      const sums: Record<string, Counts> = (open.changes[program] ??= {});
      for (const [table, counts] of Object.entries(tables)) addCounts(sums, table, counts);
    }
    for (const [actor, calls] of Object.entries(callers)) open.callers[actor] = (open.callers[actor] ?? 0) + calls;
    open.to = seq;
    open.until = time;
    open.hash = hash;
    open.commits++;
  }
  flush();
  return entries;
}

/** The one who made all changes, or the programs when these were several. */
function actorOf({ callers, changes }: Pick<CommitEffect, 'callers' | 'changes'>): string {
  const actors = Object.keys(callers);
  return actors.length === 1 ? actors[0]! : Object.keys(changes).join(' ');
}
