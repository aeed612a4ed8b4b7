/**
 * The reference engine: it runs a verified module instruction by instruction, its calls in a stack of its own, so that it
 * can be looked at between any two of them.
 */
import { fuelOf } from '../vasm/blocks.ts';
import { findIn, hostFunction, isTaskCall } from '../vasm/host.ts';
import { type Constant, type Instruction, slotsOf } from '../vasm/module.ts';
import { CATCHABLE, MOST_CALLERS, Trap, TRAP_WORDS, type TrapCode } from '../vasm/trap.ts';
import type { Type } from '../vasm/type.ts';
import type { Verified } from '../vasm/verify.ts';
import { callTask, type Engine, exportedIndex, type Host, type Limits, placeOf, Stop, type Value } from './engine.ts';
import { failureOf, join, listGet, listSet, mapGet, mapSet, optionGet, stringGet } from './heap.ts';
import { type HostCode, hostCode } from './pure-host.ts';

/** A call that is under way. */
export interface Frame {
  /** Index into the module's functions. */
  func: number;
  /** The instruction that comes next; of a caller, the one after its CALL. */
  at: number;
  /** Parameters, then locals. */
  locals: Value[];
  /** Bottom first. */
  stack: Value[];
  /** TRY called it. */
  isTried?: boolean;
}

/** Whoever looks between instructions. What it is given is live: it may read, and wait, and throw to end the call. */
export interface Stepping {
  /** Before each instruction, and before its block is paid for; the last frame is the one that goes on. */
  before(frames: readonly Frame[], fuelUsed: bigint): void;
  /** The call is about to end with this trap, and everything is as it was there. */
  trapped?(frames: readonly Frame[], trap: Trap): void;
}

interface Prepared {
  code: readonly Instruction[];
  /** What entering the block that begins here costs; 0 where none begins. */
  cost: Float64Array;
  /** Type on the top of the stack before each instruction. */
  top: (Type['kind'] | undefined)[];
  /** The same of the one below it. */
  below: (Type['kind'] | undefined)[];
  slots: number;
  /** Of each HOST: the types of its arguments, and its code when it is pure. */
  hosts: ({ types: readonly Type[]; code: HostCode | undefined } | undefined)[];
}

/** @param host answers the functions that need a capability; the pure ones are built in. */
export function createInterpreter(
  { module, functions }: Verified,
  host: Host,
  limits: Limits,
  stepping?: Stepping,
): Engine {
  const find = findIn(module);
  const prepared = module.functions.map((func, index): Prepared => {
    const { blocks, stack } = functions[index]!;
    const cost = new Float64Array(func.code.length);
    for (const block of blocks) cost[block.start] = fuelOf(func.code, block);
    return {
      code: func.code,
      cost,
      top: stack.map((types) => types.at(-1)?.kind),
      below: stack.map((types) => types.at(-2)?.kind),
      slots: slotsOf(func).length,
      hosts: func.code.map((instruction, at) => {
        if (instruction.op !== 'HOST') return undefined;
        const types = stack[at]!.last(hostFunction(instruction.name, find)!.arity);
        return { types, code: hostCode(instruction.name, types, module.records) };
      }),
    };
  });
  const fields = new Map(module.records.map((record) => [record.name, record.fields.map((field) => field.name)]));
  // A call that could use more would run for months.
  const fuel = limits.fuel > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(limits.fuel);

  function enter(func: number, args: Value[]): Frame {
    const locals = args;
    while (locals.length < prepared[func]!.slots) locals.push(null);
    return { func, at: 0, locals, stack: [] };
  }

  function run(first: number, args: Value[]): { value: Value; fuelUsed: bigint } {
    const frames = [enter(first, [...args])];
    let frame = frames[0]!;
    let used = 0;
    const trap = (code: TrapCode, at: number, message?: string, status?: number): Trap => {
      const made = new Trap(
        code,
        placeOf(module, frame.func, at),
        message ?? TRAP_WORDS[code as keyof typeof TRAP_WORDS],
        BigInt(used),
        status,
      );
      made.callers = frames
        .slice(0, -1)
        .slice(-MOST_CALLERS)
        .reverse()
        .map((caller) => placeOf(module, caller.func, caller.at - 1));
      stepping?.trapped?.(frames, made);
      return made;
    };

    for (;;) {
      const { code, cost, top, below, hosts } = prepared[frame.func]!;
      const { at, stack, locals } = frame;
      stepping?.before(frames, BigInt(used));
      const price = cost[at]!;
      if (price !== 0) {
        if (used + price > fuel) throw trap('fuel', at);
        used += price;
      }
      const instruction = code[at]!;
      frame.at = at + 1;
      try {
        switch (instruction.op) {
          case 'CONST':
            stack.push(constant(instruction.value));
            break;
          case 'LOAD':
            stack.push(locals[instruction.local]!);
            break;
          case 'STORE':
            locals[instruction.local] = stack.pop()!;
            break;
          case 'POP':
            stack.pop();
            break;
          case 'DUP':
            stack.push(stack.at(-1)!);
            break;
          case 'JMP':
            frame.at = instruction.to;
            break;
          case 'JMP_IF':
            if (stack.pop() === true) frame.at = instruction.to;
            break;
          case 'CALL':
          case 'TRY': {
            if (frames.length >= limits.depth) throw new Stop('depth');
            const { params } = module.functions[instruction.func]!;
            frame = enter(instruction.func, stack.splice(stack.length - params.length));
            frame.isTried = instruction.op === 'TRY';
            frames.push(frame);
            break;
          }
          case 'RET': {
            // What is tried gives None, which as JSON is the same: nothing failed.
            const value = stack.pop()!;
            frames.pop();
            if (frames.length === 0) return { value, fuelUsed: BigInt(used) };
            frame = frames.at(-1)!;
            frame.stack.push(value);
            break;
          }
          case 'TRAP':
            throw new Stop('failed', stack.pop() as string);
          case 'HOST': {
            const { name } = instruction;
            const { types, code: pure } = hosts[at]!;
            const given = stack.splice(stack.length - types.length);
            if (isTaskCall(name))
              stack.push(
                callTask(name, given, host.tasks, BigInt(fuel - used), (left) => {
                  used = fuel - Number(left);
                }),
              );
            else stack.push(pure === undefined ? host.call(name, given, types) : pure(...(given as never[])));
            break;
          }
          case 'NEW':
            stack.push(create(instruction.type, stack));
            break;
          case 'LEN':
            stack.push(length(top[at], stack.pop()!));
            break;
          case 'GET':
            if (instruction.field !== undefined)
              stack.push((stack.pop() as { [name: string]: Value })[instruction.field]!);
            else if (top[at] === 'Option') stack.push(optionGet(stack.pop()!));
            else {
              const key = stack.pop()!;
              stack.push(get(below[at], stack.pop()!, key));
            }
            break;
          case 'SET': {
            const value = stack.pop()!;
            if (instruction.field !== undefined) (stack.pop() as { [name: string]: Value })[instruction.field] = value;
            else {
              const key = stack.pop()!;
              const into = stack.pop()!;
              if (into instanceof Map) mapSet(into, key, value);
              else listSet(into as Value[], key as bigint, value);
            }
            break;
          }
          case 'NEG': {
            const value = stack.pop() as bigint | number;
            stack.push(typeof value === 'bigint' ? int(-value) : -value);
            break;
          }
          case 'NOT':
            stack.push(!(stack.pop() as boolean));
            break;
          default: {
            const right = stack.pop()!;
            stack.push(binary(instruction.op, stack.pop()!, right));
          }
        }
      } catch (error) {
        if (!(error instanceof Stop)) throw error;
        const tried = CATCHABLE.has(error.code) ? frames.findLastIndex(({ isTried }) => isTried) : -1;
        if (tried < 0) throw trap(error.code, at, error.message, error.status);
        frames.length = tried;
        frame = frames.at(-1)!;
        frame.stack.push(failureOf(error.code, error.message, error.status));
      }
    }
  }

  function create(type: Type, stack: Value[]): Value {
    switch (type.kind) {
      case 'List':
        return [];
      case 'Map':
        return new Map();
      case 'Record': {
        const names = fields.get(type.name)!;
        const values = stack.splice(stack.length - names.length);
        // Without a prototype, a field may have any name.
        const made = Object.create(null) as { [name: string]: Value };
        for (const [index, name] of names.entries()) made[name] = values[index]!;
        return made;
      }
      default:
        // An Option is its value.
        return stack.pop()!;
    }
  }

  return { call: (func, args) => run(exportedIndex(module, func), args) };
}

const constant = (value: Constant): Value => (value.kind === 'None' || value.kind === 'Empty' ? null : value.value);

/** @throws Stop `overflow` for what is no 64-bit integer. */
function int(value: bigint): bigint {
  if (BigInt.asIntN(64, value) !== value) throw new Stop('overflow');
  return value;
}

function length(kind: Type['kind'] | undefined, value: Value): bigint {
  if (kind === 'Option') return value === null ? 0n : 1n;
  return BigInt(value instanceof Map ? value.size : (value as string | Value[]).length);
}

function get(kind: Type['kind'] | undefined, from: Value, key: Value): Value {
  if (kind === 'Map') return mapGet(from as Map<Value, Value>, key);
  return kind === 'String' ? stringGet(from as string, key as bigint) : listGet(from as Value[], key as bigint);
}

function binary(op: string, a: Value, b: Value): Value {
  switch (op) {
    case 'CMPEQ':
      return a === b;
    case 'CMPNE':
      return a !== b;
    case 'CMPLT':
      return (a as number) < (b as number);
    case 'CMPLE':
      return (a as number) <= (b as number);
    case 'CMPGT':
      return (a as number) > (b as number);
    case 'CMPGE':
      return (a as number) >= (b as number);
    case 'AND':
      return (a as boolean) && b;
    case 'OR':
      return a || b;
  }
  if (typeof a === 'string') return join(a, b as string);
  return typeof a === 'bigint' ? intArithmetic(op, a, b as bigint) : floatArithmetic(op, a as number, b as number);
}

function intArithmetic(op: string, a: bigint, b: bigint): bigint {
  switch (op) {
    case 'ADD':
      return int(a + b);
    case 'SUB':
      return int(a - b);
    case 'MUL':
      return int(a * b);
    case 'DIV':
      if (b === 0n) throw new Stop('division-by-zero');
      return int(a / b);
    default:
      if (b === 0n) throw new Stop('division-by-zero');
      return a % b;
  }
}

function floatArithmetic(op: string, a: number, b: number): number {
  switch (op) {
    case 'ADD':
      return a + b;
    case 'SUB':
      return a - b;
    case 'MUL':
      return a * b;
    case 'DIV':
      return a / b;
    default:
      return a % b;
  }
}
