/** Columns in scope, and fields after a dot. Browser-safe. */
import type { Analysis } from '../../plan/model.ts';
import * as T from '../../syntax/lex.ts';
import { displayColumnType, displayType } from '../../types/display.ts';
import { rowColumns } from '../../types/relate.ts';
import type { Context, OpContext } from '../context.ts';
import { textOf, wordOf } from '../tokens.ts';
import { chain, columnsOf, lastOfChain, type SourceName } from './chain.ts';
import { GRAMMAR, slotOf, VALUE } from './grammar.ts';
import type { Items } from './items.ts';

/** The tables whose columns are in scope, from the tokens after the operation's words. */
export function sourcesOf(context: Context, op: OpContext, analysis: Analysis): SourceName[] {
  const { tokens } = context;
  const places = [op.first];
  if (op.words === 'JOIN') {
    for (let i = op.first; i <= context.before; i++) if (wordOf(tokens, i) === 'WITH') places.push(i + 1);
  }
  const found: SourceName[] = [];
  for (const place of places) {
    if (tokens.kind[place] !== T.T_NAME) continue;
    const { type, name } = chain(context, place, lastOfChain(tokens, place), op, analysis, []);
    found.push({ name, type });
  }
  return found;
}

/** The columns in scope; one that two tables have is written with its table. */
export function columns(items: Items, context: Context, op: OpContext, analysis: Analysis, rank: number): void {
  const found = columnsOf(sourcesOf(context, op, analysis));
  const count = new Map<string, number>();
  for (const { column } of found) count.set(column.name, (count.get(column.name) ?? 0) + 1);
  for (const { column, of } of found) {
    const twice = count.get(column.name)! > 1;
    const written = /^[A-Za-z_]\w*$/.test(column.name) ? column.name : undefined;
    if (written === undefined && !twice) {
      items.add(rank + 1, 'column', column.name, {
        insert: `${of}[${JSON.stringify(column.name)}]`,
        detail: displayColumnType(column),
      });
    } else
      items.add(rank, 'column', twice ? `${of}.${column.name}` : column.name, { detail: displayColumnType(column) });
  }
}

/** The two tables of a JOIN. */
export function sides(items: Items, context: Context, op: OpContext): void {
  const { tokens } = context;
  for (let i = op.first; i <= context.before; i++) {
    if ((i === op.first || wordOf(tokens, i - 1) === 'WITH') && tokens.kind[i] === T.T_NAME)
      items.add(0, 'step', textOf(tokens, i), { insert: `${textOf(tokens, i)}.`, detail: 'its columns' });
  }
}

/** After a dot: the columns of a side, the inputs, or the fields of a record. */
export function fields(items: Items, context: Context, op: OpContext, analysis: Analysis): void {
  const { tokens, before } = context;
  let start = before - 1;
  // Back over `name`, `[…]`, `(…)` and dots to the beginning of the chain.
  for (let i = before - 1; i >= op.start;) {
    const kind = tokens.kind[i];
    if (kind === T.T_RBRACKET || kind === T.T_RPAREN) {
      let depth = 0;
      let j = i;
      for (; j >= op.start; j--) {
        const inner = tokens.kind[j];
        if (inner === T.T_RBRACKET || inner === T.T_RPAREN || inner === T.T_RBRACE) depth++;
        else if ((inner === T.T_LBRACKET || inner === T.T_LPAREN || inner === T.T_LBRACE) && --depth === 0) break;
      }
      i = j - 1;
      continue;
    }
    if (kind !== T.T_NAME) break;
    start = i;
    if (tokens.kind[i - 1] !== T.T_DOT) break;
    i -= 2;
  }
  if (tokens.kind[start] !== T.T_NAME) return;
  const slot = slotOf(op, GRAMMAR[op.words] ?? VALUE);
  const rows = slot === 'row' ? sourcesOf(context, op, analysis) : [];
  const { type } = chain(context, start, before - 1, op, analysis, rows);
  const isInput = textOf(tokens, start) === 'INPUT' && start === before - 1;
  if (type.kind === 'record') {
    for (const [name, field] of Object.entries(type.fields ?? {})) {
      const kind = isInput ? 'input' : rows.length > 0 && start === before - 1 ? 'column' : 'field';
      if (/^[A-Za-z_]\w*$/.test(name)) items.add(0, kind, name, { detail: displayType(field) });
    }
    return;
  }
  // Of a table: its columns, as they are after x[0].
  for (const column of rowColumns(type).columns ?? [])
    items.add(0, 'column', column.name, { detail: displayColumnType(column) });
}
