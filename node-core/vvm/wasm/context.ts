/** What the translation of a whole module shares between its functions. */
import type { FindFunction } from '../../vasm/host.ts';
import type { Module } from '../../vasm/module.ts';
import { type Type, typeName } from '../../vasm/type.ts';
import type { Body } from './body.ts';
import type { WasmTypes } from './types.ts';

/** A host function as it is called with arguments of these types; a module imports each once. */
export interface HostImport {
  name: string;
  params: readonly Type[];
  result: Type;
}

export const hostKey = (name: string, params: readonly Type[]): string => `${name}(${params.map(typeName).join()})`;

/** A function that the translation adds: the growth of a list, what the border needs. */
export interface Helper {
  type: number;
  body: Body;
  /** The name under which JavaScript finds it. */
  entry?: string;
}

export interface Context {
  module: Module;
  find: FindFunction;
  types: WasmTypes;
  /** Indices of imported globals, by text. */
  texts: ReadonlyMap<string, number>;
  /** The global that holds what is left of the fuel while no translated function runs. */
  fuel: number;
  /** Indices of imported host functions, by hostKey. */
  hosts: ReadonlyMap<string, number>;
  /** Indices of the imported calls by TRY, by the function's index. */
  tries: ReadonlyMap<number, number>;
  /** Index of the global that holds an empty array of this type of array: lists begin with it. */
  emptyArray(array: number): number;
  /** Index of the function that a module's function became. */
  func(index: number): number;
  /** The index of a helper; made when it is asked for first. */
  helper(key: string, make: () => Helper): number;
}
