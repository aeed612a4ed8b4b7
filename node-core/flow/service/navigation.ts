/** Go to definition, find references, rename. Browser-safe. */
import { analyse, hasErrors } from '../plan/analyse.ts';
import type { Environment } from '../plan/environment.ts';
import { isReservedName } from '../plan/expressions/name.ts';
import type { Analysis, Target } from '../plan/model.ts';
import type { SourceRange } from '../syntax/ast.ts';
import { referenceAt, referencesInOrder, sameTarget } from './find.ts';
import type { TextEdit } from './item.ts';

/** Where the thing at `offset` is made: the name of a step, input or variable, the place that makes a column. */
export function definition(source: string, offset: number, environment: Environment = {}): SourceRange | undefined {
  const analysis = analyse(source, environment);
  const reference = referenceAt(analysis, offset);
  return reference === undefined ? undefined : definitionOf(analysis, reference.target);
}

function definitionOf(analysis: Analysis, target: Target): SourceRange | undefined {
  switch (target.kind) {
    case 'symbol':
      return target.symbol.nameRange;
    case 'variable':
      return target.variable.range;
    case 'column':
      return analysis.origins.get(target.column)?.range;
    default:
      return undefined;
  }
}

/** Every place that stands for the same thing, in source order, the place where it is made included. */
export function references(source: string, offset: number, environment: Environment = {}): SourceRange[] {
  const analysis = analyse(source, environment);
  const reference = referenceAt(analysis, offset);
  if (reference === undefined) return [];
  return placesOf(analysis, reference.target);
}

function placesOf(analysis: Analysis, target: Target): SourceRange[] {
  const seen = new Set<string>();
  const ranges: SourceRange[] = [];
  const add = (range: SourceRange | undefined): void => {
    if (range === undefined || seen.has(`${range.start}:${range.end}`)) return;
    seen.add(`${range.start}:${range.end}`);
    ranges.push(range);
  };
  for (const candidate of referencesInOrder(analysis)) if (sameTarget(candidate.target, target)) add(candidate.range);
  return ranges;
}

export type RenameResult = { edits: TextEdit[] } | { problem: string };

/** What can be renamed at `offset`: its place and its name now. */
export function renameTarget(
  source: string,
  offset: number,
  environment: Environment = {},
): { range: SourceRange; name: string } | undefined {
  const reference = referenceAt(analyse(source, environment), offset);
  if (reference === undefined) return undefined;
  const { target } = reference;
  if (target.kind === 'symbol') return { range: reference.range, name: target.symbol.name };
  return target.kind === 'variable' ? { range: reference.range, name: target.variable.name } : undefined;
}

/**
 * The edits that give the step, input or variable at `offset` another name. A name that something else has, or that would
 * change what any other word means, is refused with the reason.
 */
export function rename(source: string, offset: number, name: string, environment: Environment = {}): RenameResult {
  const analysis = analyse(source, environment);
  const reference = referenceAt(analysis, offset);
  const target = reference?.target;
  if (target === undefined || (target.kind !== 'symbol' && target.kind !== 'variable')) {
    return { problem: 'Only steps, inputs and the variables of FOR EACH can be renamed.' };
  }
  const old = target.kind === 'symbol' ? target.symbol.name : target.variable.name;
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    return { problem: 'A name begins with a letter or _, and goes on with letters, digits and _.' };
  if (name === old) return { edits: [] };
  if (isReservedName(name)) return { problem: `"${name}" has a meaning of its own in FLOW.` };
  const taken = analysis.byName.get(name);
  if (taken !== undefined)
    return { problem: `There is already ${taken.kind === 'input' ? 'an input' : 'a step'} called "${name}".` };
  const edits = placesOf(analysis, target).map((range) => ({ range, text: name }));
  // Applied on trial: a column of that name may come before the step, or a column may be called after the step.
  const after = analyse(applyEdits(source, edits), renamedInputs(environment, target, old, name));
  const at = edits.findIndex((edit) => edit.range.start === reference!.range.start);
  const there = referenceAt(after, reference!.range.start + at * (name.length - old.length));
  const count = there === undefined ? 0 : placesOf(after, there.target).length;
  const worse = hasErrors(after.diagnostics) && !hasErrors(analysis.diagnostics);
  if (count !== edits.length || worse) {
    const why = after.diagnostics.find((diagnostic) => diagnostic.severity === 'error')?.message;
    return {
      problem: `"${name}" would change what other words mean${why === undefined || !worse ? '' : `: ${why}`}${why?.endsWith('.') === true && worse ? '' : '.'}`,
    };
  }
  return { edits };
}

function renamedInputs(environment: Environment, target: Target, old: string, name: string): Environment {
  const columns = environment.inputColumns?.[old];
  if (target.kind !== 'symbol' || target.symbol.kind !== 'input' || columns === undefined) return environment;
  return { ...environment, inputColumns: { ...environment.inputColumns, [name]: columns } };
}

/** The text with edits that do not overlap. */
export function applyEdits(source: string, edits: readonly TextEdit[]): string {
  let out = '';
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.range.start - b.range.start)) {
    out += source.slice(at, edit.range.start) + edit.text;
    at = edit.range.end;
  }
  return out + source.slice(at);
}
