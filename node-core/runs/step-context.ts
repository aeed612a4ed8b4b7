/** What an operation of FLOW may use when its step runs. */
import type { SourceRange } from '../errors/problem.ts';
import type { FileValue, RecordValue, ScopeValue, TableValue, Value } from '../flow/values/value.ts';
import type { AnyTable, GroupResult, TableEngine } from '../tables/engine-types.ts';
import type { ProgramCall, ProgramRef } from './programs.ts';
import type { StepResult } from './results.ts';

/** The value of a name in a running plan; undefined when there is no such name. */
export type Lookup = (name: string) => StepResult | undefined;

/** What an operation may use of the run that it is part of. */
export interface StepContext extends StepHost {
  lookup: Lookup;
  /** Where in the run: `step:x`, `step:x/3` for the fourth turn of a FOR EACH. Effects are kept by it. */
  path: string;
  /** Result key of the step; tables made on the way get keys made of it. */
  key: string;
  /** What NOW() gives in this run. */
  now: string;
  signal: AbortSignal;
  engine(): TableEngine;
  onProgress?(progress: { fraction: number | undefined; rows: number }): void;
  /** Told what a query of the step has used. */
  onUsage?(usage: Pick<GroupResult, 'bytes' | 'cpuMs' | 'peakMemory'>): void;
}

/** What an operation may do outside of its run. Effects happen once for a `path`, however often the step is tried. */
export interface StepHost {
  /** Whether the person gave this file to the run, or the project has this blob. */
  mayRead(file: FileValue): boolean;
  storeTable(
    path: string,
    table: AnyTable,
    target: { name: string; mode: 'append' | 'replace' | 'upsert'; by: string[] },
    signal: AbortSignal,
  ): Promise<Value>;
  storeBlob(path: string, name: string, value: StepResult): Promise<StepResult>;
  /** A stored table of the project, as it is now. */
  projectTable(name: string): Promise<TableValue>;
  /** Names of the project's tables. */
  projectTables(): string[];
  callOperation(
    path: string,
    name: string,
    input: Record<string, unknown>,
    range: SourceRange,
    signal: AbortSignal,
  ): Promise<Value>;
  /** Calls a function of a program; see programs.ts. */
  callProgram(path: string, call: ProgramCall, range: SourceRange, signal: AbortSignal): Promise<Value>;
  /** The source of a program; see programs.ts. */
  programText(program: ProgramRef): Promise<{ name: string; text: string }>;
  callFlow(
    path: string,
    flow: string,
    inputs: Record<string, ScopeValue>,
    range: SourceRange,
    signal: AbortSignal,
  ): Promise<RecordValue>;
}

/** At once where nothing has to be waited for. */
export type Now<T> = T | Promise<T>;
