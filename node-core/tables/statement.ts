/** One SQL statement for a group of steps: a common table expression each, and the counts of the intermediate ones. */
import { ORDER, type Relation } from './relation.ts';
import { quoteName } from './sql-types.ts';

/** The hidden column of a stored result that carries the counts of the intermediate steps, joined by commas. */
export const COUNTS = '__voike_counts';

export interface GroupStatement {
  /** Yields the last relation's columns in row order, and {@link COUNTS} when `counted` is not empty. */
  sql: string;
  /** The relations whose counts are in {@link COUNTS}, in that order. */
  counted: Relation[];
  /** Counts alone, for a result without rows. */
  countsSql: string;
  /** Rows of a relation, from the counts and the rows of the last one. */
  rowsOf(relation: Relation, counts: ReadonlyMap<Relation, number>, lastRows: number): number;
}

function rootOf(relation: Relation): Relation {
  let root = relation;
  while (root.rows === undefined && root.countLike !== undefined) root = root.countLike;
  return root;
}

/** `relations`: every one after those that it reads, the wanted one last. */
export function groupStatement(relations: readonly Relation[], wantCounts: boolean): GroupStatement {
  const last = relations.at(-1) as Relation;
  const lastRoot = rootOf(last);
  const counted: Relation[] = [];
  if (wantCounts) {
    for (const relation of relations) {
      if (relation === last || relation.nodeId === undefined) continue;
      const root = rootOf(relation);
      if (root.rows === undefined && root !== lastRoot && !counted.includes(root)) counted.push(root);
    }
  }
  const materialized = new Set(
    relations.filter((relation) => relation !== last && (counted.includes(relation) || relation.consumers > 1)),
  );
  const direct = last.emitLast === undefined && streamsThrough(last, materialized);

  last.need = new Set(last.columns.map((column) => column.name));
  last.needOrder = !direct;
  for (const relation of relations.toReversed()) relation.require();

  const ctes = relations
    .filter((relation) => relation !== last)
    .map(
      (relation) =>
        `${relation.name} AS ${materialized.has(relation) ? 'MATERIALIZED' : 'NOT MATERIALIZED'} (${relation.emit()})`,
    );
  const prefix = ctes.length === 0 ? '' : `WITH ${ctes.join(',\n')}\n`;
  const counts = counted
    .map((relation) => `CAST((SELECT count(*) FROM ${relation.name}) AS VARCHAR)`)
    .join(` || ',' || `);
  const extra = counted.length === 0 ? '' : `, ${counts} AS ${quoteName(COUNTS)}`;
  const columns = last.columns.map((column) => quoteName(column.name)).join(', ');
  let final: string;
  if (last.emitLast !== undefined) final = last.emitLast(extra);
  else if (direct) final = `SELECT ${columns}${extra} FROM (${last.emit()})`;
  else final = `SELECT ${columns}${extra} FROM (${last.emit()}) ORDER BY ${ORDER}`;
  return {
    sql: prefix + final,
    counted,
    countsSql: `${prefix}SELECT ${counts}`,
    rowsOf(relation, found, lastRows) {
      const root = rootOf(relation);
      return root === lastRoot ? lastRows : (root.rows ?? found.get(root) ?? -1);
    },
  };
}

/** Rows come out in the order in which they are read, because nothing on the way is materialized or reordered. */
function streamsThrough(relation: Relation, materialized: ReadonlySet<Relation>): boolean {
  if (!relation.streams || materialized.has(relation)) return false;
  return relation.sources.every((source) => streamsThrough(source, materialized));
}
