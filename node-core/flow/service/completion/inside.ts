/** What can be written inside an operation, by what stands before. Browser-safe. */
import type { Analysis } from '../../plan/model.ts';
import * as T from '../../syntax/lex.ts';
import type { Tokens } from '../../syntax/lex.ts';
import { rowColumns } from '../../types/relate.ts';
import { type Context, type OpContext, SECOND_WORDS, startsLine } from '../context.ts';
import { wordOf } from '../tokens.ts';
import { columns, fields, sides } from './columns.ts';
import { type Grammar, GRAMMAR, type Slot, slotOf, VALUE } from './grammar.ts';
import type { Items } from './items.ts';
import { isKeyPlace, keys } from './keys.ts';
import { statements } from './statements.ts';
import { functions } from './strings.ts';
import { aggregates, projectTables, symbols, values } from './values.ts';

/** Whether the token ends a value, so that an operator or a clause comes next. */
function endsValue(tokens: Tokens, index: number, op: OpContext): boolean {
  switch (tokens.kind[index]) {
    case T.T_NUMBER:
    case T.T_STRING:
    case T.T_RAW:
    case T.T_RPAREN:
    case T.T_RBRACKET:
    case T.T_RBRACE:
      return true;
    case T.T_NAME: {
      if (index < op.first) return false;
      const word = wordOf(tokens, index);
      if (word === undefined || tokens.kind[index - 1] === T.T_DOT) return true;
      if (index === op.clauseAt) return false;
      return (
        !['AND', 'OR', 'NOT', 'IN', 'ASC', 'DESC', 'TABLE', 'BLOB', 'MODEL'].includes(word) ||
        ['TRUE', 'FALSE', 'NONE', 'NULL'].includes(word)
      );
    }
    default:
      // `*` of count(*) is inside brackets; anything else wants a value after it.
      return false;
  }
}

/** What can come next inside this operation. */
export function insideOperation(items: Items, context: Context, op: OpContext, analysis: Analysis): void {
  const { tokens, before } = context;
  const grammar = GRAMMAR[op.words] ?? VALUE;
  const newLine = startsLine(tokens.source, context.range.start) && op.open.length === 0;

  if (tokens.kind[before] === T.T_DOT) {
    if (op.words === 'CALL' && op.clause === undefined && op.open.length === 0) {
      const path = tokens.source.slice(tokens.start[op.first], tokens.start[before]);
      functions(items, analysis.environment.programs?.paths[path], '');
      return;
    }
    fields(items, context, op, analysis);
    return;
  }
  // `LOAD `, `RUN `, `FOR `: the second word.
  const second = SECOND_WORDS[op.words];
  if (second !== undefined && before < op.first) {
    for (const word of second) items.add(0, 'keyword', word, { detail: `${op.words} ${word}` });
    if (op.words !== 'CALL') return;
  }
  // After `AS name,` of SELECT the next column stands.
  const nextColumn = op.words === 'SELECT' && op.clause === 'AS' && tokens.kind[before] === T.T_COMMA;
  const slot = nextColumn ? 'columns' : slotOf(op, grammar);
  if (endsValue(tokens, before, op)) {
    if (op.open.length > 0) {
      operators(items, 0);
    } else {
      // At the margin a new statement is meant, indented the rest of this one.
      const margin = newLine && (context.range.start === 0 || tokens.source[context.range.start - 1] === '\n');
      if (margin) statements(items, analysis, 0);
      clauses(items, context, op, grammar, margin ? 3 : 0);
      if (slot === 'row' || slot === 'value') operators(items, 3);
    }
    if (newLine) statements(items, analysis, 5);
    return;
  }
  if (op.open.length > 0 && isKeyPlace(tokens, before, op)) {
    if (keys(items, context, op, analysis, slot)) return;
  } else if (slot === 'keys' && before === op.clauseAt) keys(items, context, op, analysis, slot);
  fillSlot(items, context, op, analysis, slot);
  if (newLine && before >= op.first) statements(items, analysis, 7);
}

function clauses(items: Items, context: Context, op: OpContext, grammar: Grammar, rank: number): void {
  const last = context.before;
  for (const [word, slot] of Object.entries(grammar.clauses)) {
    if (op.clauses.has(word) && !['AGG', 'AS', 'CASE'].includes(word)) continue;
    if (word === 'AS' && !mayName(op)) continue;
    const snippet =
      word === 'AGG'
        ? 'AGG ${1:count(*)} AS ${2:n}'
        : word === 'CASE'
          ? 'CASE ${1:value}: $0'
          : word === 'DEFAULT'
            ? 'DEFAULT: $0'
            : word === 'TO'
              ? 'TO { $0 }'
              : word === 'OPTIONS'
                ? 'OPTIONS { $0 }'
                : word === 'WITH' && slot === 'keys'
                  ? 'WITH { $0 }'
                  : word === 'AS' && ['OUTPUT', 'OUTPUT_TEXT', 'OUTPUT_JSON'].includes(op.words)
                    ? 'AS "${1:label}"'
                    : undefined;
    items.add(rank, 'keyword', word, snippet === undefined ? {} : { snippet });
  }
  for (const word of grammar.tail ?? []) items.add(rank + 1, 'keyword', word);
  for (const outer of op.around) {
    if (outer === 'SWITCH') {
      items.add(rank + 1, 'keyword', 'CASE', { snippet: 'CASE ${1:value}: $0' });
      items.add(rank + 1, 'keyword', 'DEFAULT', { snippet: 'DEFAULT: $0' });
      items.add(rank + 1, 'keyword', 'END SWITCH');
    } else if (outer === 'IF') items.add(rank + 1, 'keyword', 'ELSE');
    else if (outer === 'FOR EACH') items.add(rank + 1, 'keyword', 'PARALLEL');
  }
  if (op.words === 'STORE' && op.clause === 'AS' && last === op.clauseAt)
    for (const word of ['TABLE', 'BLOB', 'MODEL']) items.add(0, 'keyword', word);
}

/** Whether AS can stand here: after a column, an aggregate, a result, what is to be stored. */
function mayName(op: OpContext): boolean {
  if (op.words === 'SELECT') return op.clause === 'COLUMNS';
  if (op.words === 'GROUP') return op.clause === 'AGG';
  return !op.clauses.has('AS');
}

function operators(items: Items, rank: number): void {
  for (const [word, detail] of [
    ['AND', 'both'],
    ['OR', 'either, or the left side unless it is none'],
    ['IN', 'in a list or text'],
    ['NOT IN', 'not in a list or text'],
  ] as const) {
    items.add(rank, 'keyword', word, { detail });
  }
}

function fillSlot(items: Items, context: Context, op: OpContext, analysis: Analysis, slot: Slot): void {
  switch (slot) {
    case 'none':
    case 'new-name':
      if (slot === 'none') clauses(items, context, op, GRAMMAR[op.words] ?? VALUE, 0);
      return;
    case 'store-kind':
      if (context.before === op.clauseAt) for (const word of ['TABLE', 'BLOB', 'MODEL']) items.add(0, 'keyword', word);
      else projectTables(items, analysis, true);
      return;
    case 'mode':
      for (const word of ['replace', 'append', 'upsert']) items.add(0, 'keyword', word);
      return;
    case 'project-table':
      projectTables(items, analysis, true);
      symbols(items, op, analysis, 5, (type) => type.kind === 'table' || type.kind === 'text');
      return;
    case 'columns':
      columns(items, context, op, analysis, 0);
      return;
    case 'table':
      symbols(items, op, analysis, 0, (type) => type.kind === 'table');
      symbols(items, op, analysis, 4, (type) => rowColumns(type).rows);
      symbols(items, op, analysis, 6, () => true);
      return;
    case 'file':
      symbols(items, op, analysis, 0, (type) => type.kind === 'file' || type.kind === 'blob');
      symbols(items, op, analysis, 4, (type) => type.kind === 'text' || type.kind === 'any');
      items.add(5, 'keyword', 'INPUT', { insert: 'INPUT.' });
      return;
    case 'row':
      if (op.words === 'GROUP' && op.clause === 'AGG' && op.open.length === 0) aggregates(items);
      if (op.words === 'JOIN') sides(items, context, op);
      columns(items, context, op, analysis, 1);
      values(items, op, analysis, 3);
      return;
    default:
      values(items, op, analysis, 0);
  }
}
