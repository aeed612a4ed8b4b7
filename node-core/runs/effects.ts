/**
 * Effects of runs, each once.
 *
 * Calls of programs with effects, in a durable run. What a call has changed is marked where it is changed: changes of models, all of
 * them together, in the models' file; entries, each by itself, in the project's; a blob is known by its
 * content. When the call has ended, what it gave is
 * kept for the run. So a call that has ended does not happen again, and one that was under way when the node ended is called again
 * and finds done what it had done. A request over http may be sent twice; it carries the same idempotency key both times.
 */
import type { Value } from '../flow/values/value.ts';
import type { Project, Transaction } from '../projects/project.ts';
import type { CallOnce } from '../vvm/calls.ts';
import type { RunStore } from './records.ts';
import type { RunSpec } from './spec.ts';

/** Where markers are. */
export interface EffectStores {
  /** For writing, on the connection of a transaction. */
  storeOf(tx: Transaction): RunStore;
  /** For reading. */
  storeFor(project: Project): RunStore;
}

/** Makes a change once: its marker is in the same transaction, and a marker that is there answers for the change. */
export function once<T>(
  node: Pick<EffectStores, 'storeOf'>,
  project: Project,
  spec: RunSpec,
  path: string,
  n: number,
  change: (tx: Transaction) => T,
): Promise<T> {
  if (!spec.durable) return project.write(change);
  return project.write((tx) => {
    const store = node.storeOf(tx);
    const before = store.effect(spec.id, path, n);
    if (before !== undefined) return JSON.parse(before) as T;
    const result = change(tx);
    store.addEffect(spec.id, path, n, JSON.stringify(result ?? null));
    return result;
  });
}

/** Number of the marker that a call has ended; those of its changes count from 0. */
const ENDED = -1;

/** Marks in the models' file that one call takes away. */
const MOST_SETTLED = 100;

/** By project: calls whose marks in the models' file are not needed any more. Those that a crash forgets stay there. */
const settledOf = new WeakMap<Project, string[]>();

const WITHOUT_EFFECTS = new Set(['log', 'time', 'random', 'db.read', 'blob.read']);

/** Whether a program that declares this may change something. */
export const hasEffects = (capability: string): boolean => !WITHOUT_EFFECTS.has(capability.split(':', 1)[0]!);

export function callsOnce(node: EffectStores, project: Project, spec: RunSpec) {
  const settled = settledOf.get(project) ?? [];
  settledOf.set(project, settled);
  return {
    /** What the call at `path` gives, or gave before. */
    async call(path: string, make: (once: CallOnce) => Promise<Value>): Promise<Value> {
      const before = node.storeFor(project).effect(spec.id, path, ENDED);
      if (before !== undefined) return JSON.parse(before) as Value;
      const key = `${spec.id}/${path}`;
      const value = await make({
        key,
        settled: settled.splice(0, MOST_SETTLED),
        project: (what) => ({
          id: project.id,
          name: project.name,
          db: project.db,
          write: (change) => once(node, project, spec, `${path}#${what}`, 0, change),
        }),
      });
      const kept = await once(node, project, spec, path, ENDED, () => value);
      if (settled.length < 10 * MOST_SETTLED) settled.push(key);
      return kept;
    },
  };
}
