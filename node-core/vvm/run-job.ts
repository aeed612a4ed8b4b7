/** Does one job: reads the arguments, calls, and says how it ended. */
import { jobModels, markedCall } from '../models/job-models.ts';
import { Problem } from '../errors/problem.ts';
import { type Decisions, undecided } from '../vasm/capability.ts';
import { capabilitiesOf } from '../vasm/reach.ts';
import { Trap } from '../vasm/trap.ts';
import { typeName } from '../vasm/type.ts';
import { exportedIndex } from './engine.ts';
import type { Asked } from './host/ask.ts';
import { equip, type Shared } from './equip.ts';
import type { HostRefusal, JobHost } from './host/job-host.ts';
import type { Stepping } from './interpret.ts';
import type { Ended, Job, ModuleName, Refused } from './job.ts';
import type { Loaded } from './load.ts';
import type { openOwnTables } from './own-tables.ts';
import { undecidedProblem } from './undecided.ts';
import { parseArguments, toOutside } from './values.ts';
import type { TaskOffer } from './tasks.ts';
import { calledFrom, placesOf, writtenIn } from './trap-places.ts';
import type { WasmProgram } from './wasm/engine.ts';

type OpenTables = typeof openOwnTables;

export interface Surroundings {
  /** Asks the node, and waits. */
  ask: (asked: Asked) => unknown;
  /** Told what it logs, while it runs. */
  onLog?: (lines: string[]) => void;
  /** Told at the end of what it was refused and caught. */
  onRefused?: (refusal: HostRefusal) => void;
  /** Gives a task of the call to another thread; false when none is free. */
  offer?: (task: TaskOffer, shared: Shared) => boolean;
  /** Whoever looks between instructions; the call then runs in the interpreter. */
  stepping?: (loaded: Loaded, host: JobHost) => Stepping;
  /** Of a job with tables of its own. */
  ownTables?: OpenTables;
}

/** @param loaded what the job's module is. */
export function runJob(
  job: Job,
  loaded: Loaded,
  { ask, onLog, onRefused, offer, stepping, ownTables }: Surroundings,
): Ended {
  let tables: ReturnType<OpenTables> | undefined;
  try {
    if (job.tables !== undefined) tables = ownTables!(job.tables, loaded.module);
    const { module } = loaded;
    const name: ModuleName = { id: loaded.id, name: module.name, version: module.version };
    const func = exportedIndex(module, job.func);
    const { result } = module.functions[func]!;
    const args = parseArguments(module, job.func, job.args);
    const needed = capabilitiesOf(module, func);
    const { once } = job;
    const before =
      once !== undefined && job.project !== undefined && needed.some((one) => one.startsWith('db.write'))
        ? markedCall(job.project.file, once.key)
        : undefined;
    if (before !== undefined)
      return {
        kind: 'finished',
        finished: {
          module: name,
          value: before.value,
          type: typeName(result),
          fuelUsed: 0,
          ms: 0,
          log: [],
          engine: 'interpreter',
        },
      };
    let given: unknown;
    const decisions = decisionsFor(job, name, needed, ask);
    const program = job.engine === 'wasm' && stepping === undefined ? compiled(loaded) : undefined;
    const shared: Shared = { name, ...decisions, decided: job.grants === 'decided', depth: job.depth };
    const fuel = BigInt(Math.min(job.fuel, module.budget.fuel ?? Infinity));
    const { host, engine, close } = equip(
      {
        ...shared,
        loaded,
        program,
        ask,
        onLog,
        stepping,
        project: job.project && {
          ...job.project,
          models:
            tables?.place ??
            jobModels(job.project.file, module, () => loaded.models, once && { ...once, value: () => given }),
        },
        // The tables of a test are this thread's alone.
        offer: offer && stepping === undefined && tables === undefined ? (task) => offer(task, shared) : undefined,
      },
      { level: 0, fuel },
    );
    const begun = performance.now();
    try {
      const { value, fuelUsed } = engine.call(job.func, args);
      const ms = performance.now() - begun;
      given = toOutside(module, result, value);
      host.end(true);
      for (const refusal of host.refusals) onRefused?.(refusal);
      return {
        kind: 'finished',
        finished: {
          module: name,
          value: given,
          type: typeName(result),
          fuelUsed: Number(fuelUsed),
          ms,
          log: [...host.log],
          engine: program === undefined ? 'interpreter' : 'wasm',
        },
      };
    } catch (error) {
      host.end(false);
      if (!(error instanceof Trap)) throw error;
      const { place } = error;
      const refused: Refused | undefined =
        error.code === 'refused' && host.refused !== undefined
          ? { module: name, func: place.func, at: place.at, ...host.refused }
          : undefined;
      for (const refusal of host.refusals) if (refusal.capability !== refused?.capability) onRefused?.(refusal);
      return {
        kind: 'failed',
        problem: trapProblem(error, loaded, name, host.log, refused).toJSON(),
        ...(refused === undefined ? {} : { refused }),
      };
    } finally {
      close();
    }
  } catch (error) {
    return endedBy(error);
  } finally {
    tables?.close();
  }
}

/** The end of a job by something that is no trap. */
export function endedBy(error: unknown): Ended {
  if (error instanceof Problem) return { kind: 'failed', problem: error.toJSON() };
  return { kind: 'broken', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/** Undefined of what V8 does not take: the interpreter runs it with the same meaning. */
export function compiled(loaded: Loaded): WasmProgram | undefined {
  try {
    return loaded.wasm();
  } catch (error) {
    if (error instanceof Problem && (error.code === 'vvm-too-large' || error.code === 'vvm-too-many-types'))
      return undefined;
    throw error;
  }
}

/** @param wanted what the call may need. @throws Problem `vvm-undecided` */
function decisionsFor(job: Job, name: ModuleName, wanted: readonly string[], ask: Surroundings['ask']): Decisions {
  if (job.grants !== 'decided') return { granted: job.grants, denied: [] };
  if (wanted.length === 0) return { granted: [], denied: [] };
  const decisions = ask({ kind: 'decisions', module: name }) as Decisions;
  const open = undecided(wanted, decisions);
  if (open.length > 0) throw undecidedProblem(name, open, decisions);
  return decisions;
}

const HINTS: Partial<Record<Trap['code'], string>> = {
  fuel: 'Allow it more fuel, unless there is a loop in it that does not end.',
  depth: 'Look for a function that calls itself without an end.',
  memory: 'Keep less in one value.',
  'host-calls': 'Do it in several calls, or look for a loop that does not end.',
};

/** The trap as a sentence with its place, for people; for programs in `more`. */
function trapProblem(
  trap: Trap,
  loaded: Loaded,
  module: ModuleName,
  log: readonly string[],
  refused?: Refused,
): Problem {
  const [{ func, at, range, line, column }, ...callers] = placesOf(trap, loaded);
  const source = loaded.module.debug?.source;
  const { program } = loaded;
  // Who wrote a program knows its lines and not its instructions.
  const places =
    program !== undefined && line !== undefined
      ? [writtenIn(func), `line ${line}, column ${column}${source === undefined ? '' : ` of ${source}`}`]
      : [
          `${func}, instruction ${at}`,
          ...(line === undefined ? [] : [`line ${line}`]),
          ...(range === undefined ? [] : [`${source ?? 'source'} from ${range.start} to ${range.end}`]),
        ];
  const from = calledFrom(callers);
  if (from !== '') places.push(from);
  const hint = refused === undefined ? HINTS[trap.code] : `Who trusts it can grant that: --grant ${refused.capability}`;
  return new Problem('vvm-trap', `${trap.message} (${places.join(', ')})`, {
    status: 422,
    ...(hint === undefined ? {} : { hint }),
    ...(range === undefined ? {} : { range }),
    more: {
      trap: trap.code,
      // Without the place.
      said: trap.message,
      ...(trap.status === undefined ? {} : { httpStatus: trap.status }),
      func,
      at,
      ...(line === undefined ? {} : { line }),
      ...(column === undefined ? {} : { column }),
      ...(source === undefined ? {} : { source }),
      callers,
      fuelUsed: Number(trap.fuelUsed),
      module,
      log,
      ...(refused === undefined ? {} : { capability: refused.capability, undecided: refused.undecided }),
    },
  });
}
