/** A group of steps as relations, with the files and stored tables that it reads found and described. */
import { createHash } from 'node:crypto';
import type { DuckDBConnection } from '@duckdb/node-api';
import { canonicalJson } from '../canonical/canonical.ts';
import { Problem } from '../errors/problem.ts';
import { evaluate } from '../flow/values/evaluate.ts';
import type { FileValue, RecordValue, ScopeValue } from '../flow/values/value.ts';
import type { RelationalGroup, RelationalStep, TableEngine, TableEngineOptions } from './engine-types.ts';
import type { Relation } from './relation.ts';
import { stepRelation } from './relations.ts';
import { type RangedStep, engineProblem } from './run-errors.ts';
import { type LocatedFile, fileRelation, storedRelation } from './sources.ts';

/** What a group needs besides its relations. */
export interface Prepared {
  relations: Relation[];
  steps: RangedStep[];
  /** By path, the name for people. */
  files: Map<string, string>;
}

/** Where the engine of a project keeps and finds things. */
export interface Places extends Pick<TableEngine, 'tablePath' | 'fromRecords'>, Pick<TableEngineOptions, 'hashOf'> {
  fileOf(file: FileValue): LocatedFile;
}

function scopeOf(group: RelationalGroup): (name: string) => ScopeValue | undefined {
  return (name) => (Object.hasOwn(group.scope, name) ? group.scope[name] : undefined);
}

/** The relations of a group, of the lazy tables that it reads too, every one after those that it reads. */
export async function prepare(
  connection: DuckDBConnection,
  group: RelationalGroup,
  sample: number,
  places: Places,
): Promise<Prepared> {
  const relations: Relation[] = [];
  const steps: RangedStep[] = [];
  const files = new Map<string, string>();
  const add = <R extends Relation>(relation: R): R => (relations.push(relation), relation);
  const nextName = (): string => `t${relations.length}`;

  async function expand(inner: RelationalGroup): Promise<Relation> {
    const byId = new Map<string, Relation>();
    let last: Relation | undefined;
    for (const step of inner.steps) {
      if (inner === group) steps.push({ nodeId: step.nodeId, range: step.op.range });
      try {
        last = await expandStep(inner, step, byId);
      } catch (error) {
        throw withStep(engineProblem(error, { files }), step);
      }
      byId.set(step.nodeId, last);
    }
    if (last === undefined) throw new Problem('no-steps', 'There are no steps to run.', { status: 500 });
    return last;
  }

  async function expandStep(
    inner: RelationalGroup,
    step: RelationalStep,
    byId: Map<string, Relation>,
  ): Promise<Relation> {
    const sources: Relation[] = [];
    for (const source of step.sources) {
      switch (source.kind) {
        case 'step': {
          const found = byId.get(source.step);
          if (found === undefined)
            throw new Problem('no-source', `The step ${source.step} is not in the group.`, { status: 500 });
          sources.push(found);
          break;
        }
        case 'table':
          sources.push(
            add(await storedRelation(connection, nextName(), places.tablePath(source.table.key), source.table)),
          );
          break;
        case 'lazy':
          await requireSameFiles(source.table.group, places);
          sources.push(await expand(source.table.group));
          break;
        case 'records': {
          const key = createHash('sha256')
            .update(`records\n${canonicalJson(source.records)}`)
            .digest('hex');
          const table = await places.fromRecords(source.records, key);
          sources.push(add(await storedRelation(connection, nextName(), places.tablePath(table.key), table)));
          break;
        }
        case 'file': {
          if (step.op.op !== 'LOAD')
            throw new Problem('no-source', 'A file has to be loaded first.', {
              status: 422,
              hint: 'Use LOAD CSV, JSON, NDJSON or PARQUET.',
            });
          const given = step.op.options === undefined ? {} : evaluate(step.op.options, scopeOf(inner));
          sources.push(
            add(
              await fileRelation(
                connection,
                nextName(),
                places.fileOf(source.file),
                step.op.format,
                given as RecordValue,
                step.op.from.range,
                files,
                sample,
              ),
            ),
          );
        }
      }
    }
    const context = { name: nextName(), nodeId: step.nodeId, scope: scopeOf(inner), now: inner.now };
    return add(stepRelation(step.op, sources, context));
  }

  await expand(group);
  return { relations, steps, files };
}

/** The problem with the step that it belongs to, and its place in the source. */
export function withStep(problem: Problem, step: RelationalStep): Problem {
  if (problem.more.step === undefined) problem.more.step = step.nodeId;
  if (problem.range !== undefined) return problem;
  const more = new Problem(problem.code, problem.message, {
    status: problem.status,
    title: problem.title,
    range: step.op.wordRange,
    more: problem.more,
    cause: problem.cause,
    ...(problem.hint === undefined ? {} : { hint: problem.hint }),
  });
  return more;
}

/** The rows of a lazy table come from the files that its run has read, or not at all. */
export async function requireSameFiles(group: RelationalGroup, places: Places): Promise<void> {
  for (const step of group.steps) {
    for (const source of step.sources) {
      if (source.kind === 'lazy') await requireSameFiles(source.table.group, places);
      if (source.kind !== 'file' || source.file.hash === undefined || places.hashOf === undefined) continue;
      const { path, name } = places.fileOf(source.file);
      if ((await places.hashOf(path)) === source.file.hash) continue;
      throw new Problem('file-changed', `${name} is not what it was when the run read it.`, {
        status: 409,
        hint: 'The rows of this step were not kept: put the old file back to see them, or run the flow again.',
        more: { path, step: step.nodeId },
      });
    }
  }
}
