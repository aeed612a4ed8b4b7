/** Changing an operation through its form, or as a whole. Browser-safe. */
import { applyEdits } from '../service/navigation.ts';
import type { Op, Output, SourceRange, Step } from '../syntax/ast.ts';
import * as T from '../syntax/lex.ts';
import { parse } from '../syntax/parse.ts';
import { tokensOf } from '../service/tokens.ts';
import { Change, Refusal, refuse } from './change.ts';
import { requalify } from './connect.ts';
import { locatePart, tokenFrom } from './locate.ts';
import { endOfPlan, findNode } from './statements.ts';
import type { Analysis } from '../plan/model.ts';
import type { EditResult, FieldValue, FormValues } from './types.ts';
import { expressionText, isExpression, operationText, readPart } from './values.ts';
import { writePart } from './write-part.ts';

/** Writes the values into the operation of a step. Tried as it is first, then with brackets around expressions. */
export function configure(analysis: Analysis, node: string, values: FormValues): EditResult {
  const found = findNode(analysis, node);
  if (found.symbol?.kind !== 'step') return refuse(`"${found.name}" is no step.`);
  const step = found.symbol.node;
  let first: Refusal | undefined;
  for (const wrap of [false, true]) {
    const change = new Change(analysis);
    try {
      writeValues(change, step.op, values, wrap);
      change.touch(step);
      const result = change.finish([node]);
      if (result.ok) {
        const wrong = readsOtherwise(analysis, step, result.edits, values);
        if (wrong !== undefined) throw new Refusal(`What is given for ${wrong} would be read as something else there.`);
      }
      return result;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      first ??= error;
    }
  }
  throw first!;
}

/** Writes the values into the parts of an operation, those of inner operations first. */
export function writeValues(change: Change, op: Op, values: FormValues, wrap: boolean): void {
  for (const [id, value] of Object.entries(values)) {
    // What stands inside an operation that is written anew is part of that.
    if (Object.keys(values).some((other) => other !== id && id.startsWith(`${other}.`))) continue;
    const located = locatePart(change.source, op, id);
    if (located === undefined) {
      const record = id.lastIndexOf('.');
      const holder = record < 0 ? undefined : locatePart(change.source, op, id.slice(0, record));
      if (holder?.part.kind === 'record') {
        writeKey(change, holder, id.slice(record + 1), value, wrap);
        continue;
      }
      refuse(
        op.op === 'BROKEN'
          ? 'The operation cannot be read. Mend its text first.'
          : `The operation has no ${id}, or it cannot be read.`,
      );
    }
    writePart(change, located, value, { wrap });
    const { part } = located;
    // `old.column` in conditions follows, unless they are given anew as well.
    if (part.kind === 'expr' && part.role === 'source' && typeof value === 'string' && /^\w+$/.test(value.trim()))
      requalify(change, located.op, part.expr, value.trim(), (range) =>
        Object.keys(values).some(
          (other) => other !== id && within(range, locatePart(change.source, op, other)?.clause),
        ),
      );
  }
}

function within(range: SourceRange, outer: SourceRange | undefined): boolean {
  return outer !== undefined && outer.start <= range.start && range.end <= outer.end;
}

/** `with.limit`: one key of a record. `null` takes it out. */
function writeKey(
  change: Change,
  holder: NonNullable<ReturnType<typeof locatePart>>,
  key: string,
  value: FieldValue,
  wrap: boolean,
): void {
  if (value !== null && typeof value !== 'string') refuse(`The value for ${key} has the wrong form.`);
  const rows = ((readPart(change.source, holder) ?? []) as { key: string; value: string }[]).filter(
    (row) => row.key !== key || value !== null,
  );
  if (value !== null && value !== '') {
    const row = rows.find((candidate) => candidate.key === key);
    if (row === undefined) rows.push({ key, value });
    else row.value = value;
  }
  writePart(change, holder, rows.length === 0 ? null : rows, { wrap });
}

/** The part that does not read back as it was written; undefined when all do. */
function readsOtherwise(
  analysis: Analysis,
  step: Step,
  edits: { range: { start: number; end: number }; text: string }[],
  values: FormValues,
): string | undefined {
  const after = applyEdits(analysis.source, edits);
  const { plan } = parse(after);
  const same = plan.body[analysis.parse.plan.body.indexOf(step)];
  if (same?.kind !== 'step' || same.name.name !== step.name.name) return 'the step';
  for (const [id, value] of Object.entries(values)) {
    const located = locatePart(after, same.op, id);
    if (located === undefined) continue;
    const got = readPart(after, located);
    if (!alike(got, value)) return located.part.label;
  }
  return undefined;
}

/** Equal but for white space at the ends, brackets around, and what an empty value becomes. */
function alike(got: FieldValue, wanted: FieldValue): boolean {
  if (isExpression(wanted)) return alike(got, wanted.expression);
  if (Array.isArray(wanted)) {
    if (wanted.length === 0) return got === null || !Array.isArray(got) || got.length <= 1;
    return Array.isArray(got) && got.length === wanted.length && wanted.every((item, i) => sameItem(got[i], item));
  }
  if (wanted === null || wanted === '') return got === null || got === '' || got === '_' || got === '{}';
  return sameText(got, wanted);
}

function sameItem(a: unknown, b: unknown): boolean {
  if (typeof b !== 'object' || b === null) return sameText(a, b);
  if (Array.isArray(b)) return Array.isArray(a) && a.length === b.length && b.every((item, i) => sameText(a[i], item));
  return (
    typeof a === 'object' &&
    a !== null &&
    Object.entries(b).every(([key, value]) => sameItem((a as Record<string, unknown>)[key], value))
  );
}

function sameText(a: unknown, b: unknown): boolean {
  if (typeof a !== 'string' || typeof b !== 'string')
    return a === b || ((a ?? '') === '' && (b ?? '') === '') || (b === '' && a === '_');
  const bare = (text: string): string => {
    let inner = text.replaceAll('\r\n', '\n').replaceAll(/\n\s+/g, '\n').trim();
    while (inner.startsWith('(') && inner.endsWith(')')) inner = inner.slice(1, -1).trim();
    return inner;
  };
  return a === b || bare(a) === bare(b) || (b.trim() === '' && a === '_');
}

/** The whole text of an operation, or of the value of an OUTPUT. What comments the old text has, the new one may leave out. */
export function rewrite(analysis: Analysis, node: string, text: string): EditResult {
  const found = findNode(analysis, node);
  const change = new Change(analysis);
  change.touch(found.statement);
  if (found.statement.kind === 'step') {
    const { op, name } = found.statement;
    if (name.range.end === name.range.start) refuse('The step has no name yet. Write one in the text.');
    if (op.op === 'BROKEN') {
      const range = brokenRange(analysis, found.statement);
      const equals = /=\s*$/.test(analysis.source.slice(found.statement.name.range.end, range.start));
      change.replace(
        range,
        change.lines(
          `${equals ? '' : ' = '}${equals && range.start === range.end ? ' ' : ''}${operationText(text, 'the operation')}`,
        ),
      );
      return change.finish([node]);
    }
    change.drop(op.range);
    change.replace(op.range, change.lines(operationText(text, 'the operation')));
  } else if (found.statement.kind === 'output') {
    const output: Output = found.statement;
    change.drop(output.value.range);
    change.put(output.value.range, expressionText(text, 'what to give out'));
  } else refuse('An input has no operation.');
  return change.finish([node]);
}

/** What stands between `STEP name =` and the next statement, where that is no operation. */
export function brokenRange(analysis: Analysis, step: Step): SourceRange {
  const { source } = analysis;
  const tokens = tokensOf(source);
  const { plan } = analysis.parse;
  const next = plan.body[plan.body.indexOf(step) + 1];
  const end = next?.range.start ?? endOfPlan(source) ?? source.length;
  let at = tokenFrom(tokens, step.name.range.end);
  if (tokens.kind[at] === T.T_ASSIGN) at++;
  const last = tokenFrom(tokens, end) - 1;
  if (at > last) {
    const start = tokens.end[at - 1]!;
    return { start, end: start };
  }
  return { start: tokens.start[at]!, end: tokens.end[last]! };
}
