/** Writes statements at random. */
import { pick, upTo } from '../../flow/random.ts';
import { BOOL, INT, listOf, NONE, record, STRING, type Type } from '../type.ts';
import { type Draft, type Jump, plain } from './draft.ts';
import { expression, expressions } from './expression.ts';
import { randomType } from './type.ts';

/** One statement of some kind; deep inside of others a short one. */
export function statement(draft: Draft): void {
  draft.left--;
  draft.depth++;
  const choice = draft.depth > 5 ? draft.random() * 0.55 : draft.random();
  if (choice < 0.3)
    storeIn(draft, draft.chance(0.3) ? draft.newLocal(randomType(draft.random, draft.records)) : draft.anySlot());
  else if (choice < 0.52) changeValue(draft);
  else if (choice < 0.55) discard(draft, draft.chance(0.3) ? NONE : randomType(draft.random, draft.records));
  else if (choice < 0.7) branch(draft);
  else if (choice < 0.82) countedLoop(draft);
  else if (choice < 0.86) openLoop(draft);
  else if (choice < 0.92) maybeLeave(draft);
  else tangle(draft);
  draft.depth--;
}

/** Sets a slot to some value. */
export function storeIn(draft: Draft, slot: number): void {
  expression(draft, draft.slots()[slot]!.type);
  draft.emit({ op: 'STORE', local: slot });
  draft.set.add(slot);
}

function discard(draft: Draft, type: Type): void {
  expression(draft, type);
  draft.emit(plain('POP'));
}

/** A SET of some kind, most often on what a local holds. */
function changeValue(draft: Draft): void {
  const changeable = draft
    .slots()
    .filter(
      ({ type }, at) => draft.set.has(at) && (type.kind === 'List' || type.kind === 'Map' || type.kind === 'Record'),
    );
  const type =
    changeable.length > 0 && draft.chance(0.8)
      ? pick(draft.random, changeable).type
      : pick(draft.random, [
          listOf(randomType(draft.random, draft.records)),
          record(pick(draft.random, draft.records).name),
        ]);
  if (type.kind === 'List' && draft.chance(0.85)) {
    expression(draft, type);
    draft.emit(plain('DUP'), plain('LEN'));
    draft.below(2, () => expression(draft, type.of));
    draft.emit({ op: 'SET' });
  } else if (type.kind === 'List') {
    expressions(draft, [type, INT, type.of]);
    draft.emit({ op: 'SET' });
  } else if (type.kind === 'Map') {
    expressions(draft, [type, type.key, type.value]);
    draft.emit({ op: 'SET' });
  } else if (type.kind === 'Record') {
    const { fields } = draft.recordOf(type.name);
    if (fields.length === 0) return discard(draft, type);
    const field = pick(draft.random, fields);
    expressions(draft, [type, field.type]);
    draft.emit({ op: 'SET', field: field.name });
  }
}

function branch(draft: Draft): void {
  expression(draft, BOOL);
  const then = draft.jump('JMP_IF');
  const before = new Set(draft.set);
  statements(draft);
  const otherwise = draft.set;
  const end = draft.jump('JMP');
  draft.land(then);
  draft.set = new Set(before);
  if (draft.chance(0.7)) statements(draft);
  draft.land(end);
  draft.set = new Set([...draft.set].filter((slot) => otherwise.has(slot)));
}

function countedLoop(draft: Draft): void {
  const counter = draft.newLocal(INT);
  draft.counters.add(counter);
  draft.emit(draft.int(0n), { op: 'STORE', local: counter });
  draft.set.add(counter);
  const start = draft.code.length;
  draft.emit({ op: 'LOAD', local: counter }, draft.int(BigInt(1 + upTo(draft.random, 6))), plain('CMPGE'));
  const exit = draft.jump('JMP_IF');
  draft.may(() => statements(draft));
  draft.emit(
    { op: 'LOAD', local: counter },
    draft.int(1n),
    plain('ADD'),
    { op: 'STORE', local: counter },
    { op: 'JMP', to: start },
  );
  draft.land(exit);
}

/** Goes on for as long as something holds, which may be always. */
function openLoop(draft: Draft): void {
  const start = draft.code.length;
  if (draft.chance(0.5)) {
    statements(draft);
    expression(draft, BOOL);
    draft.emit({ op: 'JMP_IF', to: start });
  } else {
    expression(draft, BOOL);
    const exit = draft.jump('JMP_IF');
    draft.may(() => statements(draft));
    draft.emit({ op: 'JMP', to: start });
    draft.land(exit);
  }
}

/** Sometimes returns, or fails with a text. */
function maybeLeave(draft: Draft): void {
  expression(draft, BOOL);
  const on = draft.jump('JMP_IF');
  draft.may(() => {
    if (draft.under === 0 && draft.chance(0.7)) {
      expression(draft, draft.header.result);
      draft.emit(plain('RET'));
    } else {
      expression(draft, STRING);
      draft.emit(plain('TRAP'));
    }
  });
  draft.land(on);
}

/** Pieces of code that jump to one another as no loop or branch would; each is reached from the one before it. */
function tangle(draft: Draft): void {
  const count = 2 + upTo(draft.random, 3);
  const starts: number[] = [];
  const jumps: Jump[] = [];
  for (let piece = 0; piece < count; piece++) {
    starts.push(draft.code.length);
    draft.may(() => {
      statements(draft, 1);
      expression(draft, BOOL);
    });
    jumps.push(draft.jump('JMP_IF'));
  }
  starts.push(draft.code.length);
  for (const jump of jumps) jump.to = pick(draft.random, starts);
}

/** Some statements. */
function statements(draft: Draft, count = 1 + upTo(draft.random, 3)): void {
  for (let i = 0; i < count; i++) statement(draft);
}
