/** The type of `a.b[0].c`, as it stands in the text. Browser-safe. */
import { functionContract } from '../../contracts/functions.ts';
import type { Analysis } from '../../plan/model.ts';
import * as T from '../../syntax/lex.ts';
import type { Tokens } from '../../syntax/lex.ts';
import { elementType, own, rowColumns } from '../../types/relate.ts';
import { ANY, type Column, type FlowType } from '../../types/type.ts';
import type { Context, OpContext } from '../context.ts';
import { textOf } from '../tokens.ts';

/** A table whose columns are in scope, under the name that it goes by. */
export interface SourceName {
  name: string;
  type: FlowType;
}

/** The columns of these, each with the name of its table. */
export function columnsOf(sources: readonly SourceName[]): { column: Column; of: string }[] {
  return sources.flatMap(({ name, type }) => (rowColumns(type).columns ?? []).map((column) => ({ column, of: name })));
}

/** The last token of `a.b[…].c` that begins at `start`. */
export function lastOfChain(tokens: Tokens, start: number): number {
  let i = start;
  while (tokens.kind[i + 1] === T.T_DOT && tokens.kind[i + 2] === T.T_NAME) i += 2;
  return i;
}

/** The type of the chain of names and indexes from token `start` to `end`. `rows`: tables whose columns go first. */
export function chain(
  context: Context,
  start: number,
  end: number,
  op: OpContext,
  analysis: Analysis,
  rows: readonly SourceName[],
): { type: FlowType; name: string } {
  const { tokens } = context;
  const root = textOf(tokens, start);
  let name = root;
  let i = start + 1;
  let type: FlowType;
  const side = rows.find((candidate) => candidate.name === root);
  const column = columnsOf(rows).find((candidate) => candidate.column.name === root)?.column;
  const variable = op.variables.findLast((candidate) => candidate.name === root);
  if (side !== undefined) type = { kind: 'record', ...fieldsOf(side.type) };
  else if (column !== undefined) type = column.type;
  else if (variable !== undefined) {
    const list =
      tokens.kind[variable.list] === T.T_NAME
        ? chain(
            context,
            variable.list,
            lastOfChain(tokens, variable.list),
            { ...op, variables: op.variables.slice(0, op.variables.indexOf(variable)) },
            analysis,
            [],
          ).type
        : ANY;
    type = elementType(list);
  } else if (root === 'INPUT' && !analysis.byName.has(root)) {
    type = {
      kind: 'record',
      fields: Object.fromEntries(
        analysis.symbols.filter((symbol) => symbol.kind === 'input').map((symbol) => [symbol.name, symbol.type]),
      ),
    };
  } else {
    const symbol = analysis.byName.get(root);
    const call = functionContract(root);
    type =
      symbol?.type ??
      (tokens.kind[i] === T.T_LPAREN && call !== undefined && typeof call.returns !== 'function' ? call.returns : ANY);
  }
  while (i <= end) {
    if (tokens.kind[i] === T.T_DOT && i + 1 <= end) {
      name = textOf(tokens, i + 1);
      type = fieldOf(type, name);
      i += 2;
    } else if (tokens.kind[i] === T.T_LBRACKET || tokens.kind[i] === T.T_LPAREN) {
      const close = closing(tokens, i, end);
      if (tokens.kind[i] === T.T_LBRACKET) type = type.kind === 'record' ? ANY : elementType(type);
      i = close + 1;
    } else break;
  }
  return { type, name };
}

function fieldsOf(type: FlowType): { fields?: Record<string, FlowType> } {
  const known = rowColumns(type).columns;
  return known === undefined ? {} : { fields: Object.fromEntries(known.map((column) => [column.name, column.type])) };
}

function fieldOf(type: FlowType, name: string): FlowType {
  if (type.kind === 'record' && type.fields !== undefined && own(type.fields, name)) return type.fields[name]!;
  return name === 'output' || name === 'result' ? type : ANY;
}

function closing(tokens: Tokens, open: number, end: number): number {
  let depth = 0;
  for (let i = open; i <= end; i++) {
    const kind = tokens.kind[i];
    if (kind === T.T_LPAREN || kind === T.T_LBRACKET || kind === T.T_LBRACE) depth++;
    else if ((kind === T.T_RPAREN || kind === T.T_RBRACKET || kind === T.T_RBRACE) && --depth === 0) return i;
  }
  return end;
}
