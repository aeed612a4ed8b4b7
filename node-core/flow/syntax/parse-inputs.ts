/** Reads the INPUTS of a plan. Browser-safe. */
import { type Input, INPUT_TYPES, type InputType, type Plan } from './ast.ts';
import { type Cursor, M_STATEMENT } from './cursor.ts';
import * as T from './lex.ts';
import { nearest } from './nearest.ts';
import { parseLiteral } from './parse-default.ts';
import { endOfBlock } from './parse-header.ts';
import { W } from './words.ts';

/** `INPUTS … END INPUTS`, whose first word is there. */
export function inputs(p: Cursor, plan: Plan): void {
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
