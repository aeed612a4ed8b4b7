/** What each instruction does to the types on the stack; a refusal when they do not fit. */
import { type HostFunction, isTaskCall, taskFunction } from './host.ts';
import { type Constant, type Instruction, LIMITS } from './module.ts';
import { BOOL, FLOAT, INT, JSON_TYPE, NONE, STRING, type Type, typeName } from './type.ts';
import type { TypeStack, TypeTable } from './type-stack.ts';

/** Thrown within the verifier only: what is wrong with an instruction, and what to do. */
export class Refused extends Error {
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message.length > 400 ? `${message.slice(0, 400)}…` : message);
    this.hint = hint;
  }
}

/** Of one record type. */
export interface Fields {
  byName: ReadonlyMap<string, Type>;
  /** In their order. */
  types: readonly Type[];
}

/** What instructions of one function may refer to; all types are the table's. */
export interface Scope {
  table: TypeTable;
  functions: readonly { name: string; params: readonly Type[]; result: Type }[];
  host: (name: string) => HostFunction | undefined;
  records: ReadonlyMap<string, Fields>;
  /** Parameters, then locals. */
  slots: readonly Type[];
  result: Type;
  /** Capabilities that the manifest declares, without their scopes. */
  declared: ReadonlySet<string>;
  /** The type named in a NEW or an empty Option; throws Refused when there is no such type. */
  checked: (type: Type) => Type;
}

const NUMBERS: readonly Type['kind'][] = ['Int', 'Float'];
const ADDED: readonly Type['kind'][] = ['Int', 'Float', 'String'];
const EQUATED: readonly Type['kind'][] = ['Int', 'Float', 'Bool', 'String', 'None'];
const BOOLS: readonly Type['kind'][] = ['Bool'];

/** The stack after an instruction whose jump target is known to be within the function. */
export function effectOf(instruction: Instruction, stack: TypeStack, scope: Scope): TypeStack {
  switch (instruction.op) {
    case 'CONST':
      return stack.push(constantType(instruction.value, scope));
    case 'LOAD':
      return stack.push(slotOf(instruction.local, scope));
    case 'STORE': {
      const slot = slotOf(instruction.local, scope);
      if (stack.top !== slot) throw unfit(stack, 1, `${typeName(slot)}, the type of that local`);
      return stack.pop();
    }
    case 'POP':
      if (stack.length === 0) throw unfit(stack, 1, 'a value');
      return stack.pop();
    case 'DUP':
      if (stack.top === undefined) throw unfit(stack, 1, 'a value');
      return stack.push(stack.top);
    case 'ADD':
      return twoAlike(stack, ADDED, 'two Ints, two Floats or two Strings');
    case 'SUB':
    case 'MUL':
    case 'DIV':
    case 'MOD':
      return twoAlike(stack, NUMBERS, 'two Ints or two Floats');
    case 'NEG':
      if (stack.top !== INT && stack.top !== FLOAT) throw unfit(stack, 1, 'an Int or a Float');
      return stack;
    case 'CMPEQ':
    case 'CMPNE':
      return twoAlike(stack, EQUATED, 'two values of one type that is Int, Float, Bool, String or None')
        .pop()
        .push(BOOL);
    case 'CMPLT':
    case 'CMPLE':
    case 'CMPGT':
    case 'CMPGE':
      return twoAlike(stack, ADDED, 'two Ints, two Floats or two Strings').pop().push(BOOL);
    case 'AND':
    case 'OR':
      return twoAlike(stack, BOOLS, 'two Bools');
    case 'NOT':
      if (stack.top !== BOOL) throw unfit(stack, 1, 'a Bool');
      return stack;
    case 'JMP':
      return stack;
    case 'JMP_IF':
      if (stack.top !== BOOL) throw unfit(stack, 1, 'a Bool');
      return stack.pop();
    case 'RET':
      if (stack.top !== scope.result) throw unfit(stack, 1, `${typeName(scope.result)}, the result of this function`);
      if (stack.length > 1)
        throw new Refused(
          `it leaves ${stack.length - 1} more on the stack below the result: ${held(stack.pop(), 4)}`,
          'Take them away with POP before the result is made.',
        );
      return stack.pop();
    case 'TRAP':
      if (stack.top !== STRING) throw unfit(stack, 1, 'a String that says what failed');
      return stack.pop();
    case 'CALL':
    case 'TRY': {
      const callee = scope.functions[instruction.func];
      if (callee === undefined)
        throw new Refused(
          `there is no function ${String(instruction.func)}`,
          countHint(scope.functions.length, 'functions'),
        );
      if (instruction.op === 'TRY' && callee.result !== NONE)
        throw new Refused(
          `${callee.name} gives ${typeName(callee.result)}, and TRY calls only what gives None`,
          'Let it write its result into a record or list that it is given.',
        );
      return taken(stack, callee.params, `what ${callee.name} takes`).push(
        instruction.op === 'TRY' ? JSON_TYPE : callee.result,
      );
    }
    case 'HOST':
      return hostCall(instruction.name, stack, scope);
    case 'NEW':
      return made(instruction.type, stack, scope);
    case 'GET':
      return got(instruction.field, stack, scope);
    case 'SET':
      return setted(instruction.field, stack, scope);
    case 'LEN':
      switch (stack.top?.kind) {
        case 'String':
        case 'List':
        case 'Map':
        case 'Option':
          return stack.pop().push(INT);
        default:
          throw unfit(stack, 1, 'a String, a List, a Map or an Option');
      }
    default:
      throw new Refused(`there is no instruction ${String((instruction as Instruction).op)}`);
  }
}

function constantType(constant: Constant, scope: Scope): Type {
  switch (constant.kind) {
    case 'Int':
      if (BigInt.asIntN(64, constant.value) !== constant.value)
        throw new Refused('its number does not fit into 64 bits');
      return INT;
    case 'Float':
      return FLOAT;
    case 'Bool':
      return BOOL;
    case 'String': {
      const { value } = constant;
      if (value.length * 3 > LIMITS.stringBytes && new TextEncoder().encode(value).length > LIMITS.stringBytes)
        throw new Refused(`its text has more than ${LIMITS.stringBytes} bytes`, 'Join it from shorter ones.');
      return STRING;
    }
    case 'None':
      return NONE;
    case 'Empty':
      if (constant.type.kind !== 'Option')
        throw new Refused('only an Option can be empty', 'Name the Option type, as in Int?.');
      return scope.checked(constant.type);
  }
}

function slotOf(local: number, scope: Scope): Type {
  const slot = scope.slots[local];
  if (slot === undefined)
    throw new Refused(`there is no local ${String(local)}`, countHint(scope.slots.length, 'parameters and locals'));
  return slot;
}

function hostCall(name: string, stack: TypeStack, scope: Scope): TypeStack {
  const host = scope.host(name);
  if (host === undefined)
    throw new Refused(
      isTaskCall(name)
        ? `there is no exported function ${taskFunction(name)} that a task could run`
        : `there is no host function ${name}`,
      'This node may be older than the module, or the name is misspelt.',
    );
  if (host.capability !== undefined && !scope.declared.has(host.capability))
    throw new Refused(
      `${name} needs the capability ${host.capability}, which the module does not declare`,
      `Declare it at the top: cap ${host.capability}`,
    );
  const result = stack.length < host.arity ? undefined : host.resultOf(stack.last(host.arity));
  if (result === undefined)
    throw new Refused(
      `${name} takes ${count(host.arity, 'argument')} of other types; the stack holds ${held(stack, Math.max(host.arity, 1))}`,
      'See the documentation of the host function for its types.',
    );
  return stack.pop(host.arity).push(scope.checked(result));
}

function made(named: Type, stack: TypeStack, scope: Scope): TypeStack {
  const type = scope.checked(named);
  switch (type.kind) {
    case 'List':
    case 'Map':
      return stack.push(type);
    case 'Option':
      if (stack.top !== type.of) throw unfit(stack, 1, `${typeName(type.of)}, the value of the Option`);
      return stack.pop().push(type);
    case 'Record':
      return taken(stack, scope.records.get(type.name)!.types, `the fields of ${type.name}`).push(type);
    default:
      throw new Refused(`${typeName(type)} is not made with NEW`, 'Use CONST for it.');
  }
}

function got(field: string | undefined, stack: TypeStack, scope: Scope): TypeStack {
  if (field !== undefined) {
    if (stack.top?.kind !== 'Record') throw unfit(stack, 1, `a record with the field ${field}`);
    return stack.pop().push(fieldType(stack.top.name, field, scope));
  }
  if (stack.top?.kind === 'Option') return stack.pop().push(stack.top.of);
  const of = stack.length < 2 ? undefined : stack.pop().top!;
  if (of?.kind === 'List' && stack.top === INT) return stack.pop(2).push(of.of);
  if (of?.kind === 'String' && stack.top === INT) return stack.pop(2).push(STRING);
  if (of?.kind === 'Map' && stack.top === of.key) return stack.pop(2).push(of.value);
  throw unfit(stack, 2, 'a List and an Int, a String and an Int, a Map and its key, or an Option');
}

function setted(field: string | undefined, stack: TypeStack, scope: Scope): TypeStack {
  if (field !== undefined) {
    const of = stack.length < 2 ? undefined : stack.pop().top!;
    if (of?.kind !== 'Record') throw unfit(stack, 2, `a record with the field ${field}, and its new value`);
    const type = fieldType(of.name, field, scope);
    if (stack.top !== type) throw unfit(stack, 1, `${typeName(type)}, the type of the field ${field}`);
    return stack.pop(2);
  }
  if (stack.length >= 3) {
    const key = stack.pop().top;
    const of = stack.pop(2).top!;
    if (of.kind === 'List' && key === INT && stack.top === of.of) return stack.pop(3);
    if (of.kind === 'Map' && key === of.key && stack.top === of.value) return stack.pop(3);
  }
  throw unfit(stack, 3, 'a List, an Int and an element, or a Map, a key and a value');
}

function fieldType(name: string, field: string, scope: Scope): Type {
  const { byName } = scope.records.get(name)!;
  const found = byName.get(field);
  if (found === undefined)
    throw new Refused(`${name} has no field ${field}`, `Its fields are ${[...byName.keys()].slice(0, 8).join(', ')}.`);
  return found;
}

/** Two of the same type, and that of one of these kinds: the stack with one of them. */
function twoAlike(stack: TypeStack, kinds: readonly Type['kind'][], wanted: string): TypeStack {
  if (stack.length < 2) throw unfit(stack, 2, wanted);
  const below = stack.pop();
  if (below.top !== stack.top || !kinds.includes(stack.top!.kind)) throw unfit(stack, 2, wanted);
  return below;
}

/** The stack without the arguments of these types. */
function taken(stack: TypeStack, params: readonly Type[], what: string): TypeStack {
  let rest = stack;
  for (let at = params.length - 1; at >= 0; at--) {
    if (rest.top !== params[at]) throw unfit(stack, params.length, `${params.map(typeName).join(', ')}, ${what}`);
    rest = rest.pop();
  }
  return rest;
}

function unfit(stack: TypeStack, depth: number, wanted: string): Refused {
  return new Refused(`it takes ${wanted}; the stack holds ${held(stack, depth)}`);
}

/** What is on top of a stack, in words. */
function held(stack: TypeStack, depth: number): string {
  if (stack.length === 0) return 'nothing';
  const shown = stack.last(Math.min(Math.max(depth, 1), 8));
  const words = shown.map(typeName).join(', ');
  return stack.length > shown.length ? `${words} on top of ${stack.length - shown.length} more` : `only ${words}`;
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
const countHint = (n: number, what: string): string =>
  n === 0 ? `There are no ${what}.` : `The ${what} are numbered 0 to ${n - 1}.`;
