/** The host of one call of a module: it answers what was declared and granted, within the limits of one call, and nothing else. */
import type { GrantedName } from '../../vasm/granted.ts';
import { hostFunction } from '../../vasm/host.ts';
import type { Module } from '../../vasm/module.ts';
import type { Type } from '../../vasm/type.ts';
import { type Host, Stop, type Value } from '../engine.ts';
import type { ModuleName } from '../job.ts';
import type { Answer, ProjectPlace } from './answer.ts';
import { ANSWERS } from './answers.ts';
import type { Asked } from './ask.ts';
import { coveredBy } from './capability.ts';
import { LogLines } from './log.ts';
import { weigh } from './weigh.ts';

/** What one call may ask of its host; past that is the trap `host-calls`. */
export const HOST_LIMITS = {
  calls: 1_000_000,
  /** Of them, those that the node's main thread answers. */
  asked: 20_000,
  /** Arguments and answers together. */
  bytes: 64 << 20,
} as const;

export interface JobHost extends Host {
  readonly log: readonly string[];
  /** The capability that the module was refused. */
  readonly refused: string | undefined;
  /**
   * To be called once, when the call has ended.
   * @param ok with a value
   * @throws Problem when what was to be kept could not be
   */
  end(ok: boolean): void;
}

export interface JobHostOptions {
  module: Module;
  name: ModuleName;
  /** Capabilities; each covers its scopes. */
  grants: readonly string[];
  ask: (asked: Asked) => unknown;
  project?: ProjectPlace;
  limits?: { calls: number; asked: number; bytes: number };
}

export function createJobHost(options: JobHostOptions): JobHost {
  const { module, grants, limits = HOST_LIMITS } = options;
  const log = new LogLines();
  let [calls, asked, bytes] = [0, 0, 0];
  let refused: string | undefined;
  const endings: ((ok: boolean) => void)[] = [];

  const need = (capability: string): void => {
    if (!coveredBy(module.capabilities, capability)) {
      refused = capability;
      throw new Stop('refused', `The module asks for ${capability}, which it does not declare.`);
    }
    if (!coveredBy(grants, capability)) {
      refused = capability;
      throw new Stop('refused', `The module asks for ${capability}, which it was not granted.`);
    }
  };
  const carry = (values: readonly unknown[]): void => {
    for (const value of values) bytes += weigh(value, limits.bytes);
    if (bytes > limits.bytes)
      throw new Stop('host-calls', `It exchanges more than ${limits.bytes >> 20} MB with the host.`);
  };

  const onEnd = (ended: (ok: boolean) => void): void => void endings.push(ended);

  return {
    get log() {
      return log.lines;
    },
    get refused() {
      return refused;
    },
    call(name: string, args: Value[], types: readonly Type[]): Value {
      if (++calls > limits.calls) throw new Stop('host-calls', `It calls the host more than ${limits.calls} times.`);
      const { capability } = hostFunction(name)!;
      const answer: Answer = ANSWERS[name.split(':', 1)[0] as GrantedName];
      const { project } = options;
      const call = { name, types, module, ...(project === undefined ? {} : { project }) };
      carry(args);
      need(answer.scope === undefined ? capability! : `${capability}:${answer.scope(args, call)}`);
      const ask = (given: Value[]): Value => {
        if (++asked > limits.asked) throw new Stop('host-calls', `It asks the node more than ${limits.asked} times.`);
        return options.ask({ kind: 'host', name, args: given, module: options.name }) as Value;
      };
      const value = answer.thread === undefined ? ask(args) : answer.thread(args, { ...call, log, need, ask, onEnd });
      carry([value]);
      return value;
    },
    end(ok) {
      for (const ended of endings.splice(0)) ended(ok);
    },
  };
}
