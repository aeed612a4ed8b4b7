/** Writes what leaves a value of a type on the stack, at random. */
import { pick, upTo } from '../../flow/random.ts';
import {
  BOOL,
  FLOAT,
  INT,
  JSON_TYPE,
  listOf,
  mapOf,
  NONE,
  optionOf,
  record,
  sameType,
  STRING,
  type Type,
} from '../type.ts';
import { type Draft, plain } from './draft.ts';
import { hostCallsFor, modelCallsFor } from './host-call.ts';
import { KEYS, randomType, SIMPLE } from './type.ts';
import { FLOATS, INTS, STRINGS } from './value.ts';

/** Leaves a value of this type on the stack. */
export function expression(draft: Draft, type: Type): void {
  draft.left--;
  if (draft.left <= 0 || draft.depth > 7) return leaf(draft, type);
  draft.depth++;
  const choice = draft.random();
  if (choice < 0.3) leaf(draft, type);
  else if (choice < 0.6) ownOperation(draft, type);
  else if (choice < 0.7) callOwn(draft, type);
  else if (choice < 0.78) callHost(draft, type);
  else if (choice < 0.88) readFrom(draft, type);
  else if (choice < 0.95) chooseOne(draft, type);
  else if (choice < 0.97) {
    expression(draft, type);
    draft.emit(plain('DUP'), plain('POP'));
  } else {
    draft.statement(draft);
    leaf(draft, type);
  }
  draft.depth--;
}

/** Short: a local, a constant, or something new. */
export function leaf(draft: Draft, type: Type, inside = 0): void {
  const slots = [...draft.slots().entries()].filter(([slot, of]) => draft.set.has(slot) && sameType(of.type, type));
  if (slots.length > 0 && draft.chance(0.7)) return draft.emit({ op: 'LOAD', local: pick(draft.random, slots)[0] });
  switch (type.kind) {
    case 'Int':
      return draft.emit(draft.int(draft.chance(0.8) ? BigInt(upTo(draft.random, 6)) : pick(draft.random, INTS)));
    case 'Float':
      return draft.constant({ kind: 'Float', value: pick(draft.random, FLOATS) });
    case 'Bool':
      return draft.constant({ kind: 'Bool', value: draft.chance(0.5) });
    case 'String':
      return draft.constant({ kind: 'String', value: pick(draft.random, STRINGS) });
    case 'None':
      return draft.constant({ kind: 'None' });
    case 'Bytes':
      draft.constant({ kind: 'String', value: pick(draft.random, STRINGS) });
      return draft.emit({ op: 'HOST', name: 'bytes.fromText' });
    case 'JSON':
      return leafJson(draft, inside);
    case 'Option':
      if (inside > 3 || draft.chance(0.4)) return draft.constant({ kind: 'Empty', type });
      leaf(draft, type.of, inside + 1);
      return draft.emit({ op: 'NEW', type });
    case 'List':
    case 'Map':
      draft.emit({ op: 'NEW', type });
      for (let i = 0, count = inside > 2 ? 0 : upTo(draft.random, draft.left > 0 ? 4 : 2); i < count; i++) {
        draft.emit(plain('DUP'));
        if (type.kind === 'List') draft.emit(draft.int(BigInt(i)));
        else leaf(draft, type.key, inside + 1);
        leaf(draft, type.kind === 'List' ? type.of : type.value, inside + 1);
        draft.emit({ op: 'SET' });
      }
      return;
    case 'Record':
      for (const field of draft.recordOf(type.name).fields) leaf(draft, field.type, inside + 1);
      return draft.emit({ op: 'NEW', type });
  }
}

function leafJson(draft: Draft, inside: number): void {
  if (inside > 2 || draft.chance(0.3)) {
    leaf(draft, pick(draft.random, [...SIMPLE, NONE]), inside + 1);
    return draft.emit({ op: 'HOST', name: 'json.of' });
  }
  if (draft.chance(0.5)) {
    draft.constant({
      kind: 'String',
      value: pick(draft.random, [
        'null',
        '[1, {"a": [true]}, "x"]',
        '{"a": 1, "b": {"a": "12"}}',
        '-0.5e3',
        '{',
        '{"__proto__": []}',
      ]),
    });
    return draft.emit({ op: 'HOST', name: 'json.parse' });
  }
  leaf(
    draft,
    pick(draft.random, [listOf(JSON_TYPE), mapOf(STRING, JSON_TYPE), randomType(draft.random, draft.records)]),
    inside + 1,
  );
  draft.emit({ op: 'HOST', name: 'json.of' });
}

/** Instructions that make this kind of value from others. */
function ownOperation(draft: Draft, type: Type): void {
  switch (type.kind) {
    case 'Int':
      if (draft.chance(0.15)) {
        expression(draft, pick(draft.random, [STRING, listOf(INT), mapOf(STRING, INT), optionOf(STRING)]));
        return draft.emit(plain('LEN'));
      }
      return arithmetic(draft, type);
    case 'Float':
      return arithmetic(draft, type);
    case 'Bool': {
      if (draft.chance(0.2)) {
        expression(draft, BOOL);
        return draft.emit(plain('NOT'));
      }
      const op = pick(draft.random, ['AND', 'OR', 'CMPEQ', 'CMPNE', 'CMPLT', 'CMPLE', 'CMPGT', 'CMPGE'] as const);
      const equality = op === 'CMPEQ' || op === 'CMPNE';
      const of =
        op === 'AND' || op === 'OR'
          ? BOOL
          : pick(draft.random, equality ? [...SIMPLE, INT, NONE] : [INT, INT, FLOAT, STRING]);
      expressions(draft, [of, of]);
      return draft.emit(plain(op));
    }
    case 'String':
      // Texts grow by a constant at a time, so that fuel bounds them.
      if (draft.chance(0.5)) expression(draft, STRING);
      else draft.constant({ kind: 'String', value: pick(draft.random, STRINGS) });
      draft.constant({ kind: 'String', value: pick(draft.random, STRINGS) });
      return draft.emit(plain('ADD'));
    case 'Option':
      expression(draft, type.of);
      return draft.emit({ op: 'NEW', type });
    case 'Record':
      expressions(
        draft,
        draft.recordOf(type.name).fields.map((field) => field.type),
      );
      return draft.emit({ op: 'NEW', type });
    default:
      return leaf(draft, type);
  }
}

function arithmetic(draft: Draft, type: Type): void {
  const op = pick(draft.random, ['ADD', 'ADD', 'SUB', 'SUB', 'MUL', 'DIV', 'MOD', 'NEG'] as const);
  expressions(draft, op === 'NEG' ? [type] : [type, type]);
  draft.emit(plain(op));
}

/** Of JSON: a TRY. */
function callOwn(draft: Draft, type: Type): void {
  const given = type.kind === 'JSON' ? NONE : type;
  const callees = [...draft.headers.entries()].filter(
    ([at, { result }]) => sameType(result, given) && (at > draft.index || draft.chance(0.3)),
  );
  if (callees.length === 0) return leaf(draft, type);
  const [func, { params }] = pick(draft.random, callees);
  const down =
    func <= draft.index && params[0]?.type === INT && draft.header.params[0]?.type === INT && draft.chance(0.9);
  if (down) draft.emit({ op: 'LOAD', local: 0 }, draft.int(1n), plain('SUB'));
  draft.below(down ? 1 : 0, () =>
    expressions(
      draft,
      params.slice(down ? 1 : 0).map((param) => param.type),
    ),
  );
  draft.emit({ op: type.kind === 'JSON' ? 'TRY' : 'CALL', func });
}

/** What a task gives; now and then of one that was never started, or that gives something else. */
function awaitTask(draft: Draft, type: Type): void {
  const callees = [...draft.headers.entries()].filter(
    ([at, { exported, result }]) => exported && sameType(result, type) && (at > draft.index || draft.chance(0.2)),
  );
  if (callees.length === 0) return leaf(draft, type);
  const [, { name, params }] = pick(draft.random, callees);
  if (draft.chance(0.1)) expression(draft, INT);
  else {
    expressions(
      draft,
      params.map((param) => param.type),
    );
    draft.emit({ op: 'HOST', name: `task.start:${name}` });
  }
  // The number alone: it may be awaited twice, later or never.
  if (type === INT && draft.chance(0.2)) return;
  draft.emit({ op: 'HOST', name: `task.await:${name}` });
}

function callHost(draft: Draft, type: Type): void {
  if (draft.chance(0.15)) return awaitTask(draft, type);
  if (type.kind === 'Record' && draft.chance(0.5)) {
    expression(draft, draft.chance(0.7) ? type : JSON_TYPE);
    draft.emit({ op: 'HOST', name: 'json.of' });
    return draft.emit({ op: 'HOST', name: `json.to:${type.name}` });
  }
  if (type.kind === 'JSON' && draft.chance(0.5)) {
    const of = [
      randomType(draft.random, draft.records),
      listOf(JSON_TYPE),
      mapOf(STRING, JSON_TYPE),
      mapOf(STRING, JSON_TYPE),
    ];
    expression(draft, pick(draft.random, of));
    return draft.emit({ op: 'HOST', name: 'json.of' });
  }
  if (type.kind === 'Map' && type.key.kind === 'String' && type.value.kind === 'JSON' && draft.chance(0.7)) {
    expression(draft, JSON_TYPE);
    return draft.emit({ op: 'HOST', name: 'json.entries' });
  }
  const ofModels = modelCallsFor(type, draft.records);
  const calls = ofModels.length > 0 && draft.chance(0.15) ? ofModels : hostCallsFor(type);
  if (calls.length === 0) return leaf(draft, type);
  // Each function is as likely as any other, in however many ways it can be called.
  const called = pick(draft.random, [...new Set(calls.map((call) => call.name))]);
  const { name, args } = pick(
    draft.random,
    calls.filter((call) => call.name === called),
  );
  expressions(draft, args);
  draft.emit({ op: 'HOST', name });
}

/** An element, a value of a map, that of an Option, a field, or a unit of a text. */
function readFrom(draft: Draft, type: Type): void {
  const fields = draft.records.flatMap(({ name, fields: all }) =>
    all.filter((field) => sameType(field.type, type)).map((field) => ({ name, field: field.name })),
  );
  if (fields.length > 0 && draft.chance(0.4)) {
    const { name, field } = pick(draft.random, fields);
    expression(draft, record(name));
    return draft.emit({ op: 'GET', field });
  }
  const choice = draft.random();
  if (draft.chance(0.6)) readSure(draft, type);
  else if (type === STRING && choice < 0.3) expressions(draft, [STRING, INT]);
  else if (choice < 0.55 && type.kind !== 'Option' && type.kind !== 'None' && type.kind !== 'JSON')
    expression(draft, optionOf(type));
  else if (choice < 0.8) expressions(draft, [listOf(type), INT]);
  else {
    const key = pick(draft.random, KEYS);
    expressions(draft, [mapOf(key, type), key]);
  }
  draft.emit({ op: 'GET' });
}

/** What a GET takes, such that it finds something: most calls shall get far before they trap. */
function readSure(draft: Draft, type: Type): void {
  const map = draft.chance(0.4);
  const zero = map ? ({ op: 'CONST', value: { kind: 'String', value: 'k' } } as const) : draft.int(0n);
  draft.emit({ op: 'NEW', type: map ? mapOf(STRING, type) : listOf(type) }, plain('DUP'), zero);
  draft.below(3, () => expression(draft, type));
  draft.emit({ op: 'SET' }, zero);
}

/** One of two values, by a Bool; what lies below stays on the stack meanwhile. */
function chooseOne(draft: Draft, type: Type): void {
  expression(draft, BOOL);
  const then = draft.jump('JMP_IF');
  draft.may(() => expression(draft, type));
  const end = draft.jump('JMP');
  draft.land(then);
  draft.may(() => expression(draft, type));
  draft.land(end);
}

/** Values of these types, one after another. */
export function expressions(draft: Draft, types: readonly Type[]): void {
  for (const [at, type] of types.entries()) draft.below(at, () => expression(draft, type));
}
