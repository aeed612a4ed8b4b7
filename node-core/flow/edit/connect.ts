/** Leading an edge to a port, and taking one away. Browser-safe. */
import { check } from '../plan/check.ts';
import type { Analysis, PlanSymbol, Reference } from '../plan/model.ts';
import { sqlTables } from '../plan/sql-tables.ts';
import { referencesInOrder } from '../service/find.ts';
import type { Expr, Op, SourceRange } from '../syntax/ast.ts';
import { innerOps } from '../syntax/parts.ts';
import { walkExpr, walkExprs, walkOps } from '../syntax/walk.ts';
import { Change, refuse, type Statement } from './change.ts';
import { type Located, locatePart, withBrackets } from './locate.ts';
import { mayConnect, portsOf, VALUES_PORT } from './ports.ts';
import { findNode, type Found, inputPrefix } from './statements.ts';
import type { EditResult, RecordRow } from './types.ts';
import { HOLE } from './types.ts';
import { readPart } from './values.ts';
import { writePart } from './write-part.ts';

export function connect(analysis: Analysis, from: string, to: string, port: string): EditResult {
  const { draft } = check(analysis.source, analysis.environment);
  const allowed = mayConnect(draft, from, to, port, analysis.environment);
  if (!allowed.ok) return allowed;
  const source = findNode(analysis, from);
  const target = findNode(analysis, to);
  const change = new Change(analysis);
  change.touch(target.statement);
  connectPort(change, target, port, source.name);
  return change.finish([to]);
}

/** Writes `name` where the port is. */
export function connectPort(change: Change, target: Found, port: string, name: string): void {
  const { source } = change;
  if (target.statement.kind === 'output') {
    change.put(outputValue(change, target), name);
    return;
  }
  if (target.statement.kind !== 'step') return;
  const { op } = target.statement;
  if (shadows(op, port, name)) refuse(`"${name}" is the name of an item of FOR EACH there.`);
  const whole = locatePart(source, op, port);
  if (whole !== undefined) {
    if (whole.part.kind !== 'expr') refuse('This part is changed in the form.');
    const old = whole.part.expr;
    if (old !== undefined && !isSimple(old) && whole.part.role !== 'source')
      refuse(`"${target.name}" works out its value there. Change it in the form.`);
    if (whole.present) {
      change.replace(whole.content, name);
      requalify(change, whole.op, old, name);
    } else change.insert(whole.clause.start, ` ${whole.part.clause ?? ''} ${name}`.replace('  ', ' '));
    return;
  }
  const dot = port.lastIndexOf('.');
  const holder = dot < 0 ? undefined : locatePart(source, op, port.slice(0, dot));
  if (holder === undefined) return refuse('The operation cannot be read there. Mend its text first.');
  const key = port.slice(dot + 1);
  if (holder.part.kind === 'exprs' || holder.part.kind === 'args') {
    const texts = readPart(source, holder) as string[];
    const hole = texts.indexOf(HOLE);
    const at = key === '+' ? (hole >= 0 ? hole : texts.length) : Number(key);
    const next = [...texts];
    next[at] = name;
    writePart(change, holder, next, { wrap: false });
  } else if (holder.part.kind === 'record') {
    const rows = [...((readPart(source, holder) ?? []) as RecordRow[])];
    const wanted = key === '+' ? freeKey(name, rows) : key;
    const at = rows.findIndex((row) => row.key === wanted);
    const old = holder.part.record?.entries[at]?.value;
    if (old !== undefined && !isSimple(old))
      refuse(`The value of ${wanted} is worked out there. Change it in the form.`);
    if (at >= 0) rows[at] = { key: wanted, value: name };
    else rows.push({ key: wanted, value: name });
    writePart(change, holder, rows, { wrap: false });
  } else if (holder.part.id === 'sql') replaceInSql(change, holder, key, name);
  else refuse('This part is changed in the form.');
}

function freeKey(name: string, rows: readonly RecordRow[]): string {
  let key = name;
  for (let n = 2; rows.some((row) => row.key === key); n++) key = `${name}_${n}`;
  return key;
}

/** The value of an OUTPUT with the brackets around it. */
export function outputValue(change: Change, target: Found): SourceRange {
  if (target.statement.kind !== 'output') return target.statement.range;
  const { value, range } = target.statement;
  if (!isSimple(value)) refuse(`The output "${target.name}" works out its value. Change it in the form.`);
  return withBrackets(change.source, value.range, range.start + 'OUTPUT'.length);
}

/** A name, a field of one, a hole: what an edge may take the place of. */
export function isSimple(expr: Expr): boolean {
  switch (expr.kind) {
    case 'name':
    case 'error':
      return true;
    case 'literal':
      return expr.value === null;
    case 'member':
      return isSimple(expr.object);
    default:
      return false;
  }
}

/** Whether a FOR EACH around the port has a variable of that name. */
function shadows(op: Op, port: string, name: string): boolean {
  if (op.op === 'FOR_EACH' && op.variable.name === name && port.startsWith('body.')) return true;
  return innerOps(op).some(
    ({ id, op: inner }) => port.startsWith(`${id}.`) && shadows(inner, port.slice(id.length + 1), name),
  );
}

/** In the conditions and expressions of a row-wise operation: `old.column` becomes `name.column`. */
export function requalify(
  change: Change,
  op: Op,
  old: Expr | undefined,
  name: string,
  except: (range: SourceRange) => boolean = () => false,
): void {
  const before = old?.kind === 'name' ? old.name : old?.kind === 'member' ? old.property.name : undefined;
  if (before === undefined || before === name) return;
  walkExprs(
    op,
    (expr, role) => {
      if (role !== 'row') return;
      walkExpr(expr, (inner) => {
        if (
          inner.kind === 'member' &&
          inner.object.kind === 'name' &&
          inner.object.name === before &&
          !except(inner.object.range)
        )
          change.replace(inner.object.range, name);
      });
    },
    () => undefined,
  );
}

/** Replaces a table in the text of a QUERY. */
function replaceInSql(change: Change, { part, content }: Located, table: string, name: string): void {
  if (part.kind !== 'expr' || part.expr?.kind !== 'literal' || typeof part.expr.value !== 'string')
    return refuse('The SQL is worked out. Change it in the form.');
  const sql = part.expr.value;
  const at = change.source.indexOf(sql, content.start);
  const found = sqlTables(sql).filter((candidate) => candidate.name === table);
  if (found.length === 0 || at < 0 || at + sql.length > content.end)
    return refuse('The SQL cannot be changed from here. Change it in the form.');
  // Columns are often written with their table before them.
  const word = /^\w+$/.test(table) ? new RegExp(String.raw`(?<![\w$"'.])${table}(?![\w$"'])`, 'g') : undefined;
  if (word === undefined || table === HOLE) {
    for (const { start, end } of found) change.replace({ start: at + start, end: at + end }, name);
    return;
  }
  for (const match of sql.matchAll(word))
    change.replace({ start: at + match.index, end: at + match.index + table.length }, name);
}

export function disconnect(analysis: Analysis, from: string, to: string, port: string | undefined): EditResult {
  const source = findNode(analysis, from);
  const target = findNode(analysis, to);
  const change = new Change(analysis);
  change.touch(target.statement);
  if (target.statement.kind === 'output') {
    if (!usesOf(analysis, target.statement, source.symbol).length)
      refuse(`"${target.name}" does not read "${source.name}".`);
    change.put(outputValue(change, target), HOLE);
    return change.finish([to]);
  }
  const { draft } = check(analysis.source, analysis.environment);
  const node = draft.nodes.find((candidate) => candidate.id === to);
  if (node === undefined) return refuse(`The plan has no ${to} any more.`);
  const ports = portsOf(node, analysis.environment).filter(
    (candidate) => candidate.reads.includes(from) && (port === undefined || candidate.id === port),
  );
  if (ports.length === 0) return refuse(`"${target.name}" does not read "${source.name}".`);
  if (ports.some((candidate) => candidate.id === VALUES_PORT))
    return refuse(`An expression of "${target.name}" reads "${source.name}". Change it in the form.`);
  /** Items that go, by the list that they are in. */
  const lists = new Map<string, Set<number>>();
  for (const { id } of ports) {
    const dot = id.lastIndexOf('.');
    if (/^\d+$/.test(id.slice(dot + 1))) {
      const gone = lists.get(id.slice(0, dot)) ?? new Set();
      lists.set(id.slice(0, dot), gone.add(Number(id.slice(dot + 1))));
    } else disconnectPort(change, target, id);
  }
  for (const [id, gone] of lists) removeItems(change, target, id, gone);
  return change.finish([to]);
}

/** A list gets shorter, down to what it needs; from there on holes take the places. */
function removeItems(change: Change, target: Found, id: string, gone: ReadonlySet<number>): void {
  if (target.statement.kind !== 'step') return;
  const holder = locatePart(change.source, target.statement.op, id);
  if (holder === undefined) return refuse('The operation cannot be read there. Mend its text first.');
  const texts = readPart(change.source, holder) as string[];
  const least = holder.part.takes === 'table' ? 2 : 0;
  const kept = texts.filter((_, i) => !gone.has(i));
  const next = kept.length >= least ? kept : texts.map((text, i) => (gone.has(i) ? HOLE : text));
  writePart(change, holder, next, { wrap: false });
}

function disconnectPort(change: Change, target: Found, port: string): void {
  if (target.statement.kind !== 'step') return;
  const { op } = target.statement;
  const { source } = change;
  const whole = locatePart(source, op, port);
  if (whole !== undefined) {
    if (!whole.present) {
      // TAKE without FROM reads the step before.
      change.insert(whole.clause.start, ` FROM ${HOLE}`);
      return;
    }
    if (
      whole.part.kind === 'expr' &&
      whole.part.expr !== undefined &&
      !isSimple(whole.part.expr) &&
      whole.part.role !== 'source'
    )
      refuse(`"${target.name}" works out its value there. Change it in the form.`);
    change.replace(whole.content, HOLE);
    return;
  }
  const dot = port.lastIndexOf('.');
  const holder = locatePart(source, op, port.slice(0, Math.max(dot, 0)));
  if (holder === undefined) return refuse('The operation cannot be read there. Mend its text first.');
  const key = port.slice(dot + 1);
  if (holder.part.kind === 'record') {
    const value = holder.part.record?.entries.find((entry) => entry.key.name === key)?.value;
    if (value === undefined || !isSimple(value))
      return refuse(`The value of ${key} is worked out there. Change it in the form.`);
    change.replace(value.range, HOLE);
  } else if (holder.part.id === 'sql') refuse('The SQL reads it. Change the SQL in the form.');
}

/** The places in a statement that stand for a symbol, in source order. */
export function usesOf(analysis: Analysis, statement: Statement, symbol: PlanSymbol | undefined): Reference[] {
  const { start, end } = statement.range;
  const all = referencesInOrder(analysis);
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (all[middle]!.range.start < start) low = middle + 1;
    else high = middle;
  }
  const found: Reference[] = [];
  for (let i = low; i < all.length && all[i]!.range.start < end; i++) {
    const { target } = all[i]!;
    if (target.kind === 'symbol' && target.symbol === symbol && !target.declares) found.push(all[i]!);
  }
  return found;
}

/** Writes `text` in the place of every mention of the symbol in the statement; `INPUT.x` as a whole. The text of a QUERY stays when `inSql` is false. */
export function replaceUses(
  change: Change,
  statement: Statement,
  symbol: PlanSymbol,
  text: string,
  inSql: boolean,
): number {
  let count = 0;
  for (const { range } of usesOf(change.analysis, statement, symbol)) {
    if (!inSql && isInSql(statement, range)) continue;
    change.replace({ start: inputPrefix(change.source, range.start) ?? range.start, end: range.end }, text);
    count++;
  }
  if (count > 0) change.touch(statement);
  return count;
}

/** Whether the place lies in the text of a QUERY. */
function isInSql(statement: Statement, range: SourceRange): boolean {
  if (statement.kind !== 'step') return false;
  let inside = false;
  walkOps(statement.op, (op) => {
    if (op.op === 'QUERY' && op.sql.range.start <= range.start && range.end <= op.sql.range.end) inside = true;
  });
  return inside;
}
