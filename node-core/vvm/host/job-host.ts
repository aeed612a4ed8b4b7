/** The host of one call of a module: it answers what was declared and granted, within the limits of one call, and nothing else. */
import type { GrantedName } from '../../vasm/granted.ts';
import { hostFunction } from '../../vasm/host.ts';
import type { Module } from '../../vasm/module.ts';
import type { Type } from '../../vasm/type.ts';
import { type Host, Stop, type Tasks, type Value } from '../engine.ts';
import type { ModuleName } from '../job.ts';
import type { Answer, ProjectPlace } from './answer.ts';
import { ANSWERS } from './answers.ts';
import type { Asked } from './ask.ts';
import { coveredBy, decisionOn, rightOf } from '../../vasm/capability.ts';
import { LogLines } from './log.ts';
import { weigh } from './weigh.ts';

/** What one call may ask of its host; past that is the trap `host-calls`. */
export const HOST_LIMITS = {
  calls: 250_000,
  /** Of them, those that the node's main thread answers. */
  asked: 20_000,
  /** Arguments and answers together. */
  bytes: 64 << 20,
} as const;

export interface JobHost extends Host {
  readonly log: readonly string[];
  /** What the module was refused, and whether that is because nobody has decided about it. */
  readonly refused: HostRefusal | undefined;
  /** Everything that it was refused, each once, also what it caught. */
  readonly refusals: readonly HostRefusal[];
  /**
   * To be called once, when the call has ended.
   * @param ok with a value
   * @throws Problem when what was to be kept could not be
   */
  end(ok: boolean): void;
  /** What this call has asked of its host. */
  readonly spent: HostSpent;
  /** Counts what a task asked, said and was refused as of this call. @throws Stop `host-calls` */
  absorb(task: Pick<JobHost, 'log' | 'refusals' | 'spent'>): void;
  readonly onEnd: (ended: (ok: boolean) => void) => void;
}

export interface HostRefusal {
  capability: string;
  /** Whether that is because nobody has decided about it. */
  undecided: boolean;
}

/** Refusals of one call that are told; who asks for more than that is told enough. */
const MOST_REFUSALS = 20;

export interface HostSpent {
  calls: number;
  asked: number;
  bytes: number;
}

export interface JobHostOptions {
  module: Module;
  name: ModuleName;
  /** Capabilities; one without a scope holds for all of its scopes. */
  grants: readonly string[];
  /** What is never to be used, though `grants` may hold it for all scopes. */
  denied?: readonly string[];
  /** Whether what is in neither of the two was never decided about, and not left out by whoever called. */
  decided?: boolean;
  ask: (asked: Asked) => unknown;
  /** Told of lines now and then, and at the end. */
  onLog?: (lines: string[]) => void;
  project?: ProjectPlace;
  tasks?: Tasks;
  /** Of the host of a task that runs where its call does: what ends with the call ends with that. */
  onEnd?: (ended: (ok: boolean) => void) => void;
  limits?: { calls: number; asked: number; bytes: number };
}

export function createJobHost(options: JobHostOptions): JobHost {
  const { module, grants, denied = [], limits = HOST_LIMITS } = options;
  const log = new LogLines(options.onLog);
  const spent: HostSpent = { calls: 0, asked: 0, bytes: 0 };
  let refused: JobHost['refused'];
  const endings: ((ok: boolean) => void)[] = [];

  const refusals: HostRefusal[] = [];
  const keepRefused = (refusal: HostRefusal): void => {
    refused = refusal;
    if (refusals.length < MOST_REFUSALS && !refusals.some((one) => one.capability === refusal.capability))
      refusals.push(refusal);
  };
  const refuse = (capability: string, why: string, undecided: boolean): Stop => {
    keepRefused({ capability, undecided });
    return new Stop('refused', `The program "${options.name.name}" asks for ${capability}, ${why}.`);
  };
  const need = (capability: string): void => {
    if (!coveredBy(module.capabilities, capability)) throw refuse(capability, 'which it does not declare', false);
    const decision = decisionOn(capability, { granted: grants, denied });
    if (decision === 'denied') throw refuse(capability, 'which it is never to have', false);
    if (decision === undefined) throw refuse(capability, 'which it was not granted', options.decided === true);
  };
  const needNamed = (capability: string): void => {
    need(capability);
    if (!grants.includes(capability))
      throw refuse(capability, `which was not granted by itself: ${rightOf(capability)} alone is not enough`, true);
  };
  const carry = (values: readonly unknown[]): void => {
    for (const value of values) spent.bytes += weigh(value, limits.bytes);
    if (spent.bytes > limits.bytes)
      throw new Stop('host-calls', `It exchanges more than ${limits.bytes >> 20} MB with the host.`);
  };

  const onEnd = options.onEnd ?? ((ended: (ok: boolean) => void): void => void endings.push(ended));

  return {
    get log() {
      return log.lines;
    },
    get refused() {
      return refused;
    },
    call(name: string, args: Value[], types: readonly Type[]): Value {
      if (++spent.calls > limits.calls)
        throw new Stop('host-calls', `It calls the host more than ${limits.calls} times.`);
      const { capability } = hostFunction(name)!;
      const answer: Answer = ANSWERS[name.split(':', 1)[0] as GrantedName];
      const { project } = options;
      const call = { name, types, module, ...(project === undefined ? {} : { project }) };
      carry(args);
      const needed = answer.scope === undefined ? capability! : `${capability}:${answer.scope(args, call)}`;
      need(needed);
      const ask = (given: Value[]): Value => {
        if (++spent.asked > limits.asked)
          throw new Stop('host-calls', `It asks the node more than ${limits.asked} times.`);
        try {
          return options.ask({ kind: 'host', name, args: given, module: options.name }) as Value;
        } catch (error) {
          if (error instanceof Stop && error.code === 'refused') keepRefused({ capability: needed, undecided: false });
          throw error;
        }
      };
      const value =
        answer.thread === undefined ? ask(args) : answer.thread(args, { ...call, log, need, needNamed, ask, onEnd });
      carry([value]);
      return value;
    },
    refusals,
    tasks: options.tasks,
    spent,
    onEnd,
    absorb(task) {
      for (const refusal of task.refusals) keepRefused(refusal);
      for (const line of task.log) log.add(line);
      for (const what of ['calls', 'asked', 'bytes'] as const) {
        spent[what] += task.spent[what];
        if (spent[what] > limits[what])
          throw new Stop('host-calls', 'Its tasks ask the host for more than one call may.');
      }
    },
    end(ok) {
      log.tell();
      for (const ended of endings.splice(0)) ended(ok);
    },
  };
}
