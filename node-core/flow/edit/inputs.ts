/** The inputs and outputs of a plan: writing and changing their lines. Browser-safe. */
import type { Analysis } from '../plan/model.ts';
import { INPUT_TYPES, type Input, type InputType, type SourceRange } from '../syntax/ast.ts';
import * as T from '../syntax/lex.ts';
import { parse } from '../syntax/parse.ts';
import { quote } from '../syntax/print.ts';
import { W } from '../syntax/words.ts';
import { tokensOf } from '../service/tokens.ts';
import { Change, refuse } from './change.ts';
import { tokenFrom, withBrackets } from './locate.ts';
import { findNode } from './statements.ts';
import type { EditResult, GraphEdit } from './types.ts';
import { expressionText } from './values.ts';

export interface InputParts {
  type: InputType;
  name: string;
  optional?: boolean;
  default?: string;
  help?: string;
}

/** `number most = 10 "How many"`. */
export function inputText({ type, name, optional, default: value, help }: InputParts): string {
  if (!INPUT_TYPES.includes(type)) refuse(`${type} is not a type of input. There are ${INPUT_TYPES.join(', ')}.`);
  return [
    type,
    name,
    optional === true ? 'optional' : '',
    value === undefined || value.trim() === '' ? '' : `= ${literalText(value)}`,
    help === undefined || help === '' ? '' : quote(help),
  ]
    .filter((part) => part !== '')
    .join(' ');
}

/** The text when it is a literal, or a list or record of literals. */
function literalText(text: string): string {
  const trimmed = text.trim();
  const { diagnostics, plan } = parse(`FLOW "x"\nINPUTS\njson x = ${trimmed}\nEND INPUTS\nEND FLOW`);
  const problem = diagnostics.find(({ severity }) => severity === 'error');
  if (
    problem !== undefined ||
    plan.inputs.length !== 1 ||
    plan.inputs[0]!.help !== undefined ||
    plan.inputs[0]!.optional ||
    plan.inputs[0]!.default === undefined ||
    trimmed.includes('#')
  )
    refuse(`The default cannot be read: ${problem?.message ?? 'it is no single value. A text stands in quotes.'}`);
  return trimmed;
}

interface Places {
  optional: SourceRange | undefined;
  /** With the `=`. */
  default: SourceRange | undefined;
  value: SourceRange | undefined;
  help: SourceRange | undefined;
}

/** Where the parts of an input stand, told apart by their tokens. */
function placesOf(source: string, input: Input): Places {
  const tokens = tokensOf(source);
  const places: Places = { optional: undefined, default: undefined, value: undefined, help: undefined };
  let i = tokenFrom(tokens, input.name.range.end);
  while (i < tokens.count && tokens.start[i]! < input.range.end) {
    if (tokens.kind[i] === T.T_ASSIGN && input.default !== undefined) {
      const value = withBrackets(source, input.default.range, tokens.end[i]!);
      places.default = { start: tokens.start[i]!, end: value.end };
      places.value = value;
      i = tokenFrom(tokens, value.end);
    } else if (tokens.word[i] === W.OPTIONAL) {
      places.optional = { start: tokens.start[i]!, end: tokens.end[i]! };
      i++;
    } else if (tokens.kind[i] === T.T_LPAREN && tokens.word[i + 1] === W.OPTIONAL) {
      places.optional = { start: tokens.start[i]!, end: tokens.end[i + 2]! };
      i += 3;
    } else {
      if (tokens.kind[i] === T.T_STRING || tokens.kind[i] === T.T_RAW)
        places.help = { start: tokens.start[i]!, end: tokens.end[i]! };
      i++;
    }
  }
  return places;
}

export function changeInput(analysis: Analysis, edit: Extract<GraphEdit, { kind: 'changeInput' }>): EditResult {
  const found = findNode(analysis, edit.node);
  if (found.statement.kind !== 'input') return refuse(`"${found.name}" is no input.`);
  const input = found.statement;
  if (input.name.range.end === input.name.range.start) refuse('The input has no name yet. Write one in the text.');
  const { source } = analysis;
  const change = new Change(analysis);
  change.touch(input);
  const places = placesOf(source, input);
  const nameEnd = input.name.range.end;
  if (edit.type !== undefined && edit.type !== input.type) {
    if (!INPUT_TYPES.includes(edit.type))
      refuse(`${edit.type} is not a type of input. There are ${INPUT_TYPES.join(', ')}.`);
    change.replace(input.typeRange, edit.type);
  }
  if (edit.optional !== undefined && edit.optional !== input.optional) {
    if (edit.optional) change.insert(nameEnd, ' optional');
    else if (places.optional !== undefined) change.remove(withSpace(source, places.optional));
  }
  if (edit.default !== undefined) {
    const text = edit.default === null || edit.default.trim() === '' ? undefined : literalText(edit.default);
    if (text === undefined) {
      if (places.default !== undefined) change.remove(withSpace(source, places.default));
    } else if (places.value !== undefined) change.replace(places.value, text);
    else
      change.insert(
        places.optional !== undefined && places.optional.end > nameEnd ? places.optional.end : nameEnd,
        ` = ${text}`,
      );
  }
  if (edit.help !== undefined && (edit.help ?? '') !== (input.help ?? '')) {
    if (edit.help === null || edit.help === '') {
      if (places.help !== undefined) change.remove(withSpace(source, places.help));
    } else if (places.help !== undefined) change.replace(places.help, quote(edit.help));
    else change.insert(input.range.end, ` ${quote(edit.help)}`);
  }
  return change.finish([edit.node]);
}

/** With the white space before it. */
function withSpace(source: string, range: SourceRange): SourceRange {
  const before = /[^\S\n]*$/.exec(source.slice(0, range.start))![0].length;
  return { start: range.start - before, end: range.end };
}

export function changeOutput(analysis: Analysis, edit: Extract<GraphEdit, { kind: 'changeOutput' }>): EditResult {
  const found = findNode(analysis, edit.node);
  if (found.statement.kind !== 'output') return refuse(`"${found.name}" is no OUTPUT of its own.`);
  const output = found.statement;
  let first: unknown;
  for (const wrap of [false, true]) {
    const change = new Change(analysis);
    change.touch(output);
    try {
      const value = withBrackets(analysis.source, output.value.range, output.range.start + 'OUTPUT'.length);
      if (edit.value !== undefined) change.put(value, expressionText(edit.value, 'what to give out', wrap));
      if (edit.label !== undefined) {
        if (edit.label === null || edit.label === '') {
          if (output.label !== undefined) change.remove({ start: value.end, end: output.label.range.end });
        } else {
          if (analysis.outputs.some((other) => other.node !== output && other.label === edit.label))
            refuse(`There is already an output called "${edit.label}".`);
          if (output.label !== undefined) change.replace(output.label.range, quote(edit.label));
          else change.insert(value.end, ` AS ${quote(edit.label)}`);
        }
      }
      return change.finish([edit.node]);
    } catch (error) {
      first ??= error;
    }
  }
  throw first;
}
