/** What is there of a step before it runs: its result of this run's earlier life, of the run that is repeated, or of any other. */
import { keptOf, whyMissed } from './base.ts';
import type { StepEnd } from './endings.ts';
import { cacheOf, identityOfResult, keyOf, programsOf } from './keys.ts';
import type { PreparedStep } from './prepare.ts';
import { decodeResult, isTable, type StepResult } from './results.ts';
import type { StepWhy } from './schema.ts';
import type { Work } from './work.ts';

/** A key of a result, and whether it is this run's alone. */
export interface Own {
  key: string;
  own: boolean;
}

export type Existing = ReturnType<typeof createExisting>;

export function createExisting(work: Work) {
  const { spec, services, records, results, identities } = work;
  const { steering } = spec;

  /** Whether the result is this run's alone and must not be found by others. */
  function ownResult(step: PreparedStep): boolean {
    const cache = cacheOf(step);
    return spec.forced.has(step.index) || cache === false || (impureOf(step) !== undefined && cache === undefined);
  }

  const impureOf = (step: PreparedStep): string | undefined => step.impure ?? spec.programs.get(step.index)?.impure;

  const ownKey = (step: PreparedStep, own: boolean): string =>
    keyOf(step, work.identitiesRead(step), own ? spec.id : undefined, programsOf(spec, step));

  const isSound = (key: string): boolean => services.engine().isSound(key);

  /** The stored result of a step when it may be used, else why not. */
  function reuse(step: PreparedStep, key: string): { end: StepEnd; why: StepWhy } | { why: StepWhy; because?: string } {
    const forcedFrom = spec.forced.get(step.index);
    if (forcedFrom !== undefined) return { why: { code: 'forced', step: forcedFrom } };
    if (!spec.durable) return { why: { code: 'first' } };
    const base = steering.keep ? spec.base() : undefined;
    const programs = programsOf(spec, step);
    const kept = base && keptOf(base, step, work.identitiesRead(step), programs, services.store, isSound);
    if (base && kept) {
      return {
        end: { step: step.index, ...kept, own: false, state: 'reused', fresh: false },
        why: { code: 'kept', run: base.row.id },
      };
    }
    const cache = cacheOf(step);
    if (cache === false) return { why: { code: 'nocache' } };
    const impure = impureOf(step);
    if (impure !== undefined && cache === undefined) return { why: { code: 'impure' }, because: impure };
    const row = services.store.result(key);
    if (!row)
      return { why: whyMissed(spec.base(), step, work.identitiesRead(step), programs, spec.source, spec.given) };
    if (cache !== undefined && Date.now() - row.created_at > cache) return { why: { code: 'expired' } };
    const result = decodeResult(row);
    if (isTable(result) && !isSound(result.key)) return { why: { code: 'damaged' } };
    return {
      end: { step: step.index, result, key, own: false, state: 'reused', fresh: false },
      why: { code: 'reused', ...(row.run === null ? {} : { run: row.run }) },
    };
  }

  /** The result that the run had before it went on, when it was made of what the step reads now. */
  function storedResult(step: PreparedStep, own: Own): { result: StepResult; key: string; yields: string } | undefined {
    const stored = spec.stored.get(step.index);
    if (stored === undefined || stored.identity?.edited) return undefined;
    if (stored.identity?.programs !== programsOf(spec, step)) return undefined;
    const read = stored.identity && work.identitiesRead(step);
    const same = read
      ? step.reads.every((one, position) => stored.identity!.inputs[one.name] === read[position])
      : stored.key === own.key;
    if (!same) return undefined;
    const row = services.store.result(stored.key);
    if (!row) return undefined;
    const result = decodeResult(row);
    if (isTable(result) && !isSound(result.key)) return undefined;
    return {
      result,
      key: stored.key,
      yields: stored.identity?.yields ?? identityOfResult(stored.key, own.own, result),
    };
  }

  /** Takes up the results that the run had before it went on, when all of these are there. */
  function comeBack(members: readonly { step: PreparedStep; own: Own }[]): boolean {
    if (spec.stored.size === 0) return false;
    const found = [];
    for (const { step, own } of members) {
      const one = storedResult(step, own);
      if (!one) return false;
      // What the next member of the group reads is known by this.
      identities[step.index] = one.yields;
      found.push(one);
    }
    for (const [position, { step }] of members.entries()) {
      const before = spec.stored.get(step.index)!;
      const { key, result } = found[position]!;
      Object.assign(records[step.index]!, before.record, { state: before.state, resultKey: key });
      results[step.index] = result;
      work.done += 1;
      work.stored += 1;
    }
    return true;
  }

  return { ownResult, ownKey, reuse, comeBack };
}
