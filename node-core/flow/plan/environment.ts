/** What the checker knows besides the source: the node's contracts, operations and tables, and the files chosen. Browser-safe. */
import type { Contract } from '../contracts/contract.ts';
import type { JsonSchema } from '../types/json-schema.ts';
import type { Column } from '../types/type.ts';
import type { KnownPrograms } from './programs.ts';

/** An operation of the node, as APX_EXEC sees it. */
export interface OperationInfo {
  /** `area.verb`. */
  name: string;
  summary: string;
  effect: 'read' | 'write';
  input: JsonSchema;
  output: JsonSchema;
  /** `area.right`. */
  capability?: string;
}

/** Everything is optional: what is absent is not known, and nothing is reported about it. */
export interface Environment {
  /** Default: those that every node has. */
  contracts?: readonly Contract[];
  operations?: readonly OperationInfo[];
  /** Tables of the project. */
  tables?: readonly { name: string; columns: readonly Column[] }[];
  /** Columns of input files and tables, by the input's name, as found in the files that the person chose. */
  inputColumns?: Readonly<Record<string, readonly Column[]>>;
  /** The programs that the plan's steps name. */
  programs?: KnownPrograms;
}
