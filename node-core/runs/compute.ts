/** Computing steps: one by itself with its @timeout and @retry, or neighbours as one query. */
import { statSync } from 'node:fs';
import { Problem } from '../errors/problem.ts';
import type { StepNode } from '../flow/plan/graph.ts';
import type { Op } from '../flow/syntax/ast.ts';
import { walkOps } from '../flow/syntax/walk.ts';
import type { ScopeValue } from '../flow/values/value.ts';
import type { GroupResult, RelationalStep, TableSource } from '../tables/engine-types.ts';
import { attempts } from './attempts.ts';
import { executeOp } from './execute.ts';
import type { StepContext } from './step-context.ts';
import { scopeFor, tableSource } from './table-steps.ts';
import { value } from './values.ts';
import { problemOf } from './failures.ts';
import { fileState } from './inputs.ts';
import { type PreparedStep, sourcesOf } from './prepare.ts';
import { isFile, isLazy, isTable, type StepResult } from './results.ts';
import type { StepRecord, Usage } from './schema.ts';
import type { Work } from './work.ts';

/** Runs the operation of a step. Answers at once where nothing has to be waited for. */
export function computeStep(work: Work, step: PreparedStep, key: string): StepResult | Promise<StepResult> {
  const { node } = step;
  const { signal, services } = work;
  const record = work.records[step.index]!;
  if (node.kind === 'output') return value(node.value, work.context(step, key, signal));
  const once = (inner: AbortSignal) => compute(work, node, work.context(step, key, inner));
  if (node.annotations.timeout === undefined && node.annotations.retry === undefined) return once(signal);
  const again = (tried: number, error: unknown): void => {
    record.attempt = tried;
    services.events.add('step.attempt', {
      step: record.id,
      attempt: tried,
      level: 'warn',
      message: `Try ${tried - 1} failed: ${problemOf(error).detail}`,
    });
    services.changed(record);
  };
  return attempts(node.annotations, signal, again, once);
}

function compute(work: Work, node: StepNode, step: StepContext): StepResult | Promise<StepResult> {
  if (!node.relational) {
    const result = executeOp(node.op, step);
    if (!loads(node.op)) return result;
    // One branch of an IF may load, too.
    return Promise.resolve(result).then((found) => {
      checkFiles(work, node.op);
      return found;
    });
  }
  return inQuery(
    work,
    async () => {
      const result = await executeOp(node.op, step);
      checkFiles(work, node.op);
      return result;
    },
    step.signal,
  );
}

/** Runs work that keeps a core busy when its turn comes. */
async function inQuery<T>(work: Work, what: () => Promise<T>, inner: AbortSignal): Promise<T> {
  const leave = await work.services.queryPlace(inner);
  try {
    return await what();
  } finally {
    leave();
  }
}

function loads(op: Op): boolean {
  let found = false;
  walkOps(op, (one) => (found ||= one.op === 'LOAD'));
  return found;
}

/** A file must still be what was hashed: else its rows would be kept under the key of others. */
function checkFiles(work: Work, op: Op): void {
  if (!loads(op)) return;
  for (const [path, before] of work.fileStates) {
    const now = fileState(path);
    if (now.size === before.size && now.modified === before.modified) continue;
    throw new Problem('file-changed', `${path} changed while it was read.`, {
      status: 409,
      range: op.range,
      hint: 'Start the run again when nobody writes to the file.',
    });
  }
}

/** Runs neighbours as one query; the last one's table is stored under `key`. */
export function computeGroup(work: Work, members: readonly number[], key: string): Promise<GroupResult> {
  return inQuery(work, () => runGroup(work, members, key), work.signal);
}

async function runGroup(work: Work, members: readonly number[], key: string): Promise<GroupResult> {
  const { spec, services, records, signal } = work;
  const { plan } = spec;
  const inside = new Set(members);
  const group: RelationalStep[] = [];
  let scope: Record<string, ScopeValue> = Object.create(null) as Record<string, ScopeValue>;
  for (const member of members) {
    const step = plan.steps[member]!;
    const { op, id } = step.node as StepNode;
    const inner = work.context(step, key, signal);
    const sources: TableSource[] = [];
    for (const [position, expr] of (op.op === 'LOAD' ? [op.from] : sourcesOf(op)).entries()) {
      const source = expr.kind === 'name' ? plan.sources.get(expr.name) : undefined;
      if (source !== undefined && 'step' in source && inside.has(source.step))
        sources.push({ kind: 'step', step: records[source.step]!.id });
      else sources.push(await tableSource(await value(expr, inner), expr, position, op, inner));
    }
    group.push({ nodeId: id, op, sources });
    scope = scopeFor(op, inner.lookup, scope);
  }
  const result = await services.engine().run(
    { steps: group, scope, now: spec.createdAt },
    {
      key,
      signal,
      onProgress: ({ rows }) => {
        const record = records[members.at(-1)!]!;
        record.rows = rows;
        services.changed(record);
      },
    },
  );
  for (const step of group) checkFiles(work, step.op);
  return result;
}

/** Rows and bytes that steps which ran together have read from outside of their query. */
export function readBy(work: Work, members: readonly number[]): Pick<Usage, 'rowsRead' | 'bytesRead'> {
  const inside = new Set(members);
  let rows = 0;
  let bytes = 0;
  let found = false;
  const tables = new Set<string>();
  for (const member of members) {
    const step = work.spec.plan.steps[member]!;
    for (const read of step.reads) {
      if ('step' in read.from && inside.has(read.from.step)) continue;
      const given = work.valueRead(step, read.from);
      if (isFile(given)) {
        bytes +=
          given.blob === undefined ? (work.fileStates.get(given.path ?? '')?.size ?? 0) : sizeOf(work, given.blob);
        found = true;
      } else if (isTable(given) || isLazy(given)) {
        if (given.rows > 0) rows += given.rows;
        if (isTable(given)) tables.add(given.key);
        found = true;
      } else if (Array.isArray(given)) {
        rows += given.length;
        found = true;
      }
    }
  }
  for (const key of tables) {
    try {
      bytes += statSync(work.services.engine().tablePath(key)).size;
    } catch {
      // A table that is gone has been read from nowhere; its reader says so.
    }
  }
  return found ? { ...(rows > 0 ? { rowsRead: rows } : {}), ...(bytes > 0 ? { bytesRead: bytes } : {}) } : {};
}

function sizeOf(work: Work, blob: string): number {
  try {
    return statSync(work.services.blobPath(blob)).size;
  } catch {
    // Its reader says so.
    return 0;
  }
}

/** The record with what its step has used, once it has run. */
export function noteUsage(record: StepRecord, usage: Usage): void {
  const all = { ...record.usage, ...usage };
  if (Object.keys(all).length > 0) record.usage = all;
}
