/**
 * Host functions: everything that a module cannot do by itself, with its type, its cost in fuel and the capability that it
 * needs. Those without a capability compute only; both engines have them built in.
 */
import { GRANTED } from './granted.ts';
import { BOOL, FLOAT, INT, listOf, NONE, STRING, type Type } from './type.ts';

export interface HostFunction {
  name: string;
  /** The types of the call, given those of the arguments on the stack; undefined when they do not fit. */
  resultOf: (args: readonly Type[]) => Type | undefined;
  /** How many arguments it takes. */
  arity: number;
  /** Fuel beside the one of the HOST instruction. */
  cost: number;
  /** `area.right`; the module's manifest must declare it, with or without a scope. */
  capability?: string;
}

const typed = (name: string, params: readonly Type[], result: Type, cost = 0): HostFunction => ({
  name,
  arity: params.length,
  cost,
  resultOf: (args) => (params.every((param, at) => args[at]?.kind === param.kind) ? result : undefined),
});

/** What computes only; what needs something granted stands in granted.ts. */
const PURE: readonly HostFunction[] = [
  typed('int.toFloat', [INT], FLOAT),
  /** Towards zero; NaN and what does not fit trap `overflow`. */
  typed('float.toInt', [FLOAT], INT),
  typed('float.sqrt', [FLOAT], FLOAT),
  typed('float.floor', [FLOAT], FLOAT),
  typed('int.toString', [INT], STRING, 4),
  /** The shortest text that reads back as the same number, as JavaScript writes it. */
  typed('float.toString', [FLOAT], STRING, 4),
  typed('bool.toString', [BOOL], STRING, 1),
  /** From (inclusive) to (exclusive), in units; outside of the text traps `bounds`. */
  typed('string.slice', [STRING, INT, INT], STRING, 4),
  /** Index of the second in the first, or -1. */
  typed('string.indexOf', [STRING, STRING], INT, 4),
  typed('string.lower', [STRING], STRING, 4),
  typed('string.upper', [STRING], STRING, 4),
  typed('string.trim', [STRING], STRING, 4),
  typed('string.split', [STRING, STRING], listOf(STRING), 8),
  {
    name: 'map.has',
    arity: 2,
    cost: 2,
    resultOf: ([map, key]) => (map?.kind === 'Map' && key?.kind === map.key.kind ? BOOL : undefined),
  },
  {
    name: 'map.keys',
    arity: 1,
    cost: 8,
    resultOf: ([map]) => (map?.kind === 'Map' ? listOf(map.key) : undefined),
  },
  {
    name: 'map.remove',
    arity: 2,
    cost: 2,
    resultOf: ([map, key]) => (map?.kind === 'Map' && key?.kind === map.key.kind ? NONE : undefined),
  },
  {
    name: 'list.pop',
    arity: 1,
    cost: 1,
    resultOf: ([list]) => (list?.kind === 'List' ? list.of : undefined),
  },
];

export const HOST_FUNCTIONS: ReadonlyMap<string, HostFunction> = new Map(
  [...PURE, ...Object.values(GRANTED)].map((host) => [host.name, host]),
);
