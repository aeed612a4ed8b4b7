/** What can be written at a place. Browser-safe. Never throws, and says something also where the text is broken. */
import { FUNCTIONS, functionContract, signature } from '../contracts/functions.ts';
import type { Contract } from '../contracts/contract.ts';
import { BUILTIN_CONTRACTS } from '../contracts/builtin.ts';
import { contractAsMarkdown, contractIndex } from '../contracts/registry.ts';
import { analyse } from '../plan/analyse.ts';
import { ANNOTATIONS } from '../plan/annotations.ts';
import type { Environment } from '../plan/environment.ts';
import { functionIn, mayBeLeftOut, type ProgramInfo, programSignature, splitProgram } from '../plan/programs.ts';
import { typeName } from '../../vasm/type.ts';
import type { Analysis } from '../plan/model.ts';
import { FLOW_ANNOTATIONS } from '../plan/schedules.ts';
import { zoneNames } from '../schedule/zones.ts';
import { INPUT_TYPES } from '../syntax/ast.ts';
import { DECLARATIONS } from '../program/service/completion.ts';
import * as T from '../syntax/lex.ts';
import type { Tokens } from '../syntax/lex.ts';
import { printKey } from '../syntax/print.ts';
import { displayColumnType, displayType } from '../types/display.ts';
import { elementType, own, rowColumns } from '../types/relate.ts';
import { ANY, type Column, type FlowType } from '../types/type.ts';
import { type Context, contextAt, type OpContext, SECOND_WORDS, startsLine } from './context.ts';
import { functionAsMarkdown } from './hover.ts';
import type { CompletionItem, CompletionKind } from './item.ts';
import { textOf, wordOf } from './tokens.ts';

/** Items for the cursor at `offset`, best first; the editor filters them by what is typed already. */
export function completion(source: string, offset: number, environment: Environment = {}): CompletionItem[] {
  const analysis = analyse(source, environment);
  const context = contextAt(source, Math.max(0, Math.min(offset, source.length)));
  const items = new Items(context);
  fill(items, context, analysis);
  return items.list();
}

class Items {
  private readonly found = new Map<string, CompletionItem>();
  private readonly context: Context;

  constructor(context: Context) {
    this.context = context;
  }

  /** `rank` 0 to 9, best first; within a rank in the order of adding. The first of a label and kind stays. */
  add(
    rank: number,
    kind: CompletionKind,
    label: string,
    more: { detail?: string; documentation?: string; insert?: string; snippet?: string } = {},
  ): void {
    const key = `${kind} ${label}`;
    if (this.found.has(key)) return;
    this.found.set(key, {
      label,
      kind,
      ...(more.detail === undefined ? {} : { detail: more.detail }),
      ...(more.documentation === undefined ? {} : { documentation: more.documentation }),
      insert: more.snippet ?? more.insert ?? label,
      snippet: more.snippet !== undefined,
      range: this.context.range,
      sort: `${rank}${String(this.found.size).padStart(4, '0')}`,
    });
  }

  list(): CompletionItem[] {
    return [...this.found.values()].sort((a, b) => (a.sort < b.sort ? -1 : a.sort > b.sort ? 1 : 0));
  }
}

function fill(items: Items, context: Context, analysis: Analysis): void {
  const { place } = context;
  switch (place.kind) {
    case 'none':
      return;
    case 'statement':
      statements(items, analysis, 0);
      return;
    case 'input':
      for (const type of INPUT_TYPES) items.add(0, 'type', type, { snippet: `${type} \${1:name}` });
      items.add(1, 'keyword', 'END INPUTS');
      return;
    case 'input-rest': {
      const previous = context.tokens.kind[context.before];
      if (previous === T.T_ASSIGN) literals(items);
      else if (
        !INPUT_TYPES.some((type) => type.toLowerCase() === textOf(context.tokens, context.before).toLowerCase()) ||
        !startsLine(context.tokens.source, context.tokens.start[context.before]!)
      ) {
        items.add(0, 'keyword', 'optional');
      }
      return;
    }
    case 'annotation':
      for (const annotation of beforeFlow(context) ? FLOW_ANNOTATIONS : ANNOTATIONS)
        items.add(0, 'annotation', annotation.name, {
          snippet: annotation.snippet,
          detail: annotation.syntax,
          documentation: annotation.summary,
        });
      return;
    case 'operation':
      operations(items, analysis, 0);
      return;
    case 'string':
      if (zoneText(context.tokens, place.token)) {
        for (const zone of zoneNames()) items.add(0, 'value', zone);
        return;
      }
      insideString(items, place.token, place.op, analysis);
      return;
    case 'inside':
      insideOperation(items, context, place.op, analysis);
  }
}

/** Does nothing but annotations stand between here and FLOW, or the beginning of an empty text? */
function beforeFlow({ tokens, before }: Context): boolean {
  for (let i = 0; i <= before; i++) if (wordOf(tokens, i) === 'FLOW' || wordOf(tokens, i) === 'STEP') return false;
  return true;
}

/** Is this the text of `zone="…"`? */
function zoneText(tokens: Tokens, token: number): boolean {
  return token >= 2 && tokens.kind[token - 1] === T.T_ASSIGN && textOf(tokens, token - 2).toLowerCase() === 'zone';
}

// ---------------------------------------------------------------- statements and operations

function statements(items: Items, analysis: Analysis, rank: number): void {
  const { plan } = analysis.parse;
  if (plan.name === undefined && plan.body.length === 0)
    items.add(rank, 'statement', 'FLOW', {
      snippet:
        'FLOW "${1:Name}"\n\nINPUTS\n  file ${2:input}\nEND INPUTS\n\nSTEP ${3:load} =\n  LOAD CSV FROM ${2:input}\n\nOUTPUT ${3:load}\nEND FLOW\n',
      detail: 'a new plan',
    });
  // An empty text may become either form.
  if (analysis.source.trim().length < 12 && plan.name === undefined)
    for (const { label, snippet, detail } of DECLARATIONS)
      items.add(rank + 1, 'statement', label, { snippet, detail: `${detail} of a program` });
  for (const annotation of plan.name === undefined ? FLOW_ANNOTATIONS : [])
    items.add(rank + 2, 'annotation', `@${annotation.name}`, {
      snippet: `@${annotation.snippet}`,
      detail: annotation.syntax,
      documentation: annotation.summary,
    });
  items.add(rank, 'statement', 'STEP', { snippet: 'STEP ${1:name} =\n  $0', detail: 'a step' });
  items.add(rank, 'statement', 'OUTPUT', {
    snippet: 'OUTPUT ${1:step} AS "${2:label}"',
    detail: 'a result of the flow',
  });
  if (plan.body.length === 0) {
    if (plan.inputs.length === 0)
      items.add(rank, 'statement', 'INPUTS', {
        snippet: 'INPUTS\n  ${1|file,text,number,bool,table,json|} ${2:name}\nEND INPUTS\n',
        detail: 'what the flow is given',
      });
    if (plan.description.length === 0)
      items.add(rank, 'statement', 'DESCRIPTION', {
        snippet: 'DESCRIPTION\n  "${1:What it does.}"\nEND DESCRIPTION\n',
        detail: 'what the flow does',
      });
  }
  for (const annotation of ANNOTATIONS)
    items.add(rank + 2, 'annotation', `@${annotation.name}`, {
      snippet: `@${annotation.snippet}`,
      detail: annotation.syntax,
      documentation: annotation.summary,
    });
  items.add(rank + 1, 'keyword', 'END FLOW');
}

function operations(items: Items, analysis: Analysis, rank: number): void {
  const contracts: readonly Contract[] = analysis.environment.contracts ?? BUILTIN_CONTRACTS;
  for (const contract of contracts) {
    items.add(rank + (contract.runs ? 0 : 2), 'operation', contract.words, {
      snippet: contract.snippet,
      detail: contract.runs ? contract.summary : `${contract.summary} (later release)`,
      documentation: contractAsMarkdown(contract),
    });
  }
}

// ---------------------------------------------------------------- inside operations

type Slot =
  | 'table'
  | 'row'
  | 'value'
  | 'columns'
  | 'file'
  | 'project-table'
  | 'keys'
  | 'new-name'
  | 'store-kind'
  | 'mode'
  | 'none';

interface Grammar {
  /** What stands right after the operation's words. */
  first: Slot;
  /** Clause words that may follow, with what stands after them. */
  clauses: Record<string, Slot>;
  /** Words that end it and take nothing. */
  tail?: readonly string[];
}

const VALUE: Grammar = { first: 'value', clauses: { WITH: 'keys' } };
const LOAD_FILE: Grammar = { first: 'none', clauses: { FROM: 'file', OPTIONS: 'keys' } };
const RESULT: Grammar = { first: 'value', clauses: { AS: 'none', WITH: 'keys' } };

const GRAMMAR: Record<string, Grammar> = {
  'LOAD CSV': LOAD_FILE,
  'LOAD JSON': LOAD_FILE,
  'LOAD NDJSON': LOAD_FILE,
  'LOAD PARQUET': LOAD_FILE,
  'LOAD TABLE': { first: 'project-table', clauses: {} },
  'LOAD MODEL': { first: 'value', clauses: { VERSION: 'value' } },
  FILTER: { first: 'table', clauses: { WHERE: 'row' } },
  MAP: { first: 'table', clauses: { TO: 'row', USING: 'none' } },
  SELECT: { first: 'table', clauses: { COLUMNS: 'columns', AS: 'new-name' } },
  GROUP: { first: 'table', clauses: { BY: 'columns', AGG: 'row', AS: 'new-name' } },
  JOIN: { first: 'table', clauses: { WITH: 'table', ON: 'row' }, tail: ['LEFT', 'INNER', 'OUTER'] },
  UNION: { first: 'table', clauses: {} },
  DISTINCT: { first: 'table', clauses: { BY: 'columns' } },
  SORT: { first: 'table', clauses: { BY: 'row', TAKE: 'value' }, tail: ['ASC', 'DESC'] },
  TAKE: { first: 'value', clauses: { FROM: 'table' } },
  QUERY: { first: 'value', clauses: { WITH: 'keys' } },
  STORE: { first: 'value', clauses: { AS: 'store-kind', MODE: 'mode', BY: 'columns' } },
  INFER: { first: 'value', clauses: { ON: 'value', WITH: 'keys' } },
  TRAIN: { first: 'value', clauses: { ON: 'value', WITH: 'keys' } },
  OUTPUT: RESULT,
  OUTPUT_TEXT: RESULT,
  OUTPUT_JSON: RESULT,
  SWITCH: { first: 'value', clauses: { CASE: 'value', DEFAULT: 'none' }, tail: ['END SWITCH'] },
  IF: { first: 'value', clauses: { THEN: 'none', ELSE: 'none' } },
  'FOR EACH': { first: 'new-name', clauses: { IN: 'value', PARALLEL: 'value' } },
  ASK_AI: { first: 'value', clauses: { WITH: 'keys', INTO: 'new-name' } },
};

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

function insideOperation(items: Items, context: Context, op: OpContext, analysis: Analysis): void {
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

function slotOf(op: OpContext, grammar: Grammar): Slot {
  if (op.clause === undefined) return op.open.length > 0 && grammar.first === 'table' ? 'value' : grammar.first;
  const slot = grammar.clauses[op.clause] ?? 'value';
  return slot === 'keys' && op.open.length > 1 ? 'value' : slot;
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

function values(items: Items, op: OpContext | undefined, analysis: Analysis, rank: number): void {
  symbols(items, op, analysis, rank, () => true);
  for (const contract of FUNCTIONS) {
    const places = contract.parameters
      .filter((parameter) => !parameter.optional)
      .map((parameter, i) => `\${${i + 1}:${parameter.name}}`);
    items.add(rank + 1, 'function', contract.name, {
      snippet: `${contract.name}(${places.join(', ')})`,
      detail: signature(contract),
      documentation: functionAsMarkdown(contract),
    });
  }
  literals(items);
  items.add(9, 'keyword', 'NOT');
  if (analysis.parse.plan.inputs.length > 0)
    items.add(9, 'keyword', 'INPUT', { insert: 'INPUT.', detail: 'the inputs' });
}

function literals(items: Items): void {
  for (const word of ['true', 'false', 'none']) items.add(9, 'value', word);
}

function symbols(
  items: Items,
  op: OpContext | undefined,
  analysis: Analysis,
  rank: number,
  wanted: (type: FlowType) => boolean,
): void {
  for (const variable of op?.variables ?? [])
    items.add(rank, 'variable', variable.name, { detail: 'item of FOR EACH' });
  const self = op?.step;
  for (let i = analysis.symbols.length - 1; i >= 0; i--) {
    const symbol = analysis.symbols[i]!;
    if (symbol.name === self || symbol.name === '' || !wanted(symbol.type)) continue;
    items.add(rank, symbol.kind, symbol.name, { detail: displayType(symbol.type) });
  }
}

function aggregates(items: Items): void {
  items.add(0, 'aggregate', 'count(*)', { detail: 'how many rows' });
  for (const [name, detail] of [
    ['sum', 'sum of the values'],
    ['avg', 'mean of the values'],
    ['min', 'least value'],
    ['max', 'greatest value'],
    ['count', 'how many values are not none'],
    ['count_distinct', 'how many different values'],
    ['median', 'value in the middle'],
    ['stddev', 'standard deviation of a sample'],
    ['first', 'value of the first row'],
    ['last', 'value of the last row'],
    ['list', 'all values, as a list'],
  ] as const)
    items.add(0, 'aggregate', name, { snippet: `${name}(\${1:column})`, detail });
}

function projectTables(items: Items, analysis: Analysis, quoted: boolean): void {
  for (const table of analysis.environment.tables ?? []) {
    items.add(0, 'table', table.name, {
      insert: quoted ? JSON.stringify(table.name) : table.name,
      detail: displayType({ kind: 'table', columns: [...table.columns] }),
    });
  }
}

// ---------------------------------------------------------------- columns and fields

interface SourceName {
  name: string;
  type: FlowType;
}

/** The tables whose columns are in scope, from the tokens after the operation's words. */
function sourcesOf(context: Context, op: OpContext, analysis: Analysis): SourceName[] {
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

function columnsOf(sources: readonly SourceName[]): { column: Column; of: string }[] {
  return sources.flatMap(({ name, type }) => (rowColumns(type).columns ?? []).map((column) => ({ column, of: name })));
}

function columns(items: Items, context: Context, op: OpContext, analysis: Analysis, rank: number): void {
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

function sides(items: Items, context: Context, op: OpContext): void {
  const { tokens } = context;
  for (let i = op.first; i <= context.before; i++) {
    if ((i === op.first || wordOf(tokens, i - 1) === 'WITH') && tokens.kind[i] === T.T_NAME)
      items.add(0, 'step', textOf(tokens, i), { insert: `${textOf(tokens, i)}.`, detail: 'its columns' });
  }
}

/** The last token of `a.b[…].c` that begins at `start`. */
function lastOfChain(tokens: Tokens, start: number): number {
  let i = start;
  while (tokens.kind[i + 1] === T.T_DOT && tokens.kind[i + 2] === T.T_NAME) i += 2;
  return i;
}

/** The type of the chain of names and indexes from token `start` to `end`. `rows`: tables whose columns go first. */
function chain(
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

/** After a dot: the columns of a side, the inputs, or the fields of a record. */
function fields(items: Items, context: Context, op: OpContext, analysis: Analysis): void {
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

// ---------------------------------------------------------------- keys of records, strings

function isKeyPlace(tokens: Tokens, before: number, op: OpContext): boolean {
  const open = op.open.at(-1)!;
  return tokens.kind[open] === T.T_LBRACE && (before === open || tokens.kind[before] === T.T_COMMA);
}

/** Keys that fit here; false when nothing is known of them. */
function keys(items: Items, context: Context, op: OpContext, analysis: Analysis, slot: Slot): boolean {
  const { tokens } = context;
  const assign = op.open.length === 0 ? ' = ' : ': ';
  if (op.words === 'MAP' && op.open.length === 1) {
    for (const { column } of columnsOf(sourcesOf(context, op, analysis))) {
      const value = /^[A-Za-z_]\w*$/.test(column.name) ? column.name : '';
      items.add(0, 'column', column.name, {
        insert: `${printKey(column.name)}: ${value}`,
        detail: displayColumnType(column),
      });
    }
    return true;
  }
  if (op.open.length > 1) return true;
  if (op.clause === 'OPTIONS') {
    const contract = contractIndex(analysis.environment.contracts).get(op.words.replace(' ', '_'));
    for (const option of contract?.options ?? [])
      items.add(0, 'key', option.name, { insert: `${option.name}: `, detail: option.kind, documentation: option.doc });
    return true;
  }
  if (op.words === 'APX_EXEC') {
    const name = stringAfter(tokens, op.first);
    const operation = analysis.environment.operations?.find((candidate) => candidate.name === name);
    const required = operation?.input.required ?? [];
    for (const [key, schema] of Object.entries(operation?.input.properties ?? {})) {
      items.add(required.includes(key) ? 0 : 1, 'key', key, {
        insert: `${printKey(key)}${assign}`,
        detail: `${typeof schema.type === 'string' ? schema.type : 'any'}${required.includes(key) ? ', needed' : ''}`,
        ...(schema.description === undefined ? {} : { documentation: schema.description }),
      });
    }
    return operation !== undefined;
  }
  if (op.words === 'RUN VASM' || op.words === 'RUN JOB') {
    const written = stringAfter(tokens, op.first);
    const { path, func } = splitProgram(written ?? '');
    const { paths, inputs } = analysis.environment.programs ?? {};
    const info = written === undefined ? inputs?.[textOf(tokens, op.first)] : paths?.[path];
    const found = info === undefined ? undefined : functionIn(info, func);
    for (const param of found?.params ?? [])
      items.add(mayBeLeftOut(param) ? 1 : 0, 'key', param.name, {
        insert: `${printKey(param.name)}${assign}`,
        detail: typeName(param.type),
      });
    return found !== undefined;
  }
  if (op.words === 'QUERY') {
    for (const match of (stringAfter(tokens, op.first) ?? '').matchAll(/(?<!:)[:$]([A-Za-z_]\w*)/g))
      items.add(0, 'key', match[1]!, { insert: `${match[1]!}${assign}`, detail: 'parameter of the SQL' });
    return true;
  }
  if (op.words === 'ASK_AI' && op.open.length === 0) items.add(0, 'key', 'context', { insert: 'context ' });
  return slot === 'keys' && op.open.length > 0;
}

function stringAfter(tokens: Tokens, index: number): string | undefined {
  const kind = tokens.kind[index];
  if (kind !== T.T_STRING && kind !== T.T_RAW) return undefined;
  return T.stringValue(tokens.source, kind, tokens.flags[index]!, tokens.start[index]!, tokens.end[index]!);
}

/** The functions of a program that can be called. */
function functions(items: Items, info: ProgramInfo | undefined, before: string): void {
  for (const func of info?.functions ?? [])
    items.add(0, 'function', before + func.name, { detail: programSignature(func) });
}

function insideString(items: Items, token: number, op: OpContext | undefined, analysis: Analysis): void {
  if (op === undefined) return;
  const first = token === op.first;
  if (op.words === 'APX_EXEC' && first) {
    for (const operation of analysis.environment.operations ?? [])
      items.add(0, 'node-operation', operation.name, { detail: operation.effect, documentation: operation.summary });
  } else if ((op.words === 'RUN VASM' || op.words === 'RUN JOB') && first) {
    for (const [path, info] of Object.entries(analysis.environment.programs?.paths ?? {}))
      functions(items, info, `${path}#`);
  } else if (op.words === 'LOAD TABLE' && first) projectTables(items, analysis, false);
  else if (op.words === 'STORE' && op.clause === 'AS') projectTables(items, analysis, false);
  else if (op.words === 'QUERY' && first) {
    for (const symbol of analysis.symbols) {
      const known = rowColumns(symbol.type);
      if (symbol.type.kind !== 'table' && known.columns === undefined) continue;
      items.add(0, symbol.kind, symbol.name, { detail: displayType(symbol.type) });
      for (const column of known.columns ?? [])
        items.add(2, 'column', column.name, { detail: `${displayColumnType(column)} of ${symbol.name}` });
    }
    projectTables(items, analysis, false);
  }
}
