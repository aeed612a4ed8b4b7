/** Steps that call programs: what they give by the function's signature, and whether their arguments fit it. Browser-safe. */
import type { RecordType, Slot } from '../../vasm/module.ts';
import { type Type, typeName } from '../../vasm/type.ts';
import type { SourceRange } from '../syntax/ast.ts';
import { aType } from '../types/display.ts';
import { flowTypeOf } from '../types/program-type.ts';
import { isOpen, own, rowType } from '../types/relate.ts';
import { ANY, type FlowType } from '../types/type.ts';
import { type Checker, error, refer, report, suggest } from './checker.ts';
import {
  functionIn,
  knownProgram,
  mayBeLeftOut,
  namedProgram,
  type ProgramFunction,
  type ProgramInfo,
  type ProgramOp,
  programSignature,
} from './programs.ts';

/** What a job of WebAssembly gives. */
const JOB: FlowType = {
  kind: 'record',
  fields: { exitCode: { kind: 'number' }, stdout: { kind: 'text' }, stderr: { kind: 'text' } },
};

/**
 * @param args types of the arguments in order, of CALL
 * @param extra type of the record behind WITH: arguments by name, of all but CALL
 */
export function typeOfProgramCall(
  checker: Checker,
  op: ProgramOp,
  args: readonly FlowType[],
  extra: FlowType | undefined,
): FlowType {
  const named = namedProgram(op);
  const info = named === undefined ? undefined : knownProgram(checker.analysis.environment.programs, named);
  if (named === undefined || info === undefined) return ANY;
  const { range } = named;
  if (info.problem !== undefined) {
    report(checker, 'warning', 'FLOW4011', `${info.problem} When it runs, this step fails.`, range);
    return ANY;
  }
  if (info.job === true) return JOB;
  const func = functionIn(info, named.func);
  const program = 'path' in named ? named.path : named.input;
  if (func === undefined) {
    unknownFunction(checker, program, info, named.func, range);
    return ANY;
  }
  const type = flowTypeOf(info.records, func.result);
  refer(checker, range, { kind: 'program', program, func }, type);
  if (op.op === 'CALL') checkInOrder(checker, op, info, func, args);
  else checkByName(checker, op, info, func, extra, range);
  return type;
}

function unknownFunction(
  checker: Checker,
  program: string,
  { functions }: ProgramInfo,
  name: string | undefined,
  range: SourceRange,
): void {
  const names = functions.map((one) => one.name);
  const has = names.length === 0 ? 'It has none that can be called.' : `It has ${names.slice(0, 8).join(', ')}.`;
  if (name === undefined) {
    error(
      checker,
      'FLOW2008',
      `The program "${program}" has no function main: write "${program}#function". ${has}`,
      range,
    );
    return;
  }
  // Only the name behind the dot or the `#` is wrong, and only that is changed.
  const written = checker.analysis.source.slice(range.start, range.end);
  const start = range.start + written.lastIndexOf(name);
  const { words, more } = suggest(checker, name, () => names, { start, end: start + name.length });
  error(
    checker,
    'FLOW2008',
    `The program "${program}" has no function "${name}".${words === '' ? ` ${has}` : words}`,
    range,
    more,
  );
}

function checkInOrder(
  checker: Checker,
  op: Extract<ProgramOp, { op: 'CALL' }>,
  info: ProgramInfo,
  func: ProgramFunction,
  args: readonly FlowType[],
): void {
  const { params } = func;
  if (args.length !== params.length) {
    const wanted =
      params.length === 0 ? 'no argument' : params.length === 1 ? 'one argument' : `${params.length} arguments`;
    error(
      checker,
      'FLOW3005',
      `${func.name} takes ${wanted}, and this is ${args.length}. It is ${programSignature(func)}.`,
      op.fn.range,
    );
    return;
  }
  for (const [at, param] of params.entries())
    checkArgument(checker, info.records, func, param, args[at]!, op.args[at]!.range);
}

function checkByName(
  checker: Checker,
  op: ProgramOp,
  info: ProgramInfo,
  func: ProgramFunction,
  extra: FlowType | undefined,
  range: SourceRange,
): void {
  const entries = op.with?.entries ?? [];
  for (const { key, value } of entries) {
    if (key.range.end === key.range.start) continue;
    const param = func.params.find(({ name }) => name === key.name);
    if (param === undefined) {
      const { words, more } = suggest(checker, key.name, () => func.params.map(({ name }) => name), key.range);
      error(checker, 'FLOW4006', `${programSignature(func)} has no parameter "${key.name}".${words}`, key.range, more);
    } else {
      const actual = extra?.kind === 'record' ? (extra.fields?.[key.name] ?? ANY) : ANY;
      checkArgument(checker, info.records, func, param, actual, value.range);
    }
  }
  const missing = func.params
    .filter((param) => !mayBeLeftOut(param) && !entries.some(({ key }) => key.name === param.name))
    .map(({ name }) => name);
  if (missing.length > 0)
    error(
      checker,
      'FLOW4005',
      `${func.name} needs ${missing.map((name) => `"${name}"`).join(' and ')}: write WITH { ${missing.map((name) => `${name}: …`).join(', ')} }.`,
      range,
    );
}

function checkArgument(
  checker: Checker,
  records: readonly RecordType[],
  func: ProgramFunction,
  param: Slot,
  actual: FlowType,
  range: SourceRange,
): void {
  const wrong = misfit(records, actual, param.type);
  if (wrong === undefined) return;
  const message = `${func.name} takes ${typeName(param.type)} for "${param.name}", and ${wrong.says}.`;
  // What is written in a text is read from it; whether it is there is known when the step runs.
  if (wrong.text)
    report(checker, 'warning', 'FLOW3006', `${message} It is read from the text when the step runs.`, range);
  else error(checker, 'FLOW3006', message, range);
}

interface Misfit {
  /** What is wrong, as a clause. */
  says: string;
  /** It is a text, of which the value is read. */
  text?: boolean;
}

/** Why a value is none of that type; undefined when it is one, or may be. */
function misfit(records: readonly RecordType[], actual: FlowType, wanted: Type, depth = 0): Misfit | undefined {
  if (isOpen(actual) || depth > 6) return undefined;
  const no: Misfit = { says: `this is ${aType(actual)}`, ...(actual.kind === 'text' ? { text: true } : {}) };
  switch (wanted.kind) {
    case 'JSON':
      return undefined;
    case 'Option':
      return misfit(records, actual, wanted.of, depth);
    case 'Int':
    case 'Float':
      return actual.kind === 'number' ? undefined : no;
    case 'Bool':
      return actual.kind === 'bool' ? undefined : no;
    case 'String':
    case 'Bytes':
      return ['text', 'date', 'timestamp'].includes(actual.kind) ? undefined : { says: no.says };
    case 'None':
      return no;
    case 'List': {
      const of = actual.kind === 'list' ? actual.of : actual.kind === 'table' ? rowType(actual.columns) : undefined;
      if (of === undefined) return no;
      const inner = misfit(records, of, wanted.of, depth + 1);
      return inner && { ...inner, says: `in this ${actual.kind === 'table' ? 'table' : 'list'} ${inner.says}` };
    }
    case 'Map':
      return actual.kind === 'record' || actual.kind === 'list' ? undefined : no;
    case 'Record': {
      if (actual.kind !== 'record') return no;
      const model = records.find(({ name }) => name === wanted.name);
      if (model === undefined || actual.fields === undefined) return undefined;
      for (const field of model.fields) {
        if (!own(actual.fields, field.name)) {
          if (mayBeLeftOut(field)) continue;
          return { says: `the field "${field.name}" is missing` };
        }
        const inner = misfit(records, actual.fields[field.name]!, field.type, depth + 1);
        if (inner) return { ...inner, says: `"${field.name}": ${inner.says}` };
      }
      return undefined;
    }
  }
}
