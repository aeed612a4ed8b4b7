/**
 * Methods of lists and maps that are written in FLOW themselves, with names for the types that they are made for: `A` of the elements,
 * `B` of what a function gives, `K` of keys. Browser-safe.
 */
import { BOOL, INT, listOf, NONE, optionOf, type ProgramType, STRING, UNKNOWN } from './types.ts';

export interface PreludeMethod {
  /** Types of its parameters; of a function's result UNKNOWN where any will do, and then is B. */
  params: (a: ProgramType, b: ProgramType) => ProgramType[];
  result: (a: ProgramType, b: ProgramType) => ProgramType;
  /** Which elements it is for; all when absent. */
  of?: readonly ProgramType['kind'][];
  /** What B may be; anything but None when absent. */
  gives?: readonly ProgramType['kind'][];
  /** Parameters and body, in FLOW. */
  code: string;
}

const fn = (params: ProgramType[], result: ProgramType): ProgramType => ({ kind: 'Function', params, result });
const ORDERED = ['Int', 'Float', 'String'] as const;

/** Merges runs of twice the width each time, of places instead of values; what is equal keeps its order. */
const sortBy = (keys: string) => `
  var from: List<Int> = []
  for i in range(0, list.length) { from.push(i) }
  var width = 1
  while width < list.length {
    let to: List<Int> = []
    var start = 0
    while start < list.length {
      var middle = start + width
      if middle > list.length { middle = list.length }
      var end = middle + width
      if end > list.length { end = list.length }
      var i = start
      var j = middle
      while i < middle || j < end {
        if j >= end || (i < middle && !(${keys}[from[j]] < ${keys}[from[i]])) { to.push(from[i]) i += 1 } else { to.push(from[j]) j += 1 }
      }
      start = end
    }
    from = to
    width = width * 2
  }
  let sorted: List<A> = []
  for i in from { sorted.push(list[i]) }
  return sorted`;

export const LIST_METHODS: Readonly<Record<string, PreludeMethod>> = {
  map: {
    params: (a, b) => [fn([a], b)],
    result: (_, b) => listOf(b),
    code: '(list: List<A>, f: func(A) -> B) -> List<B> { let out: List<B> = [] for x in list { out.push(f(x)) } return out }',
  },
  filter: {
    params: (a) => [fn([a], BOOL)],
    result: (a) => listOf(a),
    code: '(list: List<A>, f: func(A) -> Bool) -> List<A> { let out: List<A> = [] for x in list { if f(x) { out.push(x) } } return out }',
  },
  each: {
    params: (a) => [fn([a], NONE)],
    result: () => NONE,
    code: '(list: List<A>, f: func(A) -> None) { for x in list { f(x) } }',
  },
  find: {
    params: (a) => [fn([a], BOOL)],
    result: (a) => optionOf(a),
    code: '(list: List<A>, f: func(A) -> Bool) -> A? { for x in list { if f(x) { return x } } return None }',
  },
  any: {
    params: (a) => [fn([a], BOOL)],
    result: () => BOOL,
    code: '(list: List<A>, f: func(A) -> Bool) -> Bool { for x in list { if f(x) { return true } } return false }',
  },
  all: {
    params: (a) => [fn([a], BOOL)],
    result: () => BOOL,
    code: '(list: List<A>, f: func(A) -> Bool) -> Bool { for x in list { if !f(x) { return false } } return true }',
  },
  reduce: {
    params: (a, b) => [b, fn([b, a], b)],
    result: (_, b) => b,
    code: '(list: List<A>, start: B, f: func(B, A) -> B) -> B { var out: B = start for x in list { out = f(out, x) } return out }',
  },
  sort: {
    params: () => [],
    result: (a) => listOf(a),
    of: ORDERED,
    code: `(list: List<A>) -> List<A> {${sortBy('list')} }`,
  },
  sortBy: {
    params: (a, b) => [fn([a], b)],
    result: (a) => listOf(a),
    gives: ORDERED,
    code: `(list: List<A>, key: func(A) -> B) -> List<A> { let keys: List<B> = [] for x in list { keys.push(key(x)) }${sortBy('keys')} }`,
  },
  reverse: {
    params: () => [],
    result: (a) => listOf(a),
    code: '(list: List<A>) -> List<A> { let out: List<A> = [] var i = list.length while i > 0 { i -= 1 out.push(list[i]) } return out }',
  },
  slice: {
    params: () => [INT, INT],
    result: (a) => listOf(a),
    code: '(list: List<A>, from: Int, to: Int) -> List<A> { let out: List<A> = [] for i in range(from, to) { out.push(list[i]) } return out }',
  },
  join: {
    params: () => [STRING],
    result: () => STRING,
    of: ['String'],
    code: '(list: List<A>, between: String) -> String { var out = "" for i in range(0, list.length) { if i > 0 { out += between } out += list[i] } return out }',
  },
};

/** Has it a parameter whose type is B, which the arguments decide? */
export const isGeneric = (method: PreludeMethod): boolean =>
  method
    .params(INT, UNKNOWN)
    .some((param) => param.kind === 'Unknown' || (param.kind === 'Function' && param.result.kind === 'Unknown'));
