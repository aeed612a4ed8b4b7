/**
 * Function values without an instruction of their own: of each function type a record with a number that says which function it is,
 * and for each function that keeps values of where it was made, these. A dispatcher calls the function that a value stands for.
 * Browser-safe.
 */
import type { RecordType } from '../../vasm/module.ts';
import { INT, optionOf, record, type Type } from '../../vasm/type.ts';
import { Emitter } from './emit.ts';

/** One function of which there are values. */
interface Case {
  /** Its parameters are the captures, then those of the type. */
  func: { index: number };
  captures: readonly Type[];
  /** Makes the value of the captures. */
  maker: string;
}

/** Values of one function type. */
export interface FunctionType {
  /** The name of the record that its values are. */
  name: string;
  params: readonly Type[];
  result: Type;
  cases: Case[];
}

/** The limit of VASM on the fields of a record, less the first. */
export const MOST_CASES = 255;

export const dispatcherOf = (type: FunctionType): string => `${type.name}.call`;

const captureRecord = (type: FunctionType, at: number): string => `${type.name}_${at + 1}`;
const captureField = (at: number): string => `case_${at + 1}`;

/** The records of a type's values and of what they keep. */
export function recordsOf(type: FunctionType): RecordType[] {
  const kept = type.cases.flatMap(({ captures }, at) =>
    captures.length === 0
      ? []
      : [{ name: captureRecord(type, at), fields: captures.map((of, i) => ({ name: `value_${i + 1}`, type: of })) }],
  );
  const fields = type.cases.flatMap(({ captures }, at) =>
    captures.length === 0 ? [] : [{ name: captureField(at), type: optionOf(record(captureRecord(type, at))) }],
  );
  return [{ name: type.name, fields: [{ name: 'which', type: INT }, ...fields] }, ...kept];
}

/** What makes a value of a case: captures → record. */
export function makerCode(type: FunctionType, at: number): Emitter {
  const { captures } = type.cases[at]!;
  const out = new Emitter(captures.map((of, i) => ({ name: `value_${i + 1}`, type: of })));
  out.int(at);
  let fields = 1;
  type.cases.forEach((other, index) => {
    if (other.captures.length === 0) return;
    const kept = record(captureRecord(type, index));
    if (index === at) {
      captures.forEach((_, i) => out.load(i));
      out.make(kept, captures.length);
      out.make(optionOf(kept));
    } else out.constant({ kind: 'Empty', type: optionOf(kept) });
    fields++;
  });
  out.make(record(type.name), fields);
  out.op('RET');
  return out;
}

/** What calls a value: the record, arguments → result. */
export function dispatcherCode(type: FunctionType): Emitter {
  const params = type.params.map((of, i) => ({ name: `argument_${i + 1}`, type: of }));
  const out = new Emitter([{ name: 'function', type: record(type.name) }, ...params]);
  const which = out.local('which', INT);
  out.load(0);
  out.getField('which');
  out.store(which);
  const call = (at: number): void => {
    const { func, captures } = type.cases[at]!;
    if (captures.length > 0) {
      const kept = out.local('kept', record(captureRecord(type, at)));
      out.load(0);
      out.getField(captureField(at));
      out.getValue();
      out.store(kept);
      captures.forEach((_, i) => {
        out.load(kept);
        out.getField(`value_${i + 1}`);
      });
    }
    params.forEach((_, i) => out.load(i + 1));
    out.call(func.index, captures.length + params.length);
    out.op('RET');
  };
  /** One of the cases from `from` up to and without `to`. */
  const choose = (from: number, to: number): void => {
    if (to - from === 1) return call(from);
    const middle = (from + to) >> 1;
    const upper = out.label();
    out.load(which);
    out.int(middle);
    out.op('CMPGE');
    out.jumpIf(upper);
    choose(from, middle);
    out.place(upper);
    choose(middle, to);
  };
  if (type.cases.length === 0) {
    out.constant({ kind: 'String', value: 'There is no such function.' });
    out.op('TRAP');
  } else choose(0, type.cases.length);
  return out;
}
