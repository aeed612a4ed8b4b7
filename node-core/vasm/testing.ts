/** Modules of any shape for property tests: well-formed, named uniquely, and not caring whether they verify. */
import { assemble } from './assemble.ts';
import { type Verified, verify } from './verify.ts';
import fc from 'fast-check';
import { PLAIN, type Constant, type Func, type Instruction, type Module, type RecordType } from './module.ts';
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

/** The white paper's example, as it stands there. */
export const FIB = `func fib(n0):
  LOAD n0
  CONST 1
  CMPLE
  JMP_IF L_base
  LOAD n0
  CONST 1
  SUB
  CALL fib
  LOAD n0
  CONST 2
  SUB
  CALL fib
  ADD
  RET
L_base:
  LOAD n0
  RET
endfunc
`;

const WORDS = [
  'a',
  'n0',
  'L_0',
  'L_2',
  'Int',
  'List',
  'local',
  'endfunc',
  'func',
  'none',
  'true',
  'x.y',
  '$',
  'LOAD',
  'NaN',
];
export const anyName = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 2, arbitrary: fc.stringMatching(/^[A-Za-z_][\w.]{0,8}$/) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
);
/** Also halves of characters, which a String may hold. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.array(fc.integer({ min: 0, max: 0xff_ff }), { maxLength: 8 }).map((units) => String.fromCharCode(...units)),
);
const names = (maxLength: number) => fc.uniqueArray(anyName, { maxLength });

const typeOf = (records: readonly string[]): fc.Arbitrary<Type> =>
  fc.letrec<{ type: Type }>((tie) => ({
    type: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom(INT, FLOAT, BOOL, STRING, BYTES, JSON_TYPE, NONE, ...records.map(record)),
      tie('type').map(listOf),
      fc.tuple(tie('type'), tie('type')).map(([key, value]) => mapOf(key, value)),
      tie('type').map(optionOf),
    ),
  })).type;

const constantOf = (type: fc.Arbitrary<Type>): fc.Arbitrary<Constant> =>
  fc.oneof(
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => ({ kind: 'Int' as const, value })),
    fc.integer({ min: -300, max: 300 }).map((value) => ({ kind: 'Int' as const, value: BigInt(value) })),
    fc.double().map((value) => ({ kind: 'Float' as const, value })),
    fc.boolean().map((value) => ({ kind: 'Bool' as const, value })),
    anyText.map((value) => ({ kind: 'String' as const, value })),
    fc.constant({ kind: 'None' as const }),
    type.map((of) => ({ kind: 'Empty' as const, type: optionOf(of) })),
  );

const instructionOf = (type: fc.Arbitrary<Type>, functions: number): fc.Arbitrary<Instruction> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...PLAIN).map((op) => ({ op })) },
    constantOf(type).map((value) => ({ op: 'CONST' as const, value })),
    fc.record({ op: fc.constantFrom('LOAD' as const, 'STORE' as const), local: fc.nat(8) }),
    { weight: 2, arbitrary: fc.record({ op: fc.constantFrom('JMP' as const, 'JMP_IF' as const), to: fc.nat(14) }) },
    fc.nat(functions + 1).chain((func) => fc.constantFrom({ op: 'CALL' as const, func }, { op: 'TRY' as const, func })),
    anyName.map((name) => ({ op: 'HOST' as const, name })),
    type.map((of) => ({ op: 'NEW' as const, type: of })),
    fc.constantFrom<Instruction>({ op: 'GET' }, { op: 'SET' }),
    fc.record({ op: fc.constantFrom('GET' as const, 'SET' as const), field: anyName }),
  );

function functionOf(name: string, type: fc.Arbitrary<Type>, functions: number): fc.Arbitrary<Func> {
  return fc
    .record({
      exported: fc.boolean(),
      slots: names(6).chain((list) => fc.tuple(...list.map((slot) => type.map((of) => ({ name: slot, type: of }))))),
      params: fc.nat(6),
      result: type,
      code: fc.array(instructionOf(type, functions), { maxLength: 12 }),
    })
    .map(({ exported, slots, params, result, code }) => ({
      name,
      exported,
      params: slots.slice(0, params),
      result,
      locals: slots.slice(params),
      code,
    }));
}

/** Only what says something: no default labels, no empty sections. */
function debugOf(functions: readonly Func[]): fc.Arbitrary<Pick<Module, 'debug'>> {
  const some = (length: number) => fc.subarray(Array.from({ length }, (_, at) => at));
  const labels = fc.tuple(
    ...functions.map(({ code }) =>
      some(code.length + 1).chain((at) =>
        fc
          .uniqueArray(anyName, { minLength: at.length, maxLength: at.length })
          .map((list) =>
            Object.fromEntries(at.map((key, i) => [key, list[i]!]).filter(([key, label]) => label !== `L_${key}`)),
          ),
      ),
    ),
  );
  const ranges = fc.tuple(
    ...functions.map(({ code }) =>
      some(code.length).chain((at) =>
        fc.tuple(
          ...at.map((key) =>
            fc.tuple(fc.nat(9999), fc.nat(99)).map(([start, size]) => ({ at: key, start, end: start + size })),
          ),
        ),
      ),
    ),
  );
  return fc.record({ source: fc.option(anyText.filter((text) => text !== '')), labels, ranges }).map((given) => {
    const debug = {
      ...(given.source !== null && { source: given.source }),
      ...(given.ranges.some((list) => list.length > 0) && { ranges: given.ranges }),
      ...(given.labels.some((list) => Object.keys(list).length > 0) && { labels: given.labels }),
    };
    return Object.keys(debug).length === 0 ? {} : { debug };
  });
}

const capability = fc.oneof(
  fc.constantFrom('log', 'db.read', 'db.write:orders', 'http.fetch:api.example.org:8080/v1/*', 'blob.read:a;b "c"'),
  anyName,
);

export const anyModule: fc.Arbitrary<Module> = fc
  .record({
    name: anyText,
    version: fc.oneof(fc.constantFrom('1.0.0', '0.0.0', '12.3.4', '1.0.0-beta.1', ''), anyName),
    capabilities: fc.uniqueArray(capability, { maxLength: 4 }).map((list) => list.toSorted((a, b) => (a < b ? -1 : 1))),
    budget: fc.record({ fuel: fc.maxSafeNat(), memory: fc.maxSafeNat(), time: fc.maxSafeNat() }, { requiredKeys: [] }),
    recordNames: names(3),
    functionNames: names(4),
  })
  .chain(({ recordNames, functionNames, ...rest }) => {
    const type = typeOf(recordNames);
    const fields = names(4).chain((list) => fc.tuple(...list.map((name) => type.map((of) => ({ name, type: of })))));
    return fc
      .record({
        ...Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, fc.constant(value)])),
        records: fc.tuple(...recordNames.map((name) => fields.map((list): RecordType => ({ name, fields: list })))),
        functions: fc.tuple(...functionNames.map((name) => functionOf(name, type, functionNames.length))),
      })
      .chain((module) => debugOf(module.functions).map((debug) => ({ ...module, ...debug }) as unknown as Module));
  });

/** The module of a text that must be right. @throws Error that says what is wrong with it */
export function verified(source: string): Verified {
  const { module, problems } = assemble(source);
  if (module === undefined || problems.length > 0) throw new Error(JSON.stringify(problems));
  const result = verify(module);
  if ('refusals' in result) throw new Error(JSON.stringify(result.refusals));
  return result.verified;
}
