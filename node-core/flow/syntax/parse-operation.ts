/**
 * Operations: one small function for each, found by its first word. They read what the tables of the language allow,
 * in all spellings, and leave the canonical line breaks for the formatter as they go. Browser-safe.
 */
import type { Aggregate, AggregateFunction, Expr, Ident, Op, RecordExpr, SourceRange } from './ast.ts';
import { M_HEAD, M_KEY, M_KEYWORD, M_TIGHT, MAX_NESTING } from './cursor.ts';
import type { Cursor } from './cursor.ts';
import * as T from './lex.ts';
import { nearest } from './nearest.ts';
import { atEntry, closeBracket, parseExpr, parseKey, parseRecord } from './parse-expression.ts';
import { W, W_NONE, wordText } from './words.ts';

/** What every operation begins with. */
interface Head {
  range: SourceRange;
  wordRange: SourceRange;
  major?: number;
}
type Reader = (p: Cursor, head: Head) => Op;

const FRAME_WORDS = new Set([W.STEP, W.END, W.CASE, W.DEFAULT, W.INPUTS, W.DESCRIPTION]);

/** Reads the operation of a step, a case, a branch or a loop. Always gives one. */
export function parseOp(p: Cursor): Op {
  const start = p.offset;
  if (p.panic) return broken(p);
  if (p.depth >= MAX_NESTING) {
    p.fail(
      'FLOW1015',
      `This is nested more than ${MAX_NESTING} levels deep. Move inner operations to a flow of their own and CALL FLOW it.`,
    );
    return broken(p);
  }
  // Words that hold a plan together name no operation, whatever a node may have registered.
  const isFrame = FRAME_WORDS.has(p.peekWord()) || (p.isClauseWord() && READERS[p.peekWord()] === undefined);
  if (p.peek() !== T.T_NAME || isFrame || (p.atBoundary() && p.peekWord() !== W.OUTPUT)) {
    if (isFrame || p.atBoundary() || !p.beginsOperand())
      p.fail('FLOW1020', `An operation is missing here, such as \`LOAD CSV FROM file\` or \`FILTER rows WHERE …\`.`);
    else notAnOperation(p);
    return broken(p);
  }
  const word = p.peekWord();
  const reader = READERS[word];
  if (isValue(p)) {
    notAnOperation(p);
    return broken(p);
  }
  const head: Head = { range: { start, end: start }, wordRange: p.range() };
  p.depth++;
  let op: Op;
  if (reader) {
    p.keyword();
    pin(p, head);
    op = reader(p, head);
  } else op = misspelt(p, head) ?? unknown(p, head);
  tail(p, op);
  op.range = p.from(start);
  p.depth--;
  return op;
}

function broken(p: Cursor): Op {
  const at = p.prevEnd;
  return { op: 'BROKEN', range: { start: at, end: at }, wordRange: { start: at, end: at } };
}

/** Does a value stand where an operation is expected: `a + b`, `a.b`, `CONCAT(a, b)`? */
function isValue(p: Cursor): boolean {
  const next = p.peek(1);
  if (READERS[p.peekWord()] && next !== T.T_DOT) return false;
  return (
    next === T.T_DOT ||
    (next >= T.T_EQ && next <= T.T_PERCENT && next !== T.T_MINUS) ||
    next === T.T_AND ||
    next === T.T_OR ||
    ((next === T.T_LPAREN || next === T.T_LBRACKET) && !(p.flags[p.at + 1]! & T.F_SPACE))
  );
}

function notAnOperation(p: Cursor): void {
  const at = p.offset;
  p.fail(
    'FLOW1020',
    'This is a value, not an operation. `RETURN` makes a value the result of a step; `CALL fn(…)` calls a program.',
    undefined,
    {
      title: 'Insert RETURN',
      edits: [{ range: { start: at, end: at }, text: 'RETURN ' }],
    },
  );
}

/** `@1` right after an operation's word. */
function pin(p: Cursor, head: Head): void {
  if (p.peek() !== T.T_AT || p.peek(1) !== T.T_NUMBER) return;
  p.mark(M_TIGHT);
  p.at++;
  const major = Math.floor(Number(p.text()));
  if (Number.isSafeInteger(major)) head.major = major;
  p.at++;
}

/** The second word of an operation (`CSV` of `LOAD CSV`), which is there. */
function secondWord(p: Cursor, head: Head): void {
  p.keyword();
  head.wordRange = { start: head.wordRange.start, end: p.prevEnd };
  pin(p, head);
}

/** `WITH …`, `INTO name` and `AS "label"` at the end of an operation, in any order. */
function tail(p: Cursor, op: Op): void {
  while (!p.panic) {
    const word = p.peekWord();
    if (word === W.WITH) {
      const record = parseWith(p);
      if (!op.with) op.with = record;
      else {
        op.with = {
          kind: 'record',
          entries: [...op.with.entries, ...record.entries],
          range: { start: op.with.range.start, end: record.range.end },
        };
      }
    } else if (word === W.INTO && op.op === 'ASK_AI' && !op.into) {
      p.keyword();
      op.into = name(p, 'the name to keep the answer under');
    } else if (
      word === W.AS &&
      (op.op === 'OUTPUT' || op.op === 'OUTPUT_TEXT' || op.op === 'OUTPUT_JSON') &&
      !op.label
    ) {
      const label = parseLabel(p);
      if (label) op.label = label;
    } else return;
  }
}

/** `AS "label"`, or `AS label`. The AS is there. */
export function parseLabel(p: Cursor): { value: string; range: SourceRange } | undefined {
  p.keyword();
  if (p.atString()) return p.string();
  if (p.peek() === T.T_NAME && !p.atBoundary()) {
    const { name: value, range } = p.ident();
    return { value, range };
  }
  p.fail('FLOW1012', 'A label is missing after `AS`: `AS "Top ten"`.');
  return undefined;
}

/** `WITH { … }`, `WITH k = e, k = e`, `WITH context e`. The WITH is there. */
function parseWith(p: Cursor): RecordExpr {
  p.keyword();
  const start = p.offset;
  if (p.peek() === T.T_LBRACE) return parseRecord(p);
  const record: RecordExpr = { kind: 'record', entries: [], range: { start, end: start } };
  if (!atEntry(p)) {
    if (
      p.peek() === T.T_NAME &&
      !p.atBoundary() &&
      p.beginsOperand(1) &&
      !p.atBoundary(1) &&
      !p.isClauseWord(1) &&
      p.peek(1) !== T.T_MINUS &&
      (p.peek(1) !== T.T_LPAREN || p.peekWord(0) !== 0 || p.text().toLowerCase() === 'context')
    ) {
      const key = p.ident();
      record.entries.push({ key, value: parseExpr(p) });
    } else if (p.peek() === T.T_NAME && !p.atBoundary()) {
      const text = p.text();
      p.fail('FLOW1013', `\`WITH\` takes a record or fields: \`WITH ${text} = …\`.`, p.range(), {
        title: `Insert ${text} =`,
        edits: [{ range: { start, end: start }, text: `${text} = ` }],
      });
    } else
      p.fail(
        'FLOW1011',
        'Something is missing after `WITH`: a record, or fields as in `WITH limit = 5`.',
        p.atEnd || p.onNewLine() ? p.range(p.at - 1) : undefined,
      );
    record.range = p.from(start);
    return record;
  }
  for (;;) {
    const key = parseKey(p);
    p.mark(M_KEY);
    p.at++;
    record.entries.push({ key, value: parseExpr(p) });
    if (p.panic) break;
    if (p.peek() === T.T_COMMA) {
      p.at++;
      if (atEntry(p)) continue;
      p.fail('FLOW1012', `A field is expected after the comma, not ${p.found()}.`, p.range(p.at - 1));
      break;
    }
    // Without a comma only `key =` goes on: `DEFAULT:` and `CASE "x":` are not fields.
    if (p.peek() !== T.T_NAME || p.peek(1) !== T.T_ASSIGN) break;
  }
  record.range = p.from(start);
  return record;
}

// ---------------------------------------------------------------- parts

/** The table (or model, …) that an operation works on; `next` is the word that comes after it. */
function source(p: Cursor, next: number, what: string): Expr {
  // A clause word where the operand should be is a name only when the clause follows it (GROUP by BY by).
  if (
    next !== 0 &&
    p.peekWord() === next &&
    p.peekWord(1) !== next &&
    (!p.beginsOperand(1) || p.flags[p.at + 1]! & T.F_SPACE) &&
    !continuesName(p)
  ) {
    p.fail('FLOW1011', `${what} is missing before \`${p.text()}\`.`);
  }
  return parseExpr(p);
}

function name(p: Cursor, what: string): Ident {
  if (p.panic) return p.missingIdent();
  if (p.peek() === T.T_NAME && !p.atBoundary()) return p.ident();
  p.fail('FLOW1012', `A name is missing: ${what}.`);
  return p.missingIdent();
}

/** A column's name, as a name or, when it is not one, as text: `"Miles per gallon"`. */
function column(p: Cursor): Ident {
  if (p.panic) return p.missingIdent();
  if (p.atString()) return parseKey(p);
  if (p.peek() !== T.T_NAME || p.atBoundary()) {
    p.fail('FLOW1012', 'A column is missing.');
    return p.missingIdent();
  }
  const first = p.ident();
  if (p.peek() !== T.T_DOT || p.peek(1) !== T.T_NAME) return first;
  const range = { start: first.range.start, end: p.end[p.at]! };
  p.warn(
    'FLOW1013',
    `Columns are named without their table here: \`${p.text(p.at + 1)}\`.`,
    { start: range.start, end: p.end[p.at + 1]! },
    {
      title: `Remove ${first.name}.`,
      edits: [{ range, text: '' }],
    },
  );
  p.at++;
  return p.ident();
}

function columns(p: Cursor): Ident[] {
  const list = [column(p)];
  while (!p.panic && p.take(T.T_COMMA)) {
    if (p.atBoundary() || p.peek() > T.T_RAW) break;
    list.push(column(p));
  }
  return list;
}

function aliased(p: Cursor): { column: Ident; as?: Ident } {
  const from = column(p);
  return !p.panic && p.takeWord(W.AS) ? { column: from, as: column(p) } : { column: from };
}

/** Takes one of these words as the operation's second word; reports it when it is none. */
function choose(p: Cursor, head: Head, words: readonly number[], first: string): number {
  const word = p.peekWord();
  if (words.includes(word)) {
    secondWord(p, head);
    return word;
  }
  const list = words.map(wordText).join(', ');
  const meant =
    p.peek() === T.T_NAME && !p.atBoundary() ? nearest(p.text().toUpperCase(), words.map(wordText)) : undefined;
  if (meant) {
    p.warn(
      'FLOW1022',
      `\`${first}\` goes on with one of ${list}; \`${p.text()}\` is probably \`${meant}\`.`,
      p.range(),
      p.replacement(meant),
    );
    secondWord(p, head);
    return W[meant as keyof typeof W];
  }
  p.fail(
    'FLOW1023',
    `\`${first}\` goes on with one of ${list}${p.atBoundary() || p.atEnd ? '' : `, not ${p.found()}`}.`,
  );
  return 0;
}

// ---------------------------------------------------------------- LOAD

const FORMATS = { [W.CSV]: 'CSV', [W.JSON]: 'JSON', [W.NDJSON]: 'NDJSON', [W.PARQUET]: 'PARQUET' } as Record<
  number,
  'CSV' | 'JSON' | 'NDJSON' | 'PARQUET'
>;
const LOADABLE = [W.CSV, W.JSON, W.NDJSON, W.PARQUET, W.TABLE, W.MODEL];

function load(p: Cursor, head: Head, known = 0): Op {
  const word = known || choose(p, head, LOADABLE, 'LOAD');
  if (word === 0) return { ...head, op: 'BROKEN' };
  if (word === W.TABLE) {
    p.takeWord(W.FROM);
    return { ...head, op: 'LOAD_TABLE', table: parseExpr(p) };
  }
  if (word === W.MODEL) {
    p.takeWord(W.FROM);
    const model = parseExpr(p);
    return {
      ...head,
      op: 'LOAD_MODEL',
      model,
      ...(!p.panic && p.takeWord(W.VERSION) ? { version: parseExpr(p) } : {}),
    };
  }
  const format = FORMATS[word]!;
  if (p.peekWord() !== W.FROM && p.beginsOperand() && !p.atBoundary() && !p.looksLike('FROM')) {
    p.warn(
      'FLOW1010',
      `\`FROM\` is missing: \`LOAD ${format} FROM file\`.`,
      p.range(),
      p.insertion('Insert FROM', ' FROM'),
    );
  } else p.expectWord(W.FROM, `\`LOAD ${format}\` says \`FROM\` which file`);
  const from = parseExpr(p);
  const op: Op = { ...head, op: 'LOAD', format, from };
  if (!p.panic && p.peekWord() === W.OPTIONS) {
    p.keyword();
    if (p.peek() === T.T_LBRACE) op.options = parseRecord(p);
    else p.fail('FLOW1011', 'A record is missing after `OPTIONS`: `OPTIONS { delimiter: ";" }`.', p.range(p.at - 1));
  }
  return op;
}

// ---------------------------------------------------------------- GROUP

/** All aggregate functions. */
export const AGGREGATES: readonly AggregateFunction[] = [
  'count',
  'sum',
  'avg',
  'min',
  'max',
  'median',
  'stddev',
  'first',
  'last',
  'list',
  'count_distinct',
];
const OTHER_NAMES: Record<string, AggregateFunction> = {
  mean: 'avg',
  average: 'avg',
  total: 'sum',
  std: 'stddev',
  stdev: 'stddev',
  collect: 'list',
  countdistinct: 'count_distinct',
  distinct: 'count_distinct',
  minimum: 'min',
  maximum: 'max',
};

function group(p: Cursor, head: Head): Op {
  const from = source(p, W.BY, 'The table to group');
  const op: Op = { ...head, op: 'GROUP_AGG', source: from, by: [], aggregates: [] };
  if (p.panic) return op;
  // Without BY the whole table is one group.
  if (p.peekWord() !== W.AGG && p.expectWord(W.BY, '`GROUP` says `BY` which columns')) op.by = columns(p);
  while (!p.panic && p.peekWord() === W.AGG) {
    p.breakHere(p.indent);
    let start = p.offset;
    p.keyword();
    op.aggregates.push(aggregate(p, start));
    while (!p.panic && p.peek() === T.T_COMMA && !p.atBoundary(1)) {
      p.at++;
      start = p.offset;
      op.aggregates.push(aggregate(p, start));
    }
  }
  return op;
}

function aggregate(p: Cursor, start: number): Aggregate {
  const at = p.offset;
  const result: Aggregate = { fn: 'sum', fnRange: { start: at, end: at }, range: { start, end: start } };
  if (p.peek() === T.T_NAME && p.peek(1) === T.T_LPAREN) {
    const text = p.text();
    const lower = text.toLowerCase();
    if (AGGREGATES.includes(lower as AggregateFunction)) result.fn = lower as AggregateFunction;
    else {
      const meant = OTHER_NAMES[lower] ?? (nearest(lower, AGGREGATES) as AggregateFunction | undefined);
      p.warn(
        'FLOW1019',
        meant
          ? `\`${text}\` is not an aggregate function; you probably mean \`${meant}\`.`
          : `\`${text}\` is not an aggregate function. There are ${AGGREGATES.join(', ')}.`,
        p.range(),
        meant && p.replacement(meant),
      );
      if (meant) result.fn = meant;
    }
    result.fnRange = p.range();
    p.at++;
    const open = p.at;
    p.mark(M_TIGHT);
    p.at++;
    if (p.peek() === T.T_STAR) {
      if (result.fn !== 'count')
        p.warn('FLOW1019', `\`${result.fn}\` needs a column; only \`count\` takes \`*\`.`, p.range());
      p.at++;
    } else if (p.peek() !== T.T_RPAREN) {
      if (p.peekWord() === W.DISTINCT && result.fn === 'count' && p.beginsOperand(1) && p.peek(1) !== T.T_LPAREN) {
        p.keyword();
        result.fn = 'count_distinct';
      }
      result.value = parseExpr(p);
    } else if (result.fn !== 'count')
      p.warn('FLOW1019', `\`${result.fn}\` needs a column: \`${result.fn}(amount)\`.`, result.fnRange);
    closeBracket(p, T.T_RPAREN, open);
  } else result.value = parseExpr(p);
  if (!p.panic && p.takeWord(W.AS)) result.as = column(p);
  result.range = p.from(start);
  return result;
}

// ---------------------------------------------------------------- control

function switchOp(p: Cursor, head: Head): Op {
  const subject = source(p, W.CASE, 'The value to choose by');
  if (!p.panic && p.peek() === T.T_COLON) p.at++;
  const op: Op = { ...head, op: 'SWITCH', subject, cases: [] };
  const outer = p.indent;
  for (;;) {
    if (p.panic) recoverInSwitch(p);
    if (p.peekWord() === W_NONE && p.peek() === T.T_NAME && p.onNewLine()) {
      // CSAE "x": or DEFUALT:
      const meant = p.peek(1) === T.T_COLON ? 'DEFAULT' : 'CASE';
      if (p.looksLike(meant) && (meant === 'DEFAULT' || (p.beginsOperand(1) && !p.onNewLine(1)))) {
        p.warn(
          'FLOW1022',
          `\`${p.text()}\` is not known here; you probably mean \`${meant}\`.`,
          p.range(),
          p.replacement(meant),
        );
        p.word[p.at] = W[meant];
      }
    }
    const word = p.peekWord();
    const start = p.offset;
    if (word === W.CASE) {
      p.breakHere(outer + 1);
      p.keyword();
      const values = [parseExpr(p)];
      while (!p.panic && p.take(T.T_COMMA)) values.push(parseExpr(p));
      colon(p, 'CASE value: operation');
      op.cases.push({ values, op: nested(p, outer + 2), range: p.from(start) });
    } else if (word === W.DEFAULT || (word === W.ELSE && p.peek(1) === T.T_COLON)) {
      p.breakHere(outer + 1);
      p.keyword();
      colon(p, 'DEFAULT: operation');
      const other = nested(p, outer + 2);
      if (op.default) p.warn('FLOW1023', 'This `SWITCH` has a second `DEFAULT`.', { start, end: start + 7 });
      else op.default = other;
    } else break;
  }
  p.indent = outer;
  if (p.peekWord() === W.END && p.peekWord(1) === W.SWITCH) {
    p.breakHere(outer);
    p.keyword();
    p.keyword();
  } else if (!p.atEnd && !p.atBoundary() && !p.onNewLine()) {
    p.fail('FLOW1016', `${p.found()} is not expected here: a \`CASE\`, a \`DEFAULT\` or \`END SWITCH\` comes next.`);
    recoverInSwitch(p);
    if (p.peekWord() === W.END && p.peekWord(1) === W.SWITCH) p.at += 2;
  } else {
    const line = '\n' + '  '.repeat(outer);
    p.warn(
      'FLOW1004',
      '`END SWITCH` is missing: this `SWITCH` is not closed.',
      head.wordRange,
      p.insertion('Insert END SWITCH', `${line}END SWITCH`),
    );
  }
  return op;
}

/** After a mistake inside a SWITCH: goes on to its next case, or to its end. */
function recoverInSwitch(p: Cursor): void {
  while (!p.atEnd) {
    const word = p.peekWord();
    if (word === W.CASE && (p.onNewLine() || p.atBoundary())) break;
    if (word === W.DEFAULT && p.peek(1) === T.T_COLON) break;
    if (p.atBoundary() && (word !== W.OUTPUT || p.atStatement())) {
      // An OUTPUT that is a case's operation cannot be told from one after a broken SWITCH; the case is likelier.
      if (word !== W.OUTPUT) break;
    }
    p.at++;
  }
  p.panic = false;
}

function colon(p: Cursor, form: string): void {
  if (p.panic) return;
  if (p.peek() === T.T_COLON) {
    p.mark(M_HEAD);
    p.at++;
  } else p.warn('FLOW1013', `\`:\` is missing: \`${form}\`.`, p.here(), p.insertion('Insert :', ':'));
}

function nested(p: Cursor, indent: number): Op {
  const outer = p.indent;
  p.indent = indent;
  p.breakHere(indent);
  const first = p.at;
  const op = parseOp(p);
  // A short operation may stay on the line of its head, when a person put it there.
  p.softBreaks.set(first, { last: p.at - 1, after: -1 });
  p.indent = outer;
  return op;
}

function ifOp(p: Cursor, head: Head): Op {
  const outer = p.indent;
  const condition = source(p, W.THEN, 'The condition');
  p.expectWord(W.THEN, '`IF` says what to do after `THEN`');
  p.take(T.T_COLON);
  const thenAt = p.at;
  const then = nested(p, outer + 1);
  // oxlint-disable-next-line unicorn/no-thenable -- the field is an operation, and trees are never awaited
  const op: Op = { ...head, op: 'IF', condition, then };
  if (!p.panic && p.peekWord() === W.ELSE && p.peek(1) !== T.T_COLON) {
    p.breakHere(outer);
    const elseAt = p.at;
    p.keyword();
    if (p.peekWord() === W.IF) op.else = parseOp(p);
    else op.else = nested(p, outer + 1);
    p.softBreaks.set(elseAt, { last: p.at - 1, after: thenAt });
  }
  if (!p.panic && p.peekWord() === W.END && p.peekWord(1) === W.IF) endBlock(p);
  return op;
}

function endBlock(p: Cursor): void {
  p.breakHere(p.indent);
  p.keyword();
  p.keyword();
}

function forEach(p: Cursor, head: Head): Op {
  const outer = p.indent;
  if (p.peekWord() === W.IN && p.peekWord(1) !== W.IN)
    p.fail('FLOW1012', 'A name is missing: `FOR EACH item IN list: operation`.');
  const variable = name(p, '`FOR EACH item IN list: operation`');
  p.expectWord(W.IN, '`FOR EACH` says `IN` which list');
  const list = parseExpr(p);
  colon(p, 'FOR EACH item IN list: operation');
  const bodyAt = p.at;
  const body = nested(p, outer + 1);
  const op: Op = { ...head, op: 'FOR_EACH', variable, list, body };
  for (let more = true; more && !p.panic;) {
    if (p.peekWord() === W.PARALLEL && !op.parallel) {
      p.breakHere(outer);
      const parallelAt = p.at;
      p.keyword();
      op.parallel = parseExpr(p);
      p.softBreaks.set(parallelAt, { last: p.at - 1, after: bodyAt });
    } else if (p.peekWord() === W.END && (p.peekWord(1) === W.FOR || p.peekWord(1) === W.EACH)) endBlock(p);
    else more = false;
  }
  return op;
}

// ---------------------------------------------------------------- the table of operations

const READERS: (Reader | undefined)[] = [];
const add = (word: number, reader: Reader) => (READERS[word] = reader);

add(W.LOAD, load);
add(W.LOAD_CSV, (p, h) => load(p, h, W.CSV));
add(W.LOAD_JSON, (p, h) => load(p, h, W.JSON));
add(W.LOAD_NDJSON, (p, h) => load(p, h, W.NDJSON));
add(W.LOAD_PARQUET, (p, h) => load(p, h, W.PARQUET));
add(W.LOAD_TABLE, (p, h) => load(p, h, W.TABLE));
add(W.LOAD_MODEL, (p, h) => load(p, h, W.MODEL));

add(W.FILTER, (p, head) => {
  const from = source(p, W.WHERE, 'The table to filter');
  p.expectWord(W.WHERE, '`FILTER` says `WHERE` which rows stay');
  return { ...head, op: 'FILTER', source: from, where: parseExpr(p) };
});
add(W.MAP, (p, head) => {
  const from = parseExpr(p);
  if (!p.panic && p.takeWord(W.USING))
    return { ...head, op: 'MAP', source: from, using: name(p, 'the program that makes each row') };
  p.expectWord(W.TO, '`MAP` says `TO` which record, or `USING` which program, it makes each row');
  if (p.panic) return { ...head, op: 'MAP', source: from };
  if (p.peek() === T.T_LBRACE) return { ...head, op: 'MAP', source: from, to: parseRecord(p) };
  p.fail('FLOW1011', 'A record is missing after `TO`: `MAP rows TO { total: price * count }`.', p.range(p.at - 1));
  return { ...head, op: 'MAP', source: from };
});
add(W.SELECT, (p, head) => {
  const from = source(p, W.COLUMNS, 'The table to take columns from');
  const list: { column: Ident; as?: Ident }[] = [];
  if (p.expectWord(W.COLUMNS, '`SELECT` says `COLUMNS` and then which')) {
    list.push(aliased(p));
    while (!p.panic && p.take(T.T_COMMA)) {
      if (p.atBoundary() || p.peek() > T.T_RAW) break;
      list.push(aliased(p));
    }
  }
  return { ...head, op: 'SELECT', source: from, columns: list };
});
add(W.GROUP, group);
add(W.GROUP_AGG, group);
add(W.JOIN, (p, head) => {
  const left = source(p, W.WITH, 'The first table');
  p.expectWord(W.WITH, '`JOIN` says `WITH` which other table');
  const right = source(p, W.ON, 'The second table');
  p.expectWord(W.ON, '`JOIN` says `ON` what rows belong together');
  const on = parseExpr(p);
  let how: 'INNER' | 'LEFT' | 'OUTER' = 'INNER';
  if (!p.panic) {
    const word = p.peekWord();
    if (word === W.LEFT || word === W.INNER || word === W.OUTER) {
      how = wordText(word) as typeof how;
      p.keyword();
    }
  }
  return { ...head, op: 'JOIN', left, right, on, how };
});
add(W.UNION, (p, head) => {
  const sources = [parseExpr(p)];
  while (!p.panic && p.take(T.T_COMMA)) {
    if (!p.beginsOperand() || p.atBoundary()) break;
    sources.push(parseExpr(p));
  }
  return { ...head, op: 'UNION', sources };
});
add(W.DISTINCT, (p, head) => {
  const from = source(p, W.BY, 'The table');
  return { ...head, op: 'DISTINCT', source: from, ...(!p.panic && p.takeWord(W.BY) ? { by: columns(p) } : {}) };
});
add(W.SORT, (p, head) => {
  const from = source(p, W.BY, 'The table to sort');
  const by: { value: Expr; descending: boolean }[] = [];
  if (p.expectWord(W.BY, '`SORT` says `BY` which columns')) {
    do {
      if (by.length > 0 && (!p.beginsOperand() || p.atBoundary())) break;
      const value = parseExpr(p);
      let descending = false;
      if (!p.panic && p.peekWord() === W.DESC) {
        descending = true;
        p.keyword();
      } else if (!p.panic) p.takeWord(W.ASC);
      by.push({ value, descending });
    } while (!p.panic && p.take(T.T_COMMA));
  }
  const op: Op = { ...head, op: 'SORT', source: from, by };
  if (!p.panic && p.peekWord() === W.TAKE) {
    p.breakHere(p.indent);
    p.keyword();
    op.take = parseExpr(p);
  }
  return op;
});
add(W.TAKE, (p, head) => {
  const count = source(p, W.FROM, 'The number of rows');
  return { ...head, op: 'TAKE', count, ...(!p.panic && p.takeWord(W.FROM) ? { source: parseExpr(p) } : {}) };
});
add(W.QUERY, (p, head) => ({ ...head, op: 'QUERY', sql: parseExpr(p) }));
const onModel = (op: 'INFER' | 'TRAIN', word: number) =>
  add(word, (p, head) => {
    const model = source(p, W.ON, 'The model');
    p.expectWord(W.ON, `\`${op}\` says \`ON\` which data`);
    return { ...head, op, model, on: parseExpr(p) };
  });
onModel('INFER', W.INFER);
onModel('TRAIN', W.TRAIN);
const runJob: Reader = (p, head) => ({ ...head, op: 'RUN_JOB', job: parseExpr(p) });
const runVasm: Reader = (p, head) => ({ ...head, op: 'RUN_VASM', program: parseExpr(p) });
const runAgent: Reader = (p, head) => ({ ...head, op: 'RUN_AGENT', agent: parseExpr(p) });
add(W.RUN, (p, head) => {
  const word = choose(p, head, [W.JOB, W.VASM, W.AGENT], 'RUN');
  return word === W.JOB
    ? runJob(p, head)
    : word === W.VASM
      ? runVasm(p, head)
      : word === W.AGENT
        ? runAgent(p, head)
        : { ...head, op: 'BROKEN' };
});
add(W.RUN_JOB, runJob);
add(W.RUN_VASM, runVasm);
add(W.RUN_AGENT, runAgent);
const callFlow: Reader = (p, head) => ({ ...head, op: 'CALL_FLOW', path: parseExpr(p) });
add(W.CALL_FLOW, callFlow);
add(W.CALL, (p, head) => {
  const tight = p.peek(1) === T.T_LPAREN && !(p.flags[p.at + 1]! & T.F_SPACE);
  if (p.peekWord() === W.FLOW && !tight && (p.beginsOperand(1) || p.atBoundary(1)) && !(p.peekWord(1) === W.WITH)) {
    secondWord(p, head);
    return callFlow(p, head);
  }
  const fn = name(p, '`CALL program(…)`');
  while (!p.panic && p.peek() === T.T_DOT && p.peek(1) === T.T_NAME) {
    p.at++;
    const part = p.ident();
    fn.name += `.${part.name}`;
    fn.range = { start: fn.range.start, end: part.range.end };
  }
  const args: Expr[] = [];
  if (!p.panic && p.peek() === T.T_LPAREN) {
    const open = p.at;
    p.mark(M_TIGHT);
    p.at++;
    while (!p.panic && p.peek() !== T.T_RPAREN) {
      args.push(parseExpr(p));
      if (p.panic || !p.take(T.T_COMMA)) break;
    }
    closeBracket(p, T.T_RPAREN, open);
  }
  return { ...head, op: 'CALL', fn, args };
});
const askAi: Reader = (p, head) => ({ ...head, op: 'ASK_AI', question: parseExpr(p) });
add(W.ASK_AI, askAi);
add(W.ASK, (p, head) => (choose(p, head, [W.AI], 'ASK') ? askAi(p, head) : { ...head, op: 'BROKEN' }));
add(W.APX_EXEC, (p, head) => ({ ...head, op: 'APX_EXEC', operation: parseExpr(p) }));
const buildVpkg: Reader = (p, head) => ({ ...head, op: 'BUILD_VPKG', source: parseExpr(p) });
add(W.BUILD_VPKG, buildVpkg);
add(W.BUILD, (p, head) => (choose(p, head, [W.VPKG], 'BUILD') ? buildVpkg(p, head) : { ...head, op: 'BROKEN' }));
const deploy: Reader = (p, head) => {
  const from = parseExpr(p);
  const op: Op = { ...head, op: 'DEPLOY_SERVICE', source: from };
  if (!p.panic && p.peekWord() === W.AS) p.keyword();
  if (!p.panic && p.beginsOperand() && !p.atBoundary() && !p.isClauseWord()) op.name = parseExpr(p);
  return op;
};
add(W.DEPLOY_SERVICE, deploy);
add(W.DEPLOY, (p, head) => (choose(p, head, [W.SERVICE], 'DEPLOY') ? deploy(p, head) : { ...head, op: 'BROKEN' }));
add(W.STORE, (p, head) => {
  const from = source(p, W.AS, 'What to store');
  const op: Op = {
    ...head,
    op: 'STORE',
    source: from,
    as: 'TABLE',
    name: { kind: 'error', range: p.from(p.prevEnd) },
    mode: 'replace',
  };
  if (!p.expectWord(W.AS, '`STORE` says `AS` what, as in `STORE rows AS TABLE "sales"`')) return op;
  const word = p.peekWord();
  if (word === W.TABLE || word === W.BLOB || word === W.MODEL) {
    op.as = wordText(word) as 'TABLE' | 'BLOB' | 'MODEL';
    p.keyword();
  } else if (p.atString()) {
    p.warn(
      'FLOW1023',
      '`AS` goes on with `TABLE`, `BLOB` or `MODEL`.',
      p.range(),
      p.insertion('Insert TABLE', ' TABLE'),
    );
  } else {
    const meant =
      p.peek() === T.T_NAME && !p.atBoundary()
        ? nearest(p.text().toUpperCase(), ['TABLE', 'BLOB', 'MODEL'])
        : undefined;
    if (meant) {
      p.warn('FLOW1022', `\`${p.text()}\` is probably \`${meant}\`.`, p.range(), p.replacement(meant));
      op.as = meant as typeof op.as;
      p.keyword();
    } else p.fail('FLOW1023', '`AS` goes on with `TABLE`, `BLOB` or `MODEL`.');
  }
  op.name = parseExpr(p);
  if (!p.panic && p.takeWord(W.MODE)) {
    const text = p.peek() === T.T_NAME ? p.text().toLowerCase() : '';
    const mode =
      (['append', 'replace', 'upsert'] as const).find((known) => known === text) ??
      (nearest(text, ['append', 'replace', 'upsert']) as typeof op.mode | undefined);
    if (mode === undefined)
      p.fail(
        'FLOW1023',
        '`MODE` is one of `replace`, `append`, `upsert BY column`.',
        p.atBoundary() ? p.range(p.at - 1) : p.range(),
      );
    else {
      if (mode !== text) p.warn('FLOW1022', `\`${p.text()}\` is probably \`${mode}\`.`, p.range(), p.replacement(mode));
      op.mode = mode;
      p.at++;
    }
  }
  if (!p.panic && p.takeWord(W.BY)) op.by = columns(p);
  else if (!p.panic && op.mode === 'upsert') {
    p.warn(
      'FLOW1010',
      '`MODE upsert` needs `BY` and the columns that tell rows apart.',
      p.range(p.at - 1),
      p.insertion('Insert BY id', ' BY id'),
    );
  }
  return op;
});
/** An operation of one value. `OUTPUT_JSON WITH { … }` outputs that record. */
function valueOf(p: Cursor): Expr {
  if (p.peekWord() === W.WITH && p.peek(1) === T.T_LBRACE) {
    p.keyword();
    return parseRecord(p);
  }
  return parseExpr(p);
}
add(W.TRANSFORM, (p, head) => ({ ...head, op: 'TRANSFORM', value: valueOf(p) }));
add(W.OUTPUT, (p, head) => ({ ...head, op: 'OUTPUT', value: valueOf(p) }));
add(W.OUTPUT_TEXT, (p, head) => ({ ...head, op: 'OUTPUT_TEXT', value: valueOf(p) }));
add(W.OUTPUT_JSON, (p, head) => ({ ...head, op: 'OUTPUT_JSON', value: valueOf(p) }));
add(W.RETURN, (p, head) => {
  if (p.atBoundary() || !p.beginsOperand() || endsOperation(p)) return { ...head, op: 'RETURN' };
  return { ...head, op: 'RETURN', value: parseExpr(p) };
});
add(W.ERROR, (p, head) => ({ ...head, op: 'ERROR', message: parseExpr(p) }));
add(W.SWITCH, switchOp);
add(W.IF, ifOp);
add(W.FOR, (p, head) => (choose(p, head, [W.EACH], 'FOR') ? forEach(p, head) : { ...head, op: 'BROKEN' }));
add(W.FOR_EACH, forEach);

/** Does something follow the word here that shows it to be a name: `case.field`, `else + 1`? */
function continuesName(p: Cursor): boolean {
  const next = p.peek(1);
  return next === T.T_DOT || (next >= T.T_EQ && next <= T.T_PERCENT && next !== T.T_MINUS);
}

/** Does a word stand here that ends an operation without operands? */
function endsOperation(p: Cursor): boolean {
  const word = p.peekWord();
  if (continuesName(p)) return false;
  return (
    word === W.WITH ||
    word === W.ELSE ||
    word === W.PARALLEL ||
    word === W.CASE ||
    (word === W.END && [W.FLOW, W.SWITCH, W.IF, W.FOR, W.EACH].includes(p.peekWord(1)))
  );
}

// ---------------------------------------------------------------- what the language does not know

function unknown(p: Cursor, head: Head): Op {
  const text = p.text().toUpperCase();
  p.mark(M_KEYWORD);
  p.at++;
  pin(p, head);
  const args: Expr[] = [];
  while (!p.panic && (p.beginsOperand() || p.peekWord() === W.AS) && !p.atBoundary() && !endsOperation(p)) {
    args.push(parseExpr(p, true));
    if (!p.panic) p.take(T.T_COMMA);
  }
  return { ...head, op: 'UNKNOWN', name: text, args };
}

/** The words that operations begin with. */
export const OPERATION_WORDS: readonly string[] = READERS.flatMap((reader, word) => (reader ? [wordText(word)] : []));

/**
 * `FLTER x WHERE …` is a slip of the pen for FILTER when reading it as FILTER works; otherwise it may well be the name of
 * an operation that some node has.
 */
function misspelt(p: Cursor, head: Head): Op | undefined {
  const text = p.text().toUpperCase();
  const meant = nearest(text, OPERATION_WORDS);
  if (meant === undefined) return undefined;
  const reader = READERS[W[meant as keyof typeof W]]!;
  const { at, depth, indent, trial } = p;
  const reported = p.diagnostics.length;
  const message = `\`${p.text()}\` is not an operation; you probably mean \`${meant}\`.`;
  const range = p.range();
  const copy = { ...head };
  p.trial = true;
  p.keyword();
  pin(p, copy);
  const op = reader(p, copy);
  p.trial = trial;
  const clean =
    !p.panic &&
    p.diagnostics.slice(reported).every((one) => one.code === 'FLOW1022') &&
    (p.atStatement() || p.atBoundary() || endsOperation(p));
  if (clean || trial) {
    if (!p.panic || trial) {
      p.diagnostics.splice(reported, 0, {
        code: 'FLOW1022',
        severity: 'error',
        message,
        range,
        fix: p.replacement(meant, range)!,
      });
    }
    return op;
  }
  p.diagnostics.length = reported;
  p.panic = false;
  p.marks.fill(0, at, p.at + 1);
  p.breaks.fill(0, at + 1, p.at + 1);
  Object.assign(p, { at, depth, indent });
  return undefined;
}
