/** What a contract of a FLOW operation says. Browser-safe. */
import type { Op } from '../syntax/ast.ts';

export type ContractGroup =
  | 'load'
  | 'table'
  | 'store'
  | 'result'
  | 'control'
  | 'flow'
  | 'node'
  | 'program'
  | 'ai'
  | 'service';

export interface ContractParameter {
  name: string;
  /** What may stand there, in words. */
  type: string;
  doc: string;
  optional?: boolean;
}

/** A key of `OPTIONS { … }` or `WITH { … }`. `kind` is the type of its value. */
export interface ContractOption {
  name: string;
  kind: 'text' | 'number' | 'bool' | 'list' | 'record' | 'any';
  doc: string;
}

/**
 * An operation of FLOW as `NAME@MAJOR.MINOR`. A plan records the version it was compiled against; within one major
 * version an operation only gains what leaves older plans as they are.
 */
export interface Contract {
  /** `GROUP_AGG`. */
  name: string;
  /** `1.0`. */
  version: string;
  /** As it is written in source: `GROUP`, `LOAD CSV`. */
  words: string;
  group: ContractGroup;
  /** One line. */
  summary: string;
  /** More, in Markdown. */
  detail?: string;
  /** Every way to write it, one a line. */
  syntax: readonly string[];
  /** A snippet for completion: what follows `STEP x = `, with `${1:…}` places. */
  snippet: string;
  parameters: readonly ContractParameter[];
  /** Keys that OPTIONS or WITH knows; absent when any key goes. */
  options?: readonly ContractOption[];
  example: string;
  /** What it reads and gives, in words. */
  input: string;
  output: string;
  /** A table operation that can run in one query with its neighbours. */
  relational: boolean;
  /** True for what must happen exactly once. */
  effect: boolean;
  /** `area.right` that a step needs for it. */
  capability?: string;
  /** Whether this release runs it; otherwise it parses, checks and plans, and running it is an error of that step. */
  runs: boolean;
}

/** The name of the contract that an operation in the tree refers to. */
export function contractName(op: Op): string {
  switch (op.op) {
    case 'LOAD':
      return `LOAD_${op.format}`;
    case 'UNKNOWN':
      return op.name.toUpperCase();
    default:
      return op.op;
  }
}
