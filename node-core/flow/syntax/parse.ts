/**
 * The parser of FLOW plans: recursive descent with recovery. It takes any text, never throws, and always gives a tree; every
 * mistake is one diagnostic with a sentence and, where there is one, a mend. Browser-safe.
 */
import { INPUT_TYPES } from './ast.ts';
import type { Annotation, Expr, Input, InputType, Output, ParseResult, Plan, SourceRange, Step } from './ast.ts';
import { Cursor, M_STATEMENT, M_TIGHT } from './cursor.ts';
import * as T from './lex.ts';
import { scan } from './lex.ts';
import { nearest } from './nearest.ts';
import { closeBracket, parseExpr, parseKey, parseRecord } from './parse-expression.ts';
import { parseLabel } from './operations/tail.ts';
import { OPERATION_WORDS, parseOp } from './parse-operation.ts';
import { W } from './words.ts';

/** Parses a plan. Diagnostics are in source order. */
export function parse(source: string): ParseResult {
  return parseTokens(source).result;
}

/** Parses, and gives what the formatter needs as well. */
export function parseTokens(source: string): { result: ParseResult; cursor: Cursor } {
  const cursor = new Cursor(scan(source));
  const plan = parsePlan(cursor);
  let { diagnostics } = cursor;
  if (plan.name === undefined && plan.body.length === 0 && plan.inputs.length === 0) {
    // Text that is no plan at all yields one message.
    const head = diagnostics.find((one) => one.code === 'FLOW1001' || one.code === 'FLOW1002');
    if (head) diagnostics = [head];
  }
  for (let i = 1; i < diagnostics.length; i++) {
    if (diagnostics[i]!.range.start < diagnostics[i - 1]!.range.start) {
      diagnostics.sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
      break;
    }
  }
  return { result: { plan, comments: cursor.tokens.comments, diagnostics }, cursor };
}

function parsePlan(p: Cursor): Plan {
  const plan: Plan = {
    kind: 'plan',
    annotations: [],
    name: undefined,
    description: [],
    inputs: [],
    body: [],
    range: { start: 0, end: p.source.length },
  };
  if (p.peek() === T.T_RAW) plan.docString = p.string();
  plan.range.start = p.offset;

  if (p.atEnd) {
    if (p.last === 0) {
      p.fail(
        'FLOW1002',
        'There is no plan here yet. A plan begins with `FLOW "name"` and ends with `END FLOW`.',
        { start: 0, end: p.source.length },
        {
          title: 'Begin a plan',
          edits: [{ range: { start: p.source.length, end: p.source.length }, text: 'FLOW "My plan"\n\nEND FLOW\n' }],
        },
      );
    }
    return plan;
  }
  const program = programWord(p);
  if (program) {
    p.fail(
      'FLOW1001',
      `This is a program, not a plan: it begins with \`${program}\`. A plan begins with \`FLOW "name"\`.`,
      p.range(),
    );
    return plan;
  }

  const flowAt = annotatedFlow(p);
  if (flowAt >= 0) {
    while (p.peek() === T.T_AT && !p.panic) {
      p.breakHere(0);
      plan.annotations.push(annotation(p));
    }
    if (p.at !== flowAt && !p.panic)
      p.fail('FLOW1016', `${p.found()} is not expected here: \`FLOW "name"\` comes after its annotations.`, p.range());
    // A broken one does not take the plan with it.
    p.at = flowAt;
    p.panic = false;
  }
  header(p, plan);
  for (;;) {
    const word = p.peekWord();
    if (word === W.DESCRIPTION && plan.inputs.length + plan.body.length === 0) description(p, plan);
    else if (word === W.INPUTS && !p.atEnd) inputs(p, plan);
    else break;
  }
  const ended = body(p, plan);
  plan.range.end = p.prevEnd;
  if (!ended) {
    if (plan.name !== undefined || p.diagnostics.length === 0) {
      p.warn(
        'FLOW1003',
        '`END FLOW` is missing at the end of the plan.',
        endOf(p),
        p.insertion('Add END FLOW', '\n\nEND FLOW\n'),
      );
    }
  } else if (!p.atEnd) {
    p.fail('FLOW1021', 'The plan ended with `END FLOW`; nothing may follow it.', {
      start: p.offset,
      end: p.source.length,
    });
  }
  return plan;
}

function endOf(p: Cursor): SourceRange {
  const end = p.prevEnd;
  return { start: Math.max(0, end - 1), end };
}

/** The word that a program begins with, when this is one. */
function programWord(p: Cursor): string | undefined {
  let i = 0;
  // Annotations may stand before a service or a function.
  while (p.peek(i) === T.T_AT && p.peek(i + 1) === T.T_NAME) {
    i += 2;
    if (p.peek(i) === T.T_LPAREN) {
      for (let depth = 0; p.peek(i) !== T.T_EOF; i++) {
        if (p.peek(i) === T.T_LPAREN) depth++;
        else if (p.peek(i) === T.T_RPAREN && --depth === 0) break;
      }
      i++;
    }
  }
  if (p.peek(i) !== T.T_NAME) return undefined;
  const word = p.peekWord(i);
  const text = p.text(p.at + i);
  const named = p.peek(i + 1) === T.T_NAME;
  if ((word === W.MODEL || word === W.SERVICE || word === W.ENUM) && named) return text;
  if ((word === W.FUNC || word === W.ROUTE) && named) return text;
  return undefined;
}

/** The token FLOW, when annotations stand here that belong to it; else -1. */
function annotatedFlow(p: Cursor): number {
  if (p.peek() !== T.T_AT) return -1;
  for (let i = 0; p.peek(i) !== T.T_EOF; i++) {
    const word = p.peekWord(i);
    if (word === W.FLOW && (p.onNewLine(i) || p.peek(i - 1) === T.T_RPAREN)) return p.at + i;
    if (word === W.STEP && p.onNewLine(i)) return -1;
  }
  return -1;
}

function header(p: Cursor, plan: Plan): void {
  const start = p.offset;
  if (p.peekWord() === W.FLOW) {
    p.breakHere(0);
    p.keyword();
  } else if (p.looksLike('FLOW') && p.atString(1)) {
    p.warn(
      'FLOW1022',
      `A plan begins with \`FLOW\`; \`${p.text()}\` is probably that.`,
      p.range(),
      p.replacement('FLOW'),
    );
    p.breakHere(0);
    p.keyword();
  } else {
    p.warn('FLOW1002', 'A plan begins with `FLOW "name"`.', p.range(), {
      title: 'Begin with FLOW',
      edits: [{ range: { start, end: start }, text: 'FLOW "My plan"\n\n' }],
    });
    // Without its head, text that is no plan at all should not yield a message a line.
    if (!p.atStatement() && p.peekWord() !== W.INPUTS && p.peekWord() !== W.DESCRIPTION) {
      p.panic = true;
      while (!p.atEnd && !p.atStatement() && p.peekWord() !== W.INPUTS) p.at++;
      p.panic = false;
    }
    return;
  }
  if (p.atString()) {
    plan.name = p.string();
    return;
  }
  if (p.peek() === T.T_NAME && !p.onNewLine()) {
    // FLOW My plan: take the rest of the line.
    const from = p.offset;
    while (!p.atEnd && !p.onNewLine()) p.at++;
    const range = p.from(from);
    const value = p.source.slice(range.start, range.end);
    plan.name = { value, range };
    p.warn('FLOW1012', 'The name of a plan stands in quotes.', range, p.replacement(JSON.stringify(value), range));
    return;
  }
  p.warn(
    'FLOW1012',
    'The plan needs a name: `FLOW "name"`.',
    p.range(p.at - 1),
    p.insertion('Give it a name', ' "My plan"'),
  );
}

function description(p: Cursor, plan: Plan): void {
  const at = p.at;
  p.breakHere(0);
  p.mark(M_STATEMENT);
  p.keyword();
  while (p.atString()) {
    p.breakHere(1);
    plan.description.push(p.string());
  }
  if (p.peekWord() !== W.END && !p.atStatement() && p.peekWord() !== W.INPUTS) {
    p.fail('FLOW1011', 'The lines of a DESCRIPTION stand in quotes.', p.range());
    while (!p.atEnd && !p.atStatement() && !(p.peekWord() === W.INPUTS && p.onNewLine())) p.at++;
    p.panic = false;
  }
  endOfBlock(p, W.DESCRIPTION, 'DESCRIPTION', at);
}

/** `END INPUTS`, `END DESCRIPTION`. A missing one is reported with the mend. */
function endOfBlock(p: Cursor, word: number, text: string, opened: number): void {
  if (p.peekWord() === W.END && p.peekWord(1) === word) {
    p.breakHere(0);
    p.keyword();
    p.keyword();
    return;
  }
  // END INPTUS, or END alone
  if (p.peekWord() === W.END && p.peekWord(1) !== W.FLOW) {
    const misspelt = !p.onNewLine(1) && p.looksLike(text, 1);
    if (misspelt) {
      p.warn(
        'FLOW1022',
        `The block ends with \`END ${text}\`.`,
        p.range(p.at + 1),
        p.replacement(text, p.range(p.at + 1)),
      );
      p.at += 2;
      return;
    }
    if (p.onNewLine(1) || p.peek(1) === T.T_EOF) {
      p.at++;
      p.warn(
        'FLOW1004',
        `The block ends with \`END ${text}\`.`,
        p.range(p.at - 1),
        p.insertion(`Insert ${text}`, ` ${text}`),
      );
      return;
    }
  }
  p.warn(
    'FLOW1004',
    `\`END ${text}\` is missing: this block is not closed.`,
    p.range(opened),
    p.insertion(`Insert END ${text}`, `\nEND ${text}`),
  );
}

// ---------------------------------------------------------------- inputs

function inputs(p: Cursor, plan: Plan): void {
  const at = p.at;
  if (plan.inputs.length > 0)
    p.warn('FLOW1023', 'A plan has one INPUTS block. Put these inputs in the first.', p.range());
  p.breakHere(0);
  p.mark(M_STATEMENT);
  p.keyword();
  while (!p.atEnd) {
    const word = p.peekWord();
    if (word === W.END && p.peek(1) !== T.T_ASSIGN && INPUT_TYPE.get(p.text()) === undefined) break;
    if (p.atStatement() && !(word === W.OUTPUT && p.panic)) break;
    plan.inputs.push(input(p));
    if (p.panic) {
      // On to the next line.
      while (!p.atEnd && !p.onNewLine() && p.peekWord() !== W.END && !p.atStatement()) p.at++;
      p.panic = false;
    } else p.take(T.T_COMMA);
  }
  endOfBlock(p, W.INPUTS, 'INPUTS', at);
}

const INPUT_TYPE = new Map<string, InputType>(INPUT_TYPES.map((type) => [type, type]));
for (const type of INPUT_TYPES) INPUT_TYPE.set(type.toLowerCase(), type);
/** What people write for a type, and the type. */
const TYPE_MEANT: Record<string, InputType> = {
  string: 'text',
  str: 'text',
  char: 'text',
  int: 'number',
  integer: 'number',
  float: 'number',
  double: 'number',
  decimal: 'number',
  num: 'number',
  boolean: 'bool',
  flag: 'bool',
  object: 'record',
  dict: 'record',
  map: 'record',
  array: 'list',
  csv: 'file',
  path: 'file',
  dataset: 'table',
  model: 'modelRef',
  modelref: 'modelRef',
  bytes: 'blob',
  any: 'json',
  picture: 'image',
};

function input(p: Cursor): Input {
  const start = p.offset;
  p.breakHere(1);
  const result: Input = {
    kind: 'input',
    type: 'json',
    typeRange: p.range(),
    name: p.missingIdent(),
    optional: false,
    range: { start, end: start },
  };
  if (p.peek() !== T.T_NAME) {
    p.fail(
      'FLOW1012',
      `An input is expected here, not ${p.found()}: its type and its name, as in \`number limit = 10\`.`,
      p.range(),
    );
    p.at++;
    result.range = p.from(start);
    return result;
  }
  const word = p.text();
  const next = p.peek(1);
  if (next === T.T_COLON && p.peek(2) === T.T_NAME) {
    const name = p.ident();
    p.at++;
    const type = p.text();
    result.typeRange = p.range();
    result.type = typeOf(type) ?? 'json';
    result.name = name;
    p.at++;
    const range = p.from(start);
    p.warn(
      'FLOW1013',
      `The type of an input comes first: \`${typeOf(type) ?? type} ${name.name}\`.`,
      range,
      p.replacement(`${typeOf(type) ?? type} ${name.name}`, range),
    );
  } else if (next !== T.T_NAME || (p.onNewLine(1) && INPUT_TYPE.get(word) === undefined)) {
    p.fail(
      'FLOW1012',
      INPUT_TYPE.get(word.toLowerCase())
        ? `The input of type \`${word}\` has no name.`
        : `The input \`${word}\` has no type: write \`text ${word}\`, \`number ${word}\`, …`,
      p.range(),
      INPUT_TYPE.get(word.toLowerCase())
        ? undefined
        : { title: 'Make it a text', edits: [{ range: { start, end: start }, text: 'text ' }] },
    );
    p.at++;
    result.range = p.from(start);
    return result;
  } else {
    const known = INPUT_TYPE.get(word) ?? INPUT_TYPE.get(word.toLowerCase());
    if (known) result.type = known;
    else {
      const meant = typeOf(word);
      p.warn(
        'FLOW1017',
        meant
          ? `\`${word}\` is not a type of input; you probably mean \`${meant}\`.`
          : `\`${word}\` is not a type of input. There are ${INPUT_TYPES.join(', ')}.`,
        p.range(),
        meant && p.replacement(meant),
      );
      if (meant) result.type = meant;
    }
    p.at++;
    result.name = p.ident();
  }
  optional(p, result);
  if (p.take(T.T_ASSIGN)) {
    const value = parseLiteral(p);
    if (value.kind !== 'error') result.default = value;
    if (!p.panic) optional(p, result);
  }
  if (!p.panic && p.atString()) result.help = p.string().value;
  if (!p.panic) optional(p, result);
  result.range = p.from(start);
  return result;
}

function typeOf(text: string): InputType | undefined {
  const lower = text.toLowerCase();
  const known = INPUT_TYPE.get(lower) ?? (Object.hasOwn(TYPE_MEANT, lower) ? TYPE_MEANT[lower] : undefined);
  if (known) return known;
  const near = nearest(lower, INPUT_TYPE.keys());
  return near === undefined ? undefined : INPUT_TYPE.get(near);
}

function optional(p: Cursor, result: Input): void {
  if (p.peekWord() === W.OPTIONAL) {
    p.at++;
    result.optional = true;
  } else if (p.peek() === T.T_LPAREN && p.peekWord(1) === W.OPTIONAL && p.peek(2) === T.T_RPAREN) {
    p.at += 3;
    result.optional = true;
  }
}

/** A literal, or a list or record of literals: what an input may be without being given. */
function parseLiteral(p: Cursor): Expr {
  const kind = p.peek();
  const start = p.offset;
  // A bracket or a name after it belongs to what follows, so no operators are read here.
  if (kind === T.T_LBRACE || kind === T.T_LBRACKET) {
    const value = kind === T.T_LBRACE ? parseRecord(p) : parseExpr(p);
    const wrong = notLiteral(value);
    if (wrong)
      p.warn('FLOW1018', 'The default of an input is written out: it cannot read names or compute.', wrong.range);
    return value;
  }
  if (kind === T.T_STRING || kind === T.T_RAW) {
    const { value, range } = p.string();
    return { kind: 'literal', value, range };
  }
  const word = p.peekWord();
  if (
    kind === T.T_NUMBER ||
    (kind === T.T_MINUS && p.peek(1) === T.T_NUMBER) ||
    word === W.TRUE ||
    word === W.FALSE ||
    word === W.NONE ||
    word === W.NULL
  ) {
    const at = p.at;
    const value = p.peek() === T.T_NAME ? literalWord(p) : parseExpr(p);
    const wrong = notLiteral(value);
    if (wrong)
      p.warn(
        'FLOW1018',
        'The default of an input is written out: it cannot read names or compute.',
        p.from(p.start[at]!),
      );
    return value;
  }
  if (kind === T.T_NAME && !p.onNewLine() && !p.atBoundary()) {
    p.warn(
      'FLOW1018',
      'The default of an input is written out: a text stands in quotes, and names cannot be read.',
      p.range(),
      p.replacement(JSON.stringify(p.text())),
    );
    p.at++;
    return { kind: 'error', range: p.from(start) };
  }
  p.fail('FLOW1011', 'The default value is missing after `=`.', p.range(p.at - 1));
  return { kind: 'error', range: { start: p.prevEnd, end: p.prevEnd } };
}

function literalWord(p: Cursor): Expr {
  const word = p.peekWord();
  const range = p.range();
  p.at++;
  return { kind: 'literal', value: word === W.TRUE ? true : word === W.FALSE ? false : null, range };
}

function notLiteral(value: Expr): Expr | undefined {
  switch (value.kind) {
    case 'literal':
    case 'error':
      return undefined;
    case 'unary':
      return value.operator === '-' && value.operand.kind === 'literal' && typeof value.operand.value === 'number'
        ? undefined
        : value;
    case 'list':
      for (const item of value.items) {
        const wrong = notLiteral(item);
        if (wrong) return wrong;
      }
      return undefined;
    case 'record':
      for (const entry of value.entries) {
        const wrong = notLiteral(entry.value);
        if (wrong) return wrong;
      }
      return undefined;
    default:
      return value;
  }
}

// ---------------------------------------------------------------- steps and outputs

/** Steps and outputs, to `END FLOW`; false when that is missing. */
function body(p: Cursor, plan: Plan): boolean {
  while (!p.atEnd) {
    const word = p.peekWord();
    if (word === W.STEP || p.peek() === T.T_AT) statement(p, plan);
    else if (word === W.OUTPUT) output(p, plan);
    else if (word === W.END) {
      if (p.peekWord(1) === W.FLOW) {
        p.breakHere(0);
        p.keyword();
        p.keyword();
        return true;
      }
      if (endsPlan(p)) return true;
    } else unexpected(p);
    if (p.panic) p.recover();
    else if (!p.atEnd && !p.atStatement() && !continues(p)) {
      stray(p);
      p.recover();
    }
  }
  return false;
}

/** Something that `body` reads stands here, though it does not look like the beginning of a statement. */
function continues(p: Cursor): boolean {
  const word = p.peekWord();
  return (
    word === W.STEP ||
    word === W.OUTPUT ||
    word === W.END ||
    (p.peek() === T.T_AT && p.peek(1) === T.T_NAME) ||
    misspeltStatement(p) !== undefined
  );
}

/** `END` that is not followed by FLOW. True when it ends the plan all the same. */
function endsPlan(p: Cursor): boolean {
  const at = p.at;
  if (p.peek(1) === T.T_EOF) {
    p.breakHere(0);
    p.keyword();
    p.warn('FLOW1003', 'A plan ends with `END FLOW`.', p.range(at), p.insertion('Insert FLOW', ' FLOW'));
    return true;
  }
  if (!p.onNewLine(1) && p.looksLike('FLOW', 1)) {
    p.at++;
    p.warn(
      'FLOW1022',
      `A plan ends with \`END FLOW\`; \`${p.text()}\` is probably \`FLOW\`.`,
      p.range(),
      p.replacement('FLOW'),
    );
    p.at++;
    return true;
  }
  const what = p.peek(1) === T.T_NAME && !p.onNewLine(1) ? `END ${p.text(at + 1)}` : 'END';
  p.at += what === 'END' ? 1 : 2;
  p.fail('FLOW1016', `\`${what}\` ends nothing here.`, p.from(p.start[at]!), {
    title: 'Remove it',
    edits: [{ range: p.from(p.start[at]!), text: '' }],
  });
  return false;
}

/** STEP, OUTPUT or INPUTS with a slip of the pen. */
function misspeltStatement(p: Cursor): 'STEP' | 'OUTPUT' | undefined {
  if (p.peek() !== T.T_NAME || !p.onNewLine()) return undefined;
  if (p.peek(1) === T.T_NAME && p.peek(2) === T.T_ASSIGN && p.looksLike('STEP')) return 'STEP';
  if (p.beginsOperand(1) && !p.onNewLine(1) && p.looksLike('OUTPUT')) return 'OUTPUT';
  return undefined;
}

function unexpected(p: Cursor): void {
  const meant = misspeltStatement(p);
  if (meant) {
    p.warn(
      'FLOW1022',
      `\`${p.text()}\` is not known here; you probably mean \`${meant}\`.`,
      p.range(),
      p.replacement(meant),
    );
    p.word[p.at] = W[meant];
    return;
  }
  stray(p);
}

function stray(p: Cursor): void {
  const text = p.text();
  if (p.peekWord() === W.INPUTS && p.peek(1) === T.T_NAME) {
    p.fail('FLOW1016', 'INPUTS stand before the first step.', p.range());
  } else if (p.peek() === T.T_NAME && p.peek(1) === T.T_ASSIGN && p.onNewLine()) {
    p.fail('FLOW1016', `A step begins with \`STEP\`: \`STEP ${text} = …\`.`, p.range(), {
      title: 'Insert STEP',
      edits: [{ range: { start: p.offset, end: p.offset }, text: 'STEP ' }],
    });
  } else if (p.peek() === T.T_NAME && p.onNewLine() && OPERATION_WORDS.includes(text.toUpperCase())) {
    p.fail('FLOW1016', `The operation \`${text}\` needs a step around it: \`STEP name = ${text} …\`.`, p.range(), {
      title: 'Make it a step',
      edits: [{ range: { start: p.offset, end: p.offset }, text: 'STEP my_step =\n  ' }],
    });
  } else
    p.fail(
      'FLOW1016',
      `${p.found()} is not expected here: a \`STEP\`, an \`OUTPUT\` or \`END FLOW\` comes next.`,
      p.range(),
    );
  p.at++;
}

function statement(p: Cursor, plan: Plan): void {
  const start = p.offset;
  const annotations: Annotation[] = [];
  p.mark(M_STATEMENT);
  while (p.peek() === T.T_AT && !p.panic) {
    p.breakHere(0);
    annotations.push(annotation(p));
  }
  if (p.panic) return;
  if (p.peekWord() !== W.STEP && misspeltStatement(p) === 'STEP') unexpected(p);
  if (p.peekWord() !== W.STEP) {
    p.warn('FLOW1024', 'Annotations stand before a `STEP`.', p.from(start));
    return;
  }
  p.breakHere(0);
  const stepAt = p.at;
  p.keyword();
  const step: Step = {
    kind: 'step',
    annotations,
    name: p.missingIdent(),
    op: { op: 'BROKEN', range: p.range(stepAt), wordRange: p.range(stepAt) },
    range: p.range(stepAt),
  };
  plan.body.push(step);
  if (p.peek() === T.T_NAME && (!p.atBoundary() || p.peek(1) === T.T_ASSIGN)) step.name = p.ident();
  else if (p.peek() === T.T_ASSIGN)
    p.warn(
      'FLOW1012',
      'The step has no name: `STEP name = operation`.',
      p.range(stepAt),
      p.insertion('Give it a name', ' my_step'),
    );
  else {
    p.fail('FLOW1012', 'The step has no name: `STEP name = operation`.', p.range(stepAt));
    step.range = p.from(start);
    return;
  }
  if (p.peek() === T.T_COLON) {
    p.warn('FLOW1013', '`=` comes after the name of a step, not `:`.', p.range(), p.replacement('='));
    p.at++;
  } else if (!p.take(T.T_ASSIGN)) {
    p.warn(
      'FLOW1013',
      `\`=\` is missing after the name of the step: \`STEP ${step.name.name} = operation\`.`,
      p.range(p.at - 1),
      p.insertion('Insert =', ' ='),
    );
  }
  p.indent = 1;
  p.breakHere(1);
  step.op = parseOp(p);
  step.range = p.from(start);
}

function annotation(p: Cursor): Annotation {
  const start = p.offset;
  p.at++;
  const result: Annotation = { name: p.missingIdent(), args: [], range: { start, end: start } };
  if (p.peek() !== T.T_NAME || p.flags[p.at]! & T.F_SPACE) {
    p.fail('FLOW1012', 'The name of an annotation is missing after `@`.', p.range(p.at - 1));
    return result;
  }
  p.mark(M_TIGHT);
  result.name = p.ident();
  if (p.peek() === T.T_LPAREN) {
    const open = p.at;
    p.mark(M_TIGHT);
    p.at++;
    while (!p.panic && p.peek() !== T.T_RPAREN) {
      if (p.peek() === T.T_NAME && (p.peek(1) === T.T_ASSIGN || p.peek(1) === T.T_COLON)) {
        const name = parseKey(p);
        p.mark(M_TIGHT);
        p.at++;
        result.args.push({ name, value: parseExpr(p) });
      } else result.args.push({ value: parseExpr(p) });
      if (p.panic || !p.take(T.T_COMMA)) break;
    }
    closeBracket(p, T.T_RPAREN, open);
  }
  result.range = p.from(start);
  return result;
}

function output(p: Cursor, plan: Plan): void {
  const start = p.offset;
  p.breakHere(0);
  if (plan.body.at(-1)?.kind !== 'output') p.mark(M_STATEMENT);
  p.keyword();
  const result: Output = { kind: 'output', value: parseExpr(p), range: { start, end: start } };
  if (!p.panic && p.peekWord() === W.AS) {
    const label = parseLabel(p);
    if (label) result.label = label;
  }
  result.range = p.from(start);
  plan.body.push(result);
}
