/**
 * Proves that a module can be run safely, once, when it is loaded: engines check nothing again that is proved here. Takes time
 * in proportion to the module, whatever it contains, and never throws.
 */
import { LocalUses, readBeforeSet } from './assigned.ts';
import { type Block, flowOf } from './blocks.ts';
import { effectOf, Refused, type Scope } from './effect.ts';
import { findIn, type HostFunction, hostFunction } from './host.ts';
import { type Func, LIMITS, type Module, slotsOf } from './module.ts';
import { isName, moduleRefusals, type Refusal, signatureProblem, typeProblem } from './verify-module.ts';
import { NONE, type Type, typeName } from './type.ts';
import { TypeStack, TypeTable } from './type-stack.ts';

export type { Refusal };

/** A module that an engine may run. */
export interface Verified {
  module: Module;
  /** In the order of the module's. */
  functions: readonly VerifiedFunc[];
}

export interface VerifiedFunc {
  blocks: readonly Block[];
  /** Types of the stack before each instruction. */
  stack: readonly TypeStack[];
  /** The most values that it ever has on its stack. */
  maxStack: number;
}

/** Each refusal is about another function, or about the module when it names none; at most 100. */
export function verify(module: Module): { verified: Verified } | { refusals: Refusal[] } {
  const refusals = moduleRefusals(module);
  if (refusals.length > 0) return { refusals };

  const table = new TypeTable();
  const names = new Set(module.records.map((record) => record.name));
  const shared = {
    table,
    records: new Map(
      module.records.map(({ name, fields }) => {
        const types = fields.map(({ type }) => table.one(type));
        return [name, { types, byName: new Map(fields.map((field, at) => [field.name, types[at]!])) }];
      }),
    ),
    declared: new Set(module.capabilities.map((capability) => capability.split(':', 1)[0]!)),
    checked: (type: Type): Type => {
      const known = table.known(type);
      if (known !== undefined) return known;
      const problem = typeProblem(type, names);
      if (problem !== undefined) throw new Refused(problem.message, problem.hint);
      return table.one(type);
    },
  };
  for (const func of module.functions) {
    const problem = signatureProblem(func, names);
    if (problem !== undefined) refusals.push({ func: nameOf(func), ...problem });
    if (refusals.length === 100) break;
  }
  if (refusals.length > 0) return { refusals };

  const functions = module.functions.map((func) => ({
    name: func.name,
    params: func.params.map((param) => table.one(param.type)),
    result: table.one(func.result),
  }));
  const find = findIn(module);
  const hosts = new Map<string, HostFunction | undefined>();
  const host = (name: string): HostFunction | undefined => {
    if (!hosts.has(name)) hosts.set(name, hostFunction(name, find));
    return hosts.get(name);
  };
  const verified: VerifiedFunc[] = [];
  const scope: Scope = { ...shared, functions, host, slots: [], result: NONE };
  const empty = new TypeStack();
  const uses = new LocalUses();
  for (const [index, func] of module.functions.entries()) {
    const { params, result: gives } = functions[index]!;
    scope.slots = func.locals.length === 0 ? params : [...params, ...func.locals.map(({ type }) => table.one(type))];
    scope.result = gives;
    const result = codeOf(func, scope, empty, uses);
    if ('stack' in result) verified.push(result);
    else if (refusals.push(result) === 100) break;
  }
  return refusals.length > 0 ? { refusals } : { verified: { module, functions: verified } };
}

function codeOf(func: Func, scope: Scope, empty: TypeStack, uses: LocalUses): VerifiedFunc | Refusal {
  const { code } = func;
  const refuse = (at: number, message: string, hint?: string): Refusal => ({
    func: func.name,
    at,
    message: `${func.name}, instruction ${at} (${String(code[at]?.op)}): ${message}.`,
    ...(hint === undefined ? {} : { hint }),
  });
  const flow = flowOf(code);
  if (typeof flow === 'number')
    return refuse(
      flow,
      `it jumps to ${String((code[flow] as { to: number }).to)}, outside of the function`,
      `Instructions are numbered 0 to ${code.length - 1}.`,
    );
  const end = code.at(-1)!.op;
  if (end !== 'RET' && end !== 'JMP' && end !== 'TRAP')
    return refuse(code.length - 1, 'the function goes on behind its last instruction', 'End it with RET, JMP or TRAP.');

  const { blocks, jumps, falls } = flow;
  const stacks: TypeStack[] = [];
  stacks.length = code.length;
  const waiting = [0];
  let maxStack = 0;
  stacks[0] = empty;
  uses.begin(func.params.length, scope.slots.length);
  for (let block = waiting.pop(); block !== undefined; block = waiting.pop()) {
    const { start, end: after } = blocks[block]!;
    let stack = stacks[start]!;
    let at = start;
    uses.enter(block);
    try {
      for (; at < after; at++) {
        stacks[at] = stack;
        const instruction = code[at]!;
        const { op } = instruction;
        if (op === 'LOAD') uses.load(instruction.local, at);
        else if (op === 'STORE') uses.store(instruction.local);
        stack = effectOf(instruction, stack, scope);
        if (stack.length > maxStack) {
          maxStack = stack.length;
          if (maxStack > LIMITS.stack)
            return refuse(
              at,
              `more than ${LIMITS.stack} values are on the stack`,
              'Keep values in locals or in a list.',
            );
        }
      }
    } catch (error) {
      if (error instanceof Refused) return refuse(at, error.message, error.hint);
      throw error;
    }
    const jump = jumps[block]!;
    if (jump >= 0) {
      const to = blocks[jump]!.start;
      if (stacks[to] === undefined) {
        stacks[to] = stack;
        waiting.push(jump);
      } else if (stacks[to] !== stack) return clash(refuse, after - 1, to, stacks[to], stack);
    }
    if (falls[block] === 1) {
      if (stacks[after] === undefined) {
        stacks[after] = stack;
        waiting.push(block + 1);
      } else if (stacks[after] !== stack) return clash(refuse, after - 1, after, stacks[after], stack);
    }
  }
  const unreached = blocks.find(({ start }) => stacks[start] === undefined);
  if (unreached) return refuse(unreached.start, 'no way leads to it', 'Take it out, or jump to it.');

  const unset = readBeforeSet(flow, uses);
  if (unset !== undefined) {
    const { name } = slotsOf(func)[(code[unset] as { local: number }).local]!;
    return refuse(
      unset,
      `the local ${name} is read where it may not be set`,
      'Give it a value with STORE on every way to here.',
    );
  }
  return { blocks, stack: stacks, maxStack };
}

/** Two ways to an instruction that leave different stacks. */
const clash = (
  refuse: (at: number, message: string, hint: string) => Refusal,
  at: number,
  to: number,
  one: TypeStack,
  other: TypeStack,
): Refusal =>
  refuse(
    at,
    `instruction ${to} is reached with ${differing(one, other)}`,
    'Every way to an instruction must leave the same types on the stack.',
  );

function differing(a: TypeStack, b: TypeStack): string {
  if (a.length !== b.length) return `${a.length} values on the stack and with ${b.length}`;
  let [one, other] = [a, b];
  while (one.top === other.top) [one, other] = [one.pop(), other.pop()];
  return `${typeName(one.top!)} and with ${typeName(other.top!)} at place ${one.length} of the stack`;
}

const nameOf = (func: Func): string => (isName(func.name) ? func.name : '?');
