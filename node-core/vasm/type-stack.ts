/**
 * Types and stacks of types of which there is only one of each kind, so that two are the same exactly when they are one object.
 * That keeps the verifier linear: however deep stacks are, a push, a pop and a comparison take one step.
 */
import { BOOL, BYTES, FLOAT, INT, JSON_TYPE, NONE, STRING, type Type } from './type.ts';

/** Gives for each type the one object that stands for it. */
export class TypeTable {
  readonly #lists = new Map<Type, Type>();
  readonly #options = new Map<Type, Type>();
  readonly #maps = new Map<Type, Map<Type, Type>>();
  readonly #records = new Map<string, Type>();

  /** The object for a type that came to the table before: all that is in it was found to be good. */
  known(type: Type): Type | undefined {
    switch (type.kind) {
      case 'List':
      case 'Option': {
        const of = this.known(type.of);
        return of && (type.kind === 'List' ? this.#lists : this.#options).get(of);
      }
      case 'Map': {
        const key = this.known(type.key);
        const value = this.known(type.value);
        return key && value && this.#maps.get(value)?.get(key);
      }
      case 'Record':
        return this.#records.get(type.name);
      default:
        return this.one(type);
    }
  }

  /** Types of any depth that `typeProblem` lets pass. */
  one(type: Type): Type {
    switch (type.kind) {
      case 'Int':
        return INT;
      case 'Float':
        return FLOAT;
      case 'Bool':
        return BOOL;
      case 'String':
        return STRING;
      case 'Bytes':
        return BYTES;
      case 'JSON':
        return JSON_TYPE;
      case 'None':
        return NONE;
      case 'List': {
        const of = this.one(type.of);
        return kept(this.#lists, of, () => ({ kind: 'List', of }));
      }
      case 'Option': {
        const of = this.one(type.of);
        return kept(this.#options, of, () => ({ kind: 'Option', of }));
      }
      case 'Map': {
        const key = this.one(type.key);
        const value = this.one(type.value);
        const byKey = kept(this.#maps, value, () => new Map<Type, Type>());
        return kept(byKey, key, () => ({ kind: 'Map', key, value }));
      }
      case 'Record':
        return kept(this.#records, type.name, () => ({ kind: 'Record', name: type.name }));
    }
  }
}

function kept<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

/** The types on a stack, read like an array: `length`, `at(-1)` for the top (quick), `at(0)` for the bottom, `[...stack]`. */
export class TypeStack implements Iterable<Type> {
  readonly length: number;
  /** Undefined only of the empty stack. */
  readonly top: Type | undefined;
  readonly #below: TypeStack | undefined;
  #lastType: Type | undefined;
  #lastPushed: TypeStack | undefined;
  #pushed: Map<Type, TypeStack> | undefined;

  /** Without arguments an empty one; others come from `push`. */
  constructor(below?: TypeStack, top?: Type) {
    this.length = below === undefined ? 0 : below.length + 1;
    this.#below = below;
    this.top = top;
  }

  /** `type` comes from the table. */
  push(type: Type): TypeStack {
    if (this.#lastType === type) return this.#lastPushed!;
    // Most stacks only ever have one type pushed.
    let pushed = this.#lastType === undefined ? undefined : this.#pushed?.get(type);
    if (pushed === undefined) {
      pushed = new TypeStack(this, type);
      if (this.#lastType !== undefined)
        (this.#pushed ??= new Map([[this.#lastType, this.#lastPushed!]])).set(type, pushed);
    }
    this.#lastType = type;
    this.#lastPushed = pushed;
    return pushed;
  }

  /** Without the `count` on top; there are as many. */
  pop(count = 1): TypeStack {
    if (count === 0) return this;
    let stack = this.#below!;
    for (let left = count; left > 1; left--) stack = stack.#below!;
    return stack;
  }

  at(index: number): Type | undefined {
    const up = index < 0 ? -index - 1 : this.length - 1 - index;
    return up < 0 || up >= this.length ? undefined : this.pop(up).top;
  }

  /** The `count` on top, or as many as there are; the last is the top. */
  last(count: number): Type[] {
    const types: Type[] = [];
    for (let stack = this.pop(0); types.length < count && stack.length > 0; stack = stack.pop()) types.push(stack.top!);
    return types.reverse();
  }

  [Symbol.iterator](): Iterator<Type> {
    return this.last(this.length)[Symbol.iterator]();
  }
}
