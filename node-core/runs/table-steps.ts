/** Operations on tables: by themselves, and as sources of steps that run as one query. */
import { createHash } from 'node:crypto';
import { Problem, type SourceRange } from '../errors/problem.ts';
import { sqlTables } from '../flow/plan/sql-tables.ts';
import { evaluate, setField } from '../flow/values/evaluate.ts';
import { isReference } from '../flow/values/reference.ts';
import type { FileValue, RecordValue, ScopeValue, Value } from '../flow/values/value.ts';
import type { Expr, Op } from '../flow/syntax/ast.ts';
import type { AnyTable, RelationalGroup, TableSource } from '../tables/engine-types.ts';
import { sourcesOf } from './prepare.ts';
import { isFile, isLazy, isTable, type StepResult } from './results.ts';
import type { Lookup, Now, StepContext } from './step-context.ts';
import { after, value } from './values.ts';

/** A key of 64 hex digits for something that is made on the way to the step's result. */
function keyOf(context: StepContext, ...parts: string[]): string {
  return createHash('sha256')
    .update([context.key, context.path, ...parts].join('\n'))
    .digest('hex');
}

/** Turns what a source expression yields into what the engine reads. Records become a stored table first. */
export async function tableSource(
  result: StepResult,
  expr: Expr,
  position: number,
  op: Op,
  context: StepContext,
): Promise<TableSource> {
  if (isTable(result)) return { kind: 'table', table: result };
  if (isLazy(result)) return { kind: 'lazy', table: result };
  if (op.op === 'LOAD') {
    if (isFile(result)) {
      if (context.mayRead(result)) return { kind: 'file', file: result };
      throw notNamed(result.path ?? result.blob ?? 'a file', expr.range);
    }
    if (isReference(result) && (result as { kind: string }).kind === 'blob') {
      const blob = result as unknown as { id: string; name?: string };
      const file: FileValue = { kind: 'file', blob: blob.id, hash: blob.id, ...(blob.name ? { name: blob.name } : {}) };
      if (!context.mayRead(file)) throw notNamed(blob.id, expr.range);
      return { kind: 'file', file };
    }
    if (typeof result === 'string') {
      throw notNamed(result, expr.range);
    }
    throw mismatch(`LOAD reads a file, and this is ${describe(result)}.`, expr.range);
  }
  if (Array.isArray(result) && result.every(isPlainRecord)) {
    return {
      kind: 'table',
      table: await context.engine().fromRecords(result, keyOf(context, 'source', String(position))),
    };
  }
  if (isPlainRecord(result)) {
    return {
      kind: 'table',
      table: await context.engine().fromRecords([result], keyOf(context, 'source', String(position))),
    };
  }
  throw mismatch(
    `${op.op.replace('_AGG', '')} works on a table or a list of records, and this is ${describe(result)}.`,
    expr.range,
  );
}

function notNamed(what: string, range: SourceRange): Problem {
  return new Problem('file-not-named', `A flow does not open ${JSON.stringify(what)} by itself.`, {
    status: 403,
    range,
    hint: 'Declare it: INPUTS file name END INPUTS, then LOAD … FROM name, and give the file when you run the flow.',
  });
}

function isPlainRecord(item: unknown): item is RecordValue {
  return typeof item === 'object' && item !== null && !Array.isArray(item) && !isReference(item);
}

export function describe(result: StepResult): string {
  if (result === null) return 'none';
  if (Array.isArray(result)) return 'a list of other things';
  return typeof result === 'object'
    ? isReference(result)
      ? `a ${(result as FileValue).kind}`
      : 'a record'
    : `a ${typeof result}`;
}

export function mismatch(message: string, range: SourceRange): Problem {
  return new Problem('type-mismatch', message, { status: 422, range });
}

export async function relational(op: Op, context: StepContext): Promise<StepResult> {
  const exprs = op.op === 'LOAD' ? [op.from] : sourcesOf(op);
  const nodeId = context.path;
  const sources: TableSource[] = [];
  for (const [position, expr] of exprs.entries())
    sources.push(await tableSource(await value(expr, context), expr, position, op, context));
  const group: RelationalGroup = {
    steps: [{ nodeId, op, sources }],
    scope: scopeFor(op, context.lookup),
    now: context.now,
  };
  // A step that is no more than this operation has the key that it has in a shared query, so that what reads it is reused.
  const key = context.path.includes('/') ? keyOf(context, 'table') : context.key;
  const ended = await context.engine().run(group, { key, signal: context.signal, ...progress(context) });
  context.onUsage?.(ended);
  return ended.result;
}

function progress(context: StepContext): Pick<StepContext, 'onProgress'> {
  return context.onProgress ? { onProgress: context.onProgress } : {};
}

/** The values that the expressions of an operation may name, tables left out: those are its sources. */
export function scopeFor(
  part: unknown,
  lookup: Lookup,
  scope: Record<string, ScopeValue> = Object.create(null) as Record<string, ScopeValue>,
): Record<string, ScopeValue> {
  if (Array.isArray(part)) {
    for (const item of part) scopeFor(item, lookup, scope);
  } else if (typeof part === 'object' && part !== null) {
    const node = part as Record<string, unknown>;
    if (node['kind'] === 'name' && typeof node['name'] === 'string') {
      const found = lookup(node['name']);
      if (found !== undefined && !isTable(found) && !isLazy(found))
        setField(scope as RecordValue, node['name'], found as Value);
    }
    for (const [key, child] of Object.entries(node)) if (key !== 'range') scopeFor(child, lookup, scope);
  }
  return scope;
}

/** MAP on a table is the engine's; on a record or a list of records it is computed here. */
export function map(op: Extract<Op, { op: 'MAP' }>, context: StepContext): Now<StepResult> {
  if (op.using) throw notHere(op, `the function ${op.using.name} (MAP … USING)`);
  const to = op.to;
  if (!to)
    throw new Problem('broken-operation', 'This MAP does not say what to make.', { status: 422, range: op.range });
  return after(value(op.source, context), (source) => {
    const one = (record: RecordValue): StepResult =>
      evaluate(
        to,
        (name) =>
          Object.hasOwn(record, name)
            ? record[name]
            : ownName(op.source, name)
              ? record
              : (context.lookup(name) as ScopeValue),
        {
          now: context.now,
        },
      );
    if (Array.isArray(source) && source.every(isPlainRecord)) return source.map(one) as Value[];
    if (isPlainRecord(source) && !isLazy(source)) return one(source);
    if (isTable(source) || isLazy(source)) return relational(op, context);
    throw mismatch(
      `MAP works on a table, a record or a list of records, and this is ${describe(source)}.`,
      op.source.range,
    );
  });
}

function ownName(source: Expr, name: string): boolean {
  return source.kind === 'name' && source.name === name;
}

export function tableName(expr: Expr, context: StepContext): string {
  if (expr.kind === 'name') {
    const found = context.lookup(expr.name);
    return typeof found === 'string' ? found : expr.name;
  }
  const name = evaluate(expr, context.lookup as (name: string) => ScopeValue | undefined);
  if (typeof name !== 'string' || name === '') throw mismatch('The name of a table is a text.', expr.range);
  return name;
}

export async function query(op: Extract<Op, { op: 'QUERY' }>, context: StepContext): Promise<StepResult> {
  const sql = await value(op.sql, context);
  if (typeof sql !== 'string') throw mismatch('QUERY takes its SQL as text.', op.sql.range);
  const parameters = op.with ? ((await value(op.with, context)) as RecordValue) : {};
  const tables: Record<string, AnyTable> = {};
  const words = sqlTables(sql).map((table) => table.name);
  for (const word of words) {
    const found = context.lookup(word);
    if (isTable(found) || isLazy(found)) tables[word] = found;
    else if (Array.isArray(found) && found.length > 0 && found.every(isPlainRecord)) {
      tables[word] = await context.engine().fromRecords(found, keyOf(context, 'source', word));
    }
  }
  const lower = new Map(words.map((word) => [word.toLowerCase(), word]));
  for (const name of context.projectTables()) {
    const word = lower.get(name.toLowerCase());
    if (word !== undefined && tables[word] === undefined) tables[word] = await context.projectTable(name);
  }
  try {
    return await context
      .engine()
      .query(sql, tables, parameters, { key: keyOf(context, 'query'), signal: context.signal });
  } catch (error) {
    throw at(error, op.sql.range);
  }
}

/** The error with a place in the source, unless it has one. */
export function at(error: unknown, range: SourceRange): unknown {
  if (!(error instanceof Problem) || error.range) return error;
  return new Problem(error.code, error.message, {
    status: error.status,
    title: error.title,
    range,
    more: error.more,
    cause: error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  });
}

/** An operation that this node does not have. */
export function notHere(op: Op, name: string): Problem {
  return new Problem('operation-not-here', `This node does not have ${name}.`, {
    status: 501,
    range: op.wordRange,
    hint: 'Run the flow on a node that has it, or take the step out. The steps that do not need it have run.',
  });
}
