/** The part of verification that looks at everything but code: names, types, limits, the manifest and the debug section. */
import {
  CAPABILITY,
  type Debug,
  type Func,
  FUNCTION_NAME,
  LIMITS,
  type Module,
  NAME,
  type RecordType,
  type Slot,
} from './module.ts';
import { type Type, typeName } from './type.ts';

/** Why a module is not taken. The message names function and instruction; the hint says what to do. */
export interface Refusal {
  func?: string;
  /** Index of the instruction. */
  at?: number;
  message: string;
  hint?: string;
}

type Problem = { message: string; hint?: string };

const BUILT_IN = new Set(['Int', 'Float', 'Bool', 'String', 'Bytes', 'JSON', 'None', 'List', 'Map', 'Option']);

const problem = (message: string, hint?: string): Problem => ({ message, ...(hint === undefined ? {} : { hint }) });

/** What is wrong with the module as such: the first thing found. */
export function moduleRefusals(module: Module): Refusal[] {
  const found =
    headProblem(module) ??
    manifestProblem(module) ??
    recordsProblem(module.records) ??
    functionNamesProblem(module.functions) ??
    (module.debug === undefined ? undefined : debugProblem(module.debug, module.functions));
  return found === undefined ? [] : [found];
}

function headProblem({ name, version, budget }: Module): Problem | undefined {
  if (name.length === 0 || name.length > LIMITS.nameLength || !name.isWellFormed())
    return problem(`The module's name must have 1 to ${LIMITS.nameLength} characters.`);
  if (!/^\d{1,9}\.\d{1,9}\.\d{1,9}$/.test(version))
    return problem(
      'The version of the module is not of the form 1.0.0.',
      'Write three numbers with dots between them.',
    );
  for (const [what, amount] of Object.entries(budget))
    if (amount !== undefined && !(Number.isSafeInteger(amount) && amount > 0))
      return problem(`The budget of ${what} is no whole number above zero.`);
  return undefined;
}

function manifestProblem({ capabilities }: Module): Problem | undefined {
  for (const [at, capability] of capabilities.entries()) {
    if (capability.length > LIMITS.nameLength || !CAPABILITY.test(capability))
      return problem(
        'A declared capability is not of the form area.right or area.right:scope.',
        'For example db.read or db.write:orders.',
      );
    if (at > 0 && !(capabilities[at - 1]! < capability))
      return problem(
        `The capability ${capability} is declared twice or out of order.`,
        'List capabilities in alphabetical order, each once.',
      );
  }
  return undefined;
}

function recordsProblem(records: readonly RecordType[]): Problem | undefined {
  if (records.length > LIMITS.records) return problem(`There are more than ${LIMITS.records} record types.`);
  const names = new Set<string>();
  for (const { name } of records) {
    if (!isName(name) || BUILT_IN.has(name))
      return problem('A record type has a name that is no name or is that of a built-in type.', NAME_HINT);
    if (names.has(name)) return problem(`There are two record types ${name}.`, 'Give one another name.');
    names.add(name);
  }
  for (const { name, fields } of records) {
    if (fields.length > LIMITS.fields) return problem(`The record type ${name} has more than ${LIMITS.fields} fields.`);
    const wrong = slotsProblem(fields, names, 'field');
    if (wrong) return problem(`In the record type ${name}: ${wrong.message}.`, wrong.hint);
  }
  return endlessRecord(records);
}

/** A record that holds itself by value can never be made, because its fields are all given when it is made. */
function endlessRecord(records: readonly RecordType[]): Problem | undefined {
  const byName = new Map(records.map((record) => [record.name, record]));
  const state = new Map<string, 'open' | 'done'>();
  const visit = (record: RecordType): Problem | undefined => {
    state.set(record.name, 'open');
    for (const { name, type } of record.fields) {
      if (type.kind !== 'Record' || state.get(type.name) === 'done') continue;
      const wrong =
        state.get(type.name) === 'open'
          ? problem(
              `The field ${name} of the record type ${record.name} makes ${type.name} contain itself without end.`,
              `Make the field ${type.name}? or List<${type.name}>.`,
            )
          : visit(byName.get(type.name)!);
      if (wrong) return wrong;
    }
    state.set(record.name, 'done');
    return undefined;
  };
  for (const record of records) {
    const wrong = state.has(record.name) ? undefined : visit(record);
    if (wrong) return wrong;
  }
  return undefined;
}

function functionNamesProblem(functions: readonly Func[]): Problem | undefined {
  if (functions.length > LIMITS.functions)
    return problem(`There are more than ${LIMITS.functions} functions.`, 'Split the module.');
  const names = new Set<string>();
  for (const { name } of functions) {
    if (!isName(name, FUNCTION_NAME)) return problem('A function has a name that is no name.', NAME_HINT);
    if (names.has(name))
      return { ...problem(`There are two functions ${name}.`, 'Give one another name.'), func: name } as Refusal;
    names.add(name);
  }
  return undefined;
}

/** What is wrong with a function before its code is looked at. */
export function signatureProblem(func: Func, records: ReadonlySet<string>): Problem | undefined {
  const { name, params, locals, code } = func;
  if (params.length > LIMITS.params)
    return problem(`${name} has more than ${LIMITS.params} parameters.`, 'Put some together into a record.');
  if (locals.length > LIMITS.locals)
    return problem(`${name} has more than ${LIMITS.locals} locals.`, 'Split the function.');
  if (code.length === 0)
    return problem(`${name} has no instructions.`, 'A function that does nothing is: CONST none, RET.');
  if (code.length > LIMITS.instructionsPerFunction)
    return problem(`${name} has more than ${LIMITS.instructionsPerFunction} instructions.`, 'Split the function.');
  const result = typeProblem(func.result, records);
  if (result) return problem(`The result of ${name}: ${result.message}.`, result.hint);
  const slots = slotsProblem([...params, ...locals], records, 'parameter or local');
  if (slots) return problem(`In ${name}: ${slots.message}.`, slots.hint);
  return undefined;
}

function slotsProblem(slots: readonly Slot[], records: ReadonlySet<string>, what: string): Problem | undefined {
  const names = new Set<string>();
  for (const { name, type } of slots) {
    if (!isName(name)) return problem(`a ${what} has a name that is no name`, NAME_HINT);
    if (names.has(name)) return problem(`there are two of the name ${name}`, 'Give one another name.');
    names.add(name);
    const wrong = typeProblem(type, records);
    if (wrong) return problem(`the type of ${name}: ${wrong.message}`, wrong.hint);
  }
  return undefined;
}

/** Why a type cannot be used in a module with these record types, without a full stop. */
export function typeProblem(type: Type, records: ReadonlySet<string>, depth = 1): Problem | undefined {
  if (depth > LIMITS.typeNesting)
    return problem(`it is nested deeper than ${LIMITS.typeNesting}`, 'Put the inner part into a record type.');
  switch (type.kind) {
    case 'List':
      return typeProblem(type.of, records, depth + 1);
    case 'Map':
      if (type.key.kind !== 'Int' && type.key.kind !== 'Bool' && type.key.kind !== 'String')
        return problem(
          'a key of a Map must be Int, Bool or String',
          'Use such a key, for example a text made of the value.',
        );
      return typeProblem(type.value, records, depth + 1);
    case 'Option':
      if (type.of.kind === 'Option' || type.of.kind === 'None')
        return problem(
          `an Option cannot be of ${type.of.kind === 'None' ? 'None' : 'another Option'}`,
          'One ? is enough.',
        );
      if (type.of.kind === 'JSON')
        return problem('an Option cannot be of JSON', 'JSON may be none by itself: leave the ? away.');
      return typeProblem(type.of, records, depth + 1);
    case 'Record':
      return records.has(type.name)
        ? undefined
        : problem(
            `there is no record type ${isName(type.name) ? type.name : 'of that name'}`,
            'Declare it with model.',
          );
    case 'Int':
    case 'Float':
    case 'Bool':
    case 'String':
    case 'Bytes':
    case 'JSON':
    case 'None':
      return undefined;
    default:
      return problem(`there is no type ${typeName(type)}`);
  }
}

function debugProblem({ source, ranges, labels }: Debug, functions: readonly Func[]): Problem | undefined {
  const hint = 'Strip the debug section, or make the module again.';
  if (source !== undefined && (source.length > 4_096 || !source.isWellFormed()))
    return problem('The source that the debug section names is no path.', hint);
  if ((ranges?.length ?? 0) > functions.length || (labels?.length ?? 0) > functions.length)
    return problem('The debug section describes more functions than there are.', hint);
  for (const [index, { name, code }] of functions.entries()) {
    let last = -1;
    for (const { at, start, end } of ranges?.[index] ?? []) {
      if (!Number.isInteger(at) || at <= last || at >= code.length)
        return problem(`The source ranges of ${name} are out of order or outside of its code.`, hint);
      if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start)
        return problem(`A source range of ${name} is no range.`, hint);
      last = at;
    }
    const names = new Set<string>();
    for (const [at, label] of Object.entries(labels?.[index] ?? {})) {
      if (!/^\d+$/.test(at) || Number(at) >= code.length || !isName(label) || names.has(label))
        return problem(
          `The labels of ${name} have a name that is no name or stands twice, or are outside of its code.`,
          hint,
        );
      names.add(label);
    }
  }
  return undefined;
}

const NAME_HINT = `A name begins with a letter or one _, goes on with letters, digits and _, and has at most ${LIMITS.nameLength} characters.`;

export const isName = (name: string, pattern = NAME): boolean => name.length <= LIMITS.nameLength && pattern.test(name);
