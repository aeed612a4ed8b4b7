/** What the node and a thread of the VVM tell each other. */
import type { Shared } from './equip.ts';
import type { HostRefusal } from './host/job-host.ts';
import type { TaskOffer } from './tasks.ts';
import type { ProblemDocument } from '../errors/problem.ts';
import type { SharedProgram } from './shared.ts';
import type { ModelShape } from '../models/shape.ts';
import type { ProjectPlace } from './host/answer.ts';

/** `interpreter`: the reference, without a start. `wasm`: compiled, many times as fast. */
export type EngineName = 'interpreter' | 'wasm';

/** A FLOW program, compiled on the thread that runs it. */
export interface ProgramSource {
  program: string;
  /** What messages call it. */
  file?: string;
  /** Whether its tests can be called as well. */
  tests?: boolean;
}

/** VASM text, the bytes of the binary form, or a program. */
export type GivenModule = string | Uint8Array | ProgramSource;

/** One call of a function of a module. */
export interface Job {
  module: GivenModule;
  /** What a program, or a text without a `module` line, is called. */
  name?: string;
  func: string;
  /** As `parseArguments` takes them. */
  args: readonly unknown[];
  /** At most; the module's own budget may be less. */
  fuel: number;
  depth: number;
  engine: EngineName;
  /** The capabilities that it was granted; `decided`: those that somebody decided about. */
  grants: readonly string[] | 'decided';
  /** Where the module comes from, as the path of its file: versions of one module are told by it. */
  origin?: string;
  /** For host functions that read and write there themselves. */
  project?: ProjectPlace;
  /** Of a call that is to have happened once, whatever happens to the node. */
  once?: Once;
  /** Of a test: tables that are empty when it begins, and again when it has ended. */
  tables?: OwnTables;
}

/** A call whose changes to models are marked in their own transaction, with what it gave. */
export interface Once {
  key: string;
  /** Calls that are marked elsewhere by now: their marks are taken away with the next one. */
  settled: readonly string[];
}

export interface OwnTables {
  /** A file with the tables of these models, and nothing in them. */
  file: string;
  models: readonly ModelShape[];
}

/** A job as a thread is given it. */
export interface Order {
  job: Job;
  /** What stands for its module, see `keyOf`. */
  key: string;
  /** What the module was compiled to before, on another thread. */
  shared?: SharedProgram;
  /** Of another thread's call of this module: only this task of it is to be run. */
  task?: { offer: TaskOffer; shared: Shared };
}

export interface Finished {
  module: ModuleName;
  /** As `toOutside` gives it. */
  value: unknown;
  /** The result's type, as `List<Int>`. */
  type: string;
  fuelUsed: number;
  /** Milliseconds of the call itself, without loading the module. */
  ms: number;
  /** What it said with `log`. */
  log: string[];
  /** What ran it: `interpreter` also where the module could not be compiled. */
  engine: EngineName;
}

export interface ModuleName {
  /** SHA-256 of the binary form without its debug section. */
  id: string;
  name: string;
  version: string;
}

/** A thread's messages: that it has begun, then how it ended, which is one of the last three. */
export type Told =
  /** It is started and takes orders. */
  | { kind: 'ready' }
  | { kind: 'begun' }
  /** The module was loaded; its own budget of time, in milliseconds, is this. */
  | { kind: 'loaded'; module: ModuleName; time?: number }
  /** Lines that it logged, while it runs on. */
  | { kind: 'logged'; lines: string[] }
  /** It was not run: by its own budget it wants a thread with so much memory, in megabytes. */
  | { kind: 'elsewhere'; memory: number }
  /** It was refused this, and went on. */
  | { kind: 'refused'; refusal: HostRefusal }
  /** A task of the call, for whichever thread is free. */
  | { kind: 'offered'; task: TaskOffer; shared: Shared }
  /** The task that this thread was given has ended, or somebody else had begun it. */
  | { kind: 'task-ended' }
  /** What the module became here, for other threads; told after the end. */
  | { kind: 'compiled'; key: string; shared: SharedProgram }
  | { kind: 'finished'; finished: Finished }
  /** `refused`: the call asked for something that was not granted. */
  | { kind: 'failed'; problem: ProblemDocument; refused?: Refused }
  /** A defect of ours. */
  | { kind: 'broken'; message: string };

/** How a call ended. */
export type Ended = Extract<Told, { kind: 'finished' | 'failed' | 'broken' }>;

export interface Refused {
  module: ModuleName;
  func: string;
  at: number;
  capability: string;
  /** Whether nobody has decided about it yet. */
  undecided: boolean;
}
