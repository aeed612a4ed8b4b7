/** What the checker finds out about a plan; the planner and the language service read it. Browser-safe. */
import type { Contract } from '../contracts/contract.ts';
import type { FunctionContract } from '../contracts/functions.ts';
import type { Diagnostic, Ident, Input, Op, Output, ParseResult, SourceRange, Step } from '../syntax/ast.ts';
import type { Column, FlowType } from '../types/type.ts';
import type { Environment, OperationInfo } from './environment.ts';
import type { PlanSchedule, StepAnnotations } from './graph.ts';
import type { ProgramFunction } from './programs.ts';
import type { SqlTable } from './sql-tables.ts';

interface SymbolBase {
  name: string;
  /** Node id in the graph. */
  id: string;
  nameRange: SourceRange;
  type: FlowType;
  /** How many places read it. */
  reads: number;
  /** What it reads, in order of first mention. */
  dependsOn: Set<PlanSymbol>;
}

export interface InputSymbol extends SymbolBase {
  kind: 'input';
  node: Input;
}

export interface StepSymbol extends SymbolBase {
  kind: 'step';
  node: Step;
  /** The step before it in the source, for TAKE without FROM. */
  before: StepSymbol | undefined;
  contract: Contract | undefined;
  annotations: StepAnnotations;
  state: 'new' | 'open' | 'done';
  /** Steps whose reading was cut because it closes a cycle (reported). */
  cut: Set<PlanSymbol>;
  /** An effect that must happen exactly once is somewhere in it. */
  effect: boolean;
}

export type PlanSymbol = InputSymbol | StepSymbol;

export interface OutputSymbol {
  node: Output;
  id: string;
  label: string;
  type: FlowType;
  dependsOn: Set<PlanSymbol>;
}

/** The variable of a FOR EACH. */
export interface Variable {
  name: string;
  range: SourceRange;
  type: FlowType;
}

/** What a word in the source stands for. */
export type Target =
  | { kind: 'symbol'; symbol: PlanSymbol; declares: boolean }
  | { kind: 'variable'; variable: Variable; declares: boolean }
  | { kind: 'column'; column: Column; declares: boolean }
  | { kind: 'field'; name: string }
  | { kind: 'function'; contract: FunctionContract }
  | { kind: 'table'; name: string; columns: readonly Column[] | undefined }
  | { kind: 'operation'; name: string; operation: OperationInfo | undefined }
  /** A function of a program. */
  | { kind: 'program'; program: string; func: ProgramFunction };

export interface Reference {
  range: SourceRange;
  target: Target;
  type: FlowType;
}

/** Where a column was made. */
export interface Origin {
  /** The step or input that made it. */
  symbol: PlanSymbol;
  range: SourceRange;
}

export interface Analysis {
  source: string;
  environment: Environment;
  parse: ParseResult;
  /** Of the parser and the checker, in source order. */
  diagnostics: Diagnostic[];
  /** What the annotations of the flow ask for, as far as they are right. */
  schedules: PlanSchedule[];
  symbols: PlanSymbol[];
  /** The first of each name. */
  byName: Map<string, PlanSymbol>;
  outputs: OutputSymbol[];
  /** Steps, each after everything that it reads; in source order as far as that allows. */
  order: StepSymbol[];
  references: Reference[];
  origins: WeakMap<Column, Origin>;
  /** Tables of the project that a QUERY reads, as opposed to steps. */
  queryTables: Map<Op, SqlTable[]>;
}

/** Nothing but a name at a place. */
export type Place = Pick<Ident, 'name' | 'range'>;
