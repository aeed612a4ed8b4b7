/** What one operation of FLOW does when its step runs. Steps that run as one query are put together in compute.ts. */
import { Problem } from '../errors/problem.ts';
import { parseDuration } from '../flow/plan/annotations.ts';
import { evaluate } from '../flow/values/evaluate.ts';
import { equal } from '../flow/values/semantics.ts';
import type { RecordValue, ScopeValue, Value } from '../flow/values/value.ts';
import type { Op } from '../flow/syntax/ast.ts';
import { pause } from './attempts.ts';
import { callProgram } from './call-program.ts';
import { deployService } from './deploy-service.ts';
import type { StepResult } from './results.ts';
import type { Now, StepContext } from './step-context.ts';
import { at, describe, map, mismatch, notHere, query, relational, tableName, tableSource } from './table-steps.ts';
import { after, asText, value, withExtra } from './values.ts';

/** Runs the operation; answers at once where nothing has to be waited for. Throws a Problem with the range at fault. */
export function executeOp(op: Op, context: StepContext): Now<StepResult> {
  switch (op.op) {
    case 'TRANSFORM':
    case 'OUTPUT':
    case 'OUTPUT_JSON':
      return withExtra(op.with, context, (inner) => value(op.value, inner));
    case 'OUTPUT_TEXT':
      return withExtra(op.with, context, (inner) => after(value(op.value, inner, true), asText));
    case 'RETURN':
      return withExtra(op.with, context, (inner) => (op.value ? value(op.value, inner) : null));
    case 'ERROR':
      return withExtra(op.with, context, (inner) =>
        after(value(op.message, inner), (message) => {
          throw new Problem('flow-error', asText(message), {
            status: 422,
            range: op.range,
            hint: 'The flow ends here by its own ERROR step.',
          });
        }),
      );
    case 'IF':
      return after(value(op.condition, context), (holds) => {
        const chosen = holds === true ? op.then : op.else;
        return chosen ? executeOp(chosen, context) : null;
      });
    case 'SWITCH':
      return after(value(op.subject, context), (subject) => switchOn(op, subject as ScopeValue, context));
    case 'FOR_EACH':
      return forEach(op, context);
    case 'CALL_FLOW':
      return callFlow(op, context);
    case 'APX_EXEC':
      return callOperation(op, context);
    case 'RUN_VASM':
    case 'RUN_JOB':
    case 'CALL':
      return callProgram(op, context);
    case 'DEPLOY_SERVICE':
      return deployService(op, context);
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
  await pause(span, context.signal);
  return null;
}
