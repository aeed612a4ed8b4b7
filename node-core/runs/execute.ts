/** What one operation of FLOW does when its step runs. Steps that run as one query are put together in engine.ts. */
import { createHash } from 'node:crypto';
import { Problem, type SourceRange } from '../errors/problem.ts';
import { parseDuration } from '../flow/plan/annotations.ts';
import { sqlTables } from '../flow/plan/sql-tables.ts';
import { evaluate, setField } from '../flow/values/evaluate.ts';
import { isReference } from '../flow/values/reference.ts';
import { equal } from '../flow/values/semantics.ts';
import type { FileValue, RecordValue, ScopeValue, TableValue, Value } from '../flow/values/value.ts';
import type { Expr, Op, RecordExpr } from '../flow/syntax/ast.ts';
import type { AnyTable, GroupResult, RelationalGroup, TableEngine, TableSource } from '../tables/engine-types.ts';
import { sourcesOf } from './prepare.ts';
import { isFile, isLazy, isTable, type StepResult } from './results.ts';

/** The value of a name in a running plan; undefined when there is no such name. */
export type Lookup = (name: string) => StepResult | undefined;

/** What an operation may use of the run that it is part of. */
export interface StepContext extends StepHost {
  lookup: Lookup;
  /** Where in the run: `step:x`, `step:x/3` for the fourth turn of a FOR EACH. Effects are kept by it. */
  path: string;
  /** Result key of the step; tables made on the way get keys made of it. */
  key: string;
  /** What NOW() gives in this run. */
  now: string;
  signal: AbortSignal;
  engine(): TableEngine;
  onProgress?(progress: { fraction: number | undefined; rows: number }): void;
  /** Told what a query of the step has used. */
  onUsage?(usage: Pick<GroupResult, 'bytes' | 'cpuMs' | 'peakMemory'>): void;
}

/** What an operation may do outside of its run. Effects happen once for a `path`, however often the step is tried. */
export interface StepHost {
  /** Whether the person gave this file to the run, or the project has this blob. */
  mayRead(file: FileValue): boolean;
  storeTable(
    path: string,
    table: AnyTable,
    target: { name: string; mode: 'append' | 'replace' | 'upsert'; by: string[] },
    signal: AbortSignal,
  ): Promise<Value>;
  storeBlob(path: string, name: string, value: StepResult): Promise<StepResult>;
  /** A stored table of the project, as it is now. */
  projectTable(name: string): Promise<TableValue>;
  /** Names of the project's tables. */
  projectTables(): string[];
  callOperation(
    path: string,
    name: string,
    input: Record<string, unknown>,
    range: SourceRange,
    signal: AbortSignal,
  ): Promise<Value>;
  callFlow(
    path: string,
    flow: string,
    inputs: Record<string, ScopeValue>,
    range: SourceRange,
    signal: AbortSignal,
  ): Promise<RecordValue>;
}

type Now<T> = T | Promise<T>;

/** Runs the operation; answers at once where nothing has to be waited for. Throws a Problem with the range at fault. */
export function executeOp(op: Op, context: StepContext): Now<StepResult> {
  switch (op.op) {
    case 'TRANSFORM':
    case 'OUTPUT':
    case 'OUTPUT_JSON':
      return withExtra(op.with, context, (inner) => value(op.value, inner));
    case 'OUTPUT_TEXT':
      return withExtra(op.with, context, (inner) => then(value(op.value, inner, true), asText));
    case 'RETURN':
      return withExtra(op.with, context, (inner) => (op.value ? value(op.value, inner) : null));
    case 'ERROR':
      return withExtra(op.with, context, (inner) =>
        then(value(op.message, inner), (message) => {
          throw new Problem('flow-error', asText(message), {
            status: 422,
            range: op.range,
            hint: 'The flow ends here by its own ERROR step.',
          });
        }),
      );
    case 'IF':
      return then(value(op.condition, context), (holds) => {
        const chosen = holds === true ? op.then : op.else;
        return chosen ? executeOp(chosen, context) : null;
      });
    case 'SWITCH':
      return then(value(op.subject, context), (subject) => switchOn(op, subject as ScopeValue, context));
    case 'FOR_EACH':
      return forEach(op, context);
    case 'CALL_FLOW':
      return callFlow(op, context);
    case 'APX_EXEC':
      return callOperation(op, context);
    case 'STORE':
      return store(op, context);
    case 'QUERY':
      return query(op, context);
    case 'LOAD_TABLE':
      return context.projectTable(tableName(op.table, context));
    case 'LOAD':
    case 'FILTER':
    case 'SELECT':
    case 'GROUP_AGG':
    case 'JOIN':
    case 'UNION':
    case 'DISTINCT':
    case 'SORT':
    case 'TAKE':
      return relational(op, context);
    case 'MAP':
      return map(op, context);
    case 'UNKNOWN':
      if (op.name.toUpperCase() === 'WAIT') return wait(op, context);
      throw notHere(op, op.name);
    case 'BROKEN':
      throw new Problem('broken-operation', 'This operation could not be read.', { status: 422, range: op.range });
    default:
      throw notHere(op, op.op.replaceAll('_', ' '));
  }
}

function notHere(op: Op, name: string): Problem {
  return new Problem('operation-not-here', `This node does not have ${name}.`, {
    status: 501,
    range: op.wordRange,
    hint: 'Run the flow on a node that has it, or take the step out. The steps that do not need it have run.',
  });
}

/** `go(result)`, at once when the result is there. */
function then<A, B>(result: Now<A>, go: (result: A) => Now<B>): Now<B> {
  return result instanceof Promise ? result.then(go) : go(result);
}

// ---------------------------------------------------------------- expressions

/** Rows of a table that an expression may look into. */
const MOST_ROWS_IN_EXPRESSION = 100_000;

/**
 * The value of an expression. Where it looks into a table (`FIRST(t)`, a JSON text of it) and does not only hand it
 * on, the table's rows are fetched first. `deep`: also a table that is handed on.
 */
export function value(expr: Expr, context: StepContext, deep = false): Now<StepResult> {
  const into: string[] = [];
  collectTables(expr, context.lookup, !deep, into);
  if (into.length === 0)
    return evaluate(expr, context.lookup as (name: string) => ScopeValue | undefined, { now: context.now });
  return rowsOf(into, context).then((rows) =>
    evaluate(expr, (name) => rows.get(name) ?? (context.lookup(name) as ScopeValue | undefined), { now: context.now }),
  );
}

async function rowsOf(names: string[], context: StepContext): Promise<Map<string, Value[]>> {
  const rows = new Map<string, Value[]>();
  for (const name of names) {
    if (rows.has(name)) continue;
    rows.set(
      name,
      await context.engine().toRecords(context.lookup(name) as AnyTable, MOST_ROWS_IN_EXPRESSION, context.signal),
    );
  }
  return rows;
}

/** Names of tables that `expr` looks into. `handed`: a bare name here hands its table on as it is. */
function collectTables(expr: Expr, lookup: Lookup, handed: boolean, into: string[]): void {
  switch (expr.kind) {
    case 'name': {
      if (handed) return;
      const found = lookup(expr.name);
      if (isTable(found) || isLazy(found)) into.push(expr.name);
      return;
    }
    case 'member':
      return collectTables(
        expr.object,
        lookup,
        expr.property.name === 'output' || expr.property.name === 'result',
        into,
      );
    case 'index':
      collectTables(expr.object, lookup, false, into);
      return collectTables(expr.index, lookup, false, into);
    case 'call': {
      const name = expr.callee.kind === 'name' ? expr.callee.name.toUpperCase() : '';
      const handsOn = name === 'LEN' || name === 'COALESCE' || name === 'IF';
      for (const argument of expr.args) collectTables(argument, lookup, handsOn, into);
      return;
    }
    case 'unary':
      return collectTables(expr.operand, lookup, false, into);
    case 'binary':
      collectTables(expr.left, lookup, expr.operator === '||', into);
      return collectTables(expr.right, lookup, expr.operator === '||', into);
    case 'list':
      for (const item of expr.items) collectTables(item, lookup, handed, into);
      return;
    case 'record':
      for (const entry of expr.entries) collectTables(entry.value, lookup, handed, into);
      return;
    default:
  }
}

/** Runs `next` with what WITH names in sight. */
function withExtra<T>(
  extra: RecordExpr | undefined,
  context: StepContext,
  next: (context: StepContext) => Now<T>,
): Now<T> {
  if (!extra) return next(context);
  return then(value(extra, context), (record) => {
    const names = record as RecordValue;
    return next({ ...context, lookup: (name) => (Object.hasOwn(names, name) ? names[name] : context.lookup(name)) });
  });
}

function asText(result: StepResult): string {
  if (typeof result === 'string') return result;
  if (result === null) return '';
  return typeof result === 'object' ? JSON.stringify(result, null, 2) : String(result);
}

/** A key of 64 hex digits for something that is made on the way to the step's result. */
function keyOf(context: StepContext, ...parts: string[]): string {
  return createHash('sha256')
    .update([context.key, context.path, ...parts].join('\n'))
    .digest('hex');
}

// ---------------------------------------------------------------- tables

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

function describe(result: StepResult): string {
  if (result === null) return 'none';
  if (Array.isArray(result)) return 'a list of other things';
  return typeof result === 'object'
    ? isReference(result)
      ? `a ${(result as FileValue).kind}`
      : 'a record'
    : `a ${typeof result}`;
}

function mismatch(message: string, range: SourceRange): Problem {
  return new Problem('type-mismatch', message, { status: 422, range });
}

async function relational(op: Op, context: StepContext): Promise<StepResult> {
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
function map(op: Extract<Op, { op: 'MAP' }>, context: StepContext): Now<StepResult> {
  if (op.using) throw notHere(op, `the function ${op.using.name} (MAP … USING)`);
  const to = op.to;
  if (!to)
    throw new Problem('broken-operation', 'This MAP does not say what to make.', { status: 422, range: op.range });
  return then(value(op.source, context), (source) => {
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

function tableName(expr: Expr, context: StepContext): string {
  if (expr.kind === 'name') {
    const found = context.lookup(expr.name);
    return typeof found === 'string' ? found : expr.name;
  }
  const name = evaluate(expr, context.lookup as (name: string) => ScopeValue | undefined);
  if (typeof name !== 'string' || name === '') throw mismatch('The name of a table is a text.', expr.range);
  return name;
}

async function query(op: Extract<Op, { op: 'QUERY' }>, context: StepContext): Promise<StepResult> {
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

// ---------------------------------------------------------------- effects and control

async function store(op: Extract<Op, { op: 'STORE' }>, context: StepContext): Promise<StepResult> {
  const name = tableName(op.name, context);
  const result = await value(op.source, context);
  if (op.as === 'MODEL') throw notHere(op, 'STORE AS MODEL');
  try {
    if (op.as === 'BLOB') return await context.storeBlob(context.path, name, result);
    const source = await tableSource(result, op.source, 0, op, context);
    if (source.kind !== 'table' && source.kind !== 'lazy')
      throw mismatch('STORE AS TABLE takes a table.', op.source.range);
    return await context.storeTable(
      context.path,
      source.table,
      {
        name,
        mode: op.mode,
        by: (op.by ?? []).map((column) => column.name),
      },
      context.signal,
    );
  } catch (error) {
    throw at(error, op.range);
  }
}

async function callOperation(op: Extract<Op, { op: 'APX_EXEC' }>, context: StepContext): Promise<StepResult> {
  const name = await value(op.operation, context);
  if (typeof name !== 'string') throw mismatch('APX_EXEC takes the name of an operation as text.', op.operation.range);
  const input = op.with ? ((await value(op.with, context)) as RecordValue) : {};
  return context
    .callOperation(context.path, name, input, op.operation.range, context.signal)
    .catch((error: unknown) => {
      throw at(error, op.range);
    });
}

async function callFlow(op: Extract<Op, { op: 'CALL_FLOW' }>, context: StepContext): Promise<StepResult> {
  const path = await value(op.path, context);
  if (typeof path !== 'string') throw mismatch('CALL FLOW takes the path of a flow as text.', op.path.range);
  const inputs = op.with ? ((await value(op.with, context)) as RecordValue) : {};
  return context.callFlow(context.path, path, inputs, op.path.range, context.signal).catch((error: unknown) => {
    throw at(error, op.range);
  });
}

function switchOn(op: Extract<Op, { op: 'SWITCH' }>, subject: ScopeValue, context: StepContext): Now<StepResult> {
  for (const one of op.cases) {
    for (const candidate of one.values) {
      const expected = evaluate(candidate, context.lookup as (name: string) => ScopeValue | undefined, {
        now: context.now,
      });
      if (equal(subject, expected, candidate.range)) return executeOp(one.op, context);
    }
  }
  return op.default ? executeOp(op.default, context) : null;
}

async function forEach(op: Extract<Op, { op: 'FOR_EACH' }>, context: StepContext): Promise<StepResult> {
  const given = await value(op.list, context, true);
  if (!Array.isArray(given))
    throw mismatch(`FOR EACH goes through a list or a table, and this is ${describe(given)}.`, op.list.range);
  const items = given;
  const width = op.parallel ? await value(op.parallel, context) : 1;
  if (typeof width !== 'number' || !Number.isInteger(width) || width < 1)
    throw mismatch('PARALLEL takes a whole number from 1.', op.parallel!.range);
  const results: Value[] = Array.from({ length: items.length }, () => null);
  let next = 0;
  const variable = op.variable.name;
  let failed = false;
  const lane = async (): Promise<void> => {
    while (next < items.length && !failed) {
      context.signal.throwIfAborted();
      const turn = next++;
      const item = items[turn]!;
      // The event loop gets its turn now and then even when every body answers at once.
      if (turn % 256 === 255) await new Promise(setImmediate);
      try {
        const result = executeOp(op.body, {
          ...context,
          path: `${context.path}/${turn}`,
          lookup: (name) => (name === variable ? item : context.lookup(name)),
        });
        results[turn] = (result instanceof Promise ? await result : result) as Value;
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
  return results;
}

async function wait(op: Extract<Op, { op: 'UNKNOWN' }>, context: StepContext): Promise<StepResult> {
  const first = op.args[0];
  if (!first)
    throw new Problem('bad-duration', 'WAIT needs to know how long.', {
      status: 422,
      range: op.range,
      hint: 'WAIT "250ms"',
    });
  const given = await value(first, context);
  const span = typeof given === 'string' || typeof given === 'number' ? parseDuration(given) : undefined;
  if (span === undefined) {
    throw new Problem('bad-duration', `WAIT needs a time, and this is ${JSON.stringify(given)}.`, {
      status: 422,
      range: first.range,
      hint: 'Write a number and a unit: "250ms", "30s", "5m", "2h" or "1d".',
    });
  }
  const { signal } = context;
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const ended = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', ended);
      resolve();
    }, span);
    signal.addEventListener('abort', ended, { once: true });
  });
  return null;
}
