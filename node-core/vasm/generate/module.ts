/**
 * Makes valid modules at random, for the differential tests of the engines and the fuzzing of everything that takes modules:
 * all instructions, types and host functions, tasks, loops that end and that do not, jumps into the middle of loops, recursion, and
 * every kind of trap. The same random numbers give the same module.
 */
import { type Random, upTo } from '../../flow/random.ts';
import { RIGHTS } from '../host.ts';
import type { Func, Module, RecordType } from '../module.ts';
import { INT, NONE, type Type } from '../type.ts';
import { Draft, type Header, plain } from './draft.ts';
import { expression, leaf } from './expression.ts';
import { statement, storeIn } from './statement.ts';
import { randomRecords, randomType } from './type.ts';

/**
 * `size` is about how many expressions and statements each function has. Functions that are exported take and give only values
 * that cannot contain themselves.
 */
export function randomModule(random: Random, size = 12): Module {
  const records = randomRecords(random);
  const headers = Array.from({ length: 1 + upTo(random, 5) }, (_, at) => randomHeader(random, `f${at}`, records));
  const functions = headers.map((_, index) =>
    randomFunction(new Draft(random, headers, records, index, size, statement)),
  );
  return {
    name: 'generated',
    version: `1.${upTo(random, 10)}.0`,
    capabilities: random() < 0.5 ? RIGHTS : RIGHTS.map((right) => `${right}:all`),
    budget: random() < 0.5 ? {} : { fuel: 100_000, memory: 1 << 26, time: 1_000 },
    records,
    functions,
  };
}

function randomHeader(random: Random, name: string, records: readonly RecordType[]): Header {
  const params = Array.from({ length: upTo(random, 4) }, (_, at) => ({
    name: `p${at}`,
    type: at === 0 && random() < 0.6 ? INT : randomType(random, records),
  }));
  const result = random() < 0.4 ? INT : random() < 0.2 ? NONE : randomType(random, records);
  return {
    name,
    params,
    result,
    exported: [...params.map(({ type }) => type), result].every((type) => ends(type, records)),
  };
}

/** No record of it can hold itself. */
function ends(type: Type, records: readonly RecordType[], inside: readonly string[] = []): boolean {
  switch (type.kind) {
    case 'List':
    case 'Option':
      return ends(type.of, records, inside);
    case 'Map':
      return ends(type.value, records, inside);
    case 'Record': {
      if (inside.includes(type.name)) return false;
      const { fields } = records.find(({ name }) => name === type.name)!;
      return fields.every((field) => ends(field.type, records, [...inside, type.name]));
    }
    default:
      return true;
  }
}

/** Writes one function. */
function randomFunction(draft: Draft): Func {
  const { params, result } = draft.header;
  if (params[0]?.type === INT && draft.chance(0.5)) {
    // Ends recursion that counts down.
    draft.emit({ op: 'LOAD', local: 0 }, draft.int(0n), plain('CMPGT'));
    const on = draft.jump('JMP_IF');
    leaf(draft, result);
    draft.emit(plain('RET'));
    draft.land(on);
  }
  for (let i = upTo(draft.random, 3); i > 0; i--)
    storeIn(draft, draft.newLocal(randomType(draft.random, draft.records)));
  while (draft.left > 6) statement(draft);
  expression(draft, result);
  draft.emit(plain('RET'));
  return { ...draft.header, locals: draft.locals, code: draft.code };
}
