/** Does one job: loads the module, reads the arguments, calls, and says how it ended. */
import { Problem } from '../errors/problem.ts';
import { HOST_FUNCTIONS } from '../vasm/host.ts';
import type { Module } from '../vasm/module.ts';
import { Trap } from '../vasm/trap.ts';
import { typeName } from '../vasm/type.ts';
import { exportedIndex, type Host, Stop, type Value } from './engine.ts';
import { createInterpreter } from './interpret.ts';
import type { Ended, Job, ModuleName, Refused } from './job.ts';
import type { Load, Loaded } from './load.ts';
import { parseArguments, toOutside } from './values.ts';
import { createWasm } from './wasm/engine.ts';

/** Lines that one call may log, and units of all of them. */
const MOST_LINES = 10_000;
const MOST_LOGGED = 1 << 20;

/** @param onLoaded told when the module is there, before its function is called. */
export function runJob(job: Job, loadModule: Load, onLoaded: (module: Module) => void = () => {}): Ended {
  try {
    const loaded = loadModule(job.module, job.name);
    const { module } = loaded.verified;
    onLoaded(module);
    const name: ModuleName = { id: loaded.id, name: module.name, version: module.version };
    const { result } = module.functions[exportedIndex(module, job.func)]!;
    const args = parseArguments(module, job.func, job.args);
    const host = grantingOnly(job.grants);
    const fuel = BigInt(Math.min(job.fuel, module.budget.fuel ?? Infinity));
    const limits = { fuel, depth: job.depth };
    const engine =
      job.engine === 'wasm'
        ? createWasm(loaded.wasm(), host, limits)
        : createInterpreter(loaded.verified, host, limits);
    const begun = performance.now();
    try {
      const { value, fuelUsed } = engine.call(job.func, args);
      const ms = performance.now() - begun;
      return {
        kind: 'finished',
        finished: {
          module: name,
          value: toOutside(module, result, value),
          type: typeName(result),
          fuelUsed: Number(fuelUsed),
          ms,
          log: host.lines,
        },
      };
    } catch (error) {
      if (!(error instanceof Trap)) throw error;
      const { func, at } = error.place;
      const refused: Refused | undefined =
        error.code === 'refused' && host.refused !== undefined
          ? { module: name, func, at, capability: host.refused }
          : undefined;
      return {
        kind: 'failed',
        problem: trapProblem(error, loaded, name, host.lines, refused).toJSON(),
        ...(refused === undefined ? {} : { refused }),
      };
    }
  } catch (error) {
    if (error instanceof Problem) return { kind: 'failed', problem: error.toJSON() };
    return { kind: 'broken', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** A host that answers what was granted, and nothing else. */
function grantingOnly(grants: readonly string[]): Host & { lines: string[]; refused?: string } {
  const granted = new Set(grants);
  let logged = 0;
  const host: Host & { lines: string[]; refused?: string } = {
    lines: [],
    call(name: string, args: Value[]): Value {
      const capability = HOST_FUNCTIONS.get(name)?.capability;
      if (capability === undefined || !granted.has(capability)) {
        host.refused = capability ?? name;
        throw new Stop('refused', `The module asks for ${host.refused}, which it was not granted.`);
      }
      switch (name) {
        case 'log': {
          const line = args[0] as string;
          logged += line.length;
          if (host.lines.length >= MOST_LINES || logged > MOST_LOGGED)
            throw new Stop('memory', 'It logs more than is kept of one call.');
          host.lines.push(line);
          return null;
        }
        default:
          throw new Error(`The host function ${name} has no code.`);
      }
    },
  };
  return host;
}

const HINTS: Partial<Record<Trap['code'], string>> = {
  fuel: 'Allow it more fuel, unless there is a loop in it that does not end.',
  depth: 'Look for a function that calls itself without an end.',
  memory: 'Keep less in one value.',
};

/** The trap as a sentence with its place, for people; for programs in `more`. */
function trapProblem(trap: Trap, loaded: Loaded, module: ModuleName, log: string[], refused?: Refused): Problem {
  const { func, at, range } = trap.place;
  const line = loaded.lineOf(func, at);
  const source = loaded.verified.module.debug?.source;
  // Who wrote a program knows its lines and not its instructions.
  const places =
    loaded.program !== undefined && line !== undefined
      ? [func, `line ${line}${source === undefined ? '' : ` of ${source}`}`]
      : [
          `${func}, instruction ${at}`,
          ...(line === undefined ? [] : [`line ${line}`]),
          ...(range === undefined ? [] : [`${source ?? 'source'} from ${range.start} to ${range.end}`]),
        ];
  const hint = refused === undefined ? HINTS[trap.code] : `Who trusts it can grant that: --grant ${refused.capability}`;
  return new Problem('vvm-trap', `${trap.message} (${places.join(', ')})`, {
    status: 422,
    ...(hint === undefined ? {} : { hint }),
    ...(range === undefined ? {} : { range }),
    more: {
      trap: trap.code,
      func,
      at,
      ...(line === undefined ? {} : { line }),
      ...(source === undefined ? {} : { source }),
      fuelUsed: Number(trap.fuelUsed),
      module,
      log,
    },
  });
}
