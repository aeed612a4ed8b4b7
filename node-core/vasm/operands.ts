/** The operands of VASM text: types, constants, slots. Browser-safe. */
import { nearest } from '../flow/syntax/nearest.ts';
import type { Token } from './lex.ts';
import { LIMITS, type Constant, type Slot } from './module.ts';
import { TextReader } from './text-reader.ts';
import {
  BOOL,
  BYTES,
  FLOAT,
  INT,
  JSON_TYPE,
  listOf,
  mapOf,
  NONE,
  optionOf,
  record,
  STRING,
  type Type,
} from './type.ts';

/** Types that are one word. */
export const BASIC: ReadonlyMap<string, Type> = new Map(
  [INT, FLOAT, BOOL, STRING, BYTES, JSON_TYPE, NONE].map((type) => [type.kind, type]),
);
const INT_MIN = -(2n ** 63n);
const INT_MAX = 2n ** 63n - 1n;

/** Reads what stands behind an instruction's word, and what declares names and their types. */
export class OperandReader extends TextReader {
  /** Where a model is named as a type. */
  protected readonly recordUses: Token[] = [];

  protected constant(): Constant {
    const token = this.peek();
    const hint = 'Like this: CONST 12, CONST 1.5, CONST "text", CONST true, CONST none, CONST none Int?';
    if (token.kind === 'string') return { kind: 'String', value: this.string('a value') };
    if (this.isLineEnd(token)) this.fail(token, 'The value is missing.', hint);
    this.next();
    if (token.kind === 'number') return this.numberOf(token, hint);
    switch (token.kind === 'name' ? token.text : '') {
      case 'true':
      case 'false':
        return { kind: 'Bool', value: token.text === 'true' };
      case 'NaN':
      case 'Infinity':
        return { kind: 'Float', value: Number(token.text) };
      case 'none': {
        if (this.isLineEnd(this.peek()) || this.peek().kind === 'range') return { kind: 'None' };
        const at = this.peek();
        const type = this.type();
        if (type.kind !== 'Option')
          this.fail(
            { ...at, end: this.lastEnd },
            'Only what may be missing can be none.',
            'Its type ends with a question mark: CONST none Int?',
          );
        return { kind: 'Empty', type };
      }
    }
    return this.fail(token, token.problem?.message ?? `${token.text} is no value.`, token.problem?.hint ?? hint);
  }

  protected numberOf(token: Token, hint: string): Constant {
    const digits = token.text.replaceAll('_', '');
    if (/^-?\d+$/.test(digits)) {
      // Long enough for any Int; more digits are not even read.
      const value = digits.length > 400 ? INT_MAX + 1n : BigInt(digits);
      if (value < INT_MIN || value > INT_MAX)
        this.fail(token, 'This number does not fit into 64 bits.', 'As a Float it has a point: 1.0');
      return { kind: 'Int', value };
    }
    if (digits === '-Infinity') return { kind: 'Float', value: -Infinity };
    if (!/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(digits))
      this.fail(token, `${token.text.slice(0, 40)} is no number.`, hint);
    const value = Number(digits);
    if (!Number.isFinite(value))
      this.fail(token, 'This number is too large for a Float.', 'Infinity is written as a word.');
    return { kind: 'Float', value };
  }

  /** Adds `name`, `name Type` or `name: Type`. */
  protected slot(to: Slot[], what: string, hint: string, beside: readonly Slot[] = []): void {
    const token = this.peek();
    const name = this.name(what, hint);
    this.takes(':');
    const next = this.peek();
    const type = this.isLineEnd(next) || (next.kind === 'punct' && /[,)}]/.test(next.text)) ? INT : this.type();
    if (to.some((slot) => slot.name === name) || beside.some((slot) => slot.name === name))
      this.tell(token, `The name ${name} is given twice.`, 'Give one of them another.');
    to.push({ name, type });
  }

  protected type(depth = 0): Type {
    const token = this.peek();
    if (depth > LIMITS.typeNesting) this.fail(token, 'This type is nested too deeply.');
    const name = this.name(
      'a type',
      'There are Int, Float, Bool, String, Bytes, JSON, None, List<T>, Map<K, V>, T? and models.',
    );
    let type: Type;
    const basic = token.kind === 'name' ? BASIC.get(name) : undefined;
    if (basic !== undefined) type = basic;
    else if (token.kind === 'name' && name === 'List') {
      this.expect('<', 'Like this: List<Int>');
      type = listOf(this.type(depth + 1));
      this.expect('>', 'Like this: List<Int>');
    } else if (token.kind === 'name' && name === 'Map') {
      this.expect('<', 'Like this: Map<String, Int>');
      const key = this.type(depth + 1);
      this.expect(',', 'Like this: Map<String, Int>');
      type = mapOf(key, this.type(depth + 1));
      this.expect('>', 'Like this: Map<String, Int>');
    } else {
      if (this.peek().text === '<' && this.peek().kind === 'punct') {
        const hint = `Did you mean ${nearest(name.toLowerCase(), ['map']) === undefined ? 'List<Int>' : 'Map<String, Int>'}?`;
        this.fail(token, `There is no type ${name}<…>.`, hint);
      }
      this.recordUses.push(token);
      type = record(name);
    }
    for (let level = depth; this.takes('?'); level++) {
      if (level >= LIMITS.typeNesting) this.fail(token, 'This type is nested too deeply.');
      type = optionOf(type);
    }
    return type;
  }
}
