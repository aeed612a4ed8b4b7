/** New steps, inputs and outputs. Browser-safe. */
import { contractName } from '../contracts/contract.ts';
import type { Analysis } from '../plan/model.ts';
import type { Op } from '../syntax/ast.ts';
import { parse } from '../syntax/parse.ts';
import { W } from '../syntax/words.ts';
import { tokensOf } from '../service/tokens.ts';
import { printKey, quote } from '../syntax/print.ts';
import { applyEdits } from '../service/navigation.ts';
import { typeOfSchema } from '../types/json-schema.ts';
import { isAssignable, rowColumns } from '../types/relate.ts';
import { Change, refuse } from './change.ts';
import { writeValues } from './configure.ts';
import { replaceUses } from './connect.ts';
import { tokenFrom } from './locate.ts';
import { inputText } from './inputs.ts';
import { findItem } from './palette.ts';
import { takes } from './ports.ts';
import {
  appendOutput,
  appendStep,
  asName,
  findNode,
  type Found,
  freeStepName,
  insertAfter,
  insertBefore,
  looseTakes,
  pinTake,
  spaced,
  stepBehind,
  stepText,
} from './statements.ts';
import { type Fed, NAMES, TEMPLATES } from './templates.ts';
import type { EditResult, FormValues, GraphEdit, Point, TextEdit } from './types.ts';
import { HOLE } from './types.ts';
import { analyse } from '../plan/analyse.ts';

type Insert = Extract<GraphEdit, { kind: 'insert' }>;

export function insert(analysis: Analysis, edit: Insert): EditResult {
  const item = findItem(edit.item, analysis.environment);
  if (item === undefined) return refuse(`There is no operation ${edit.item} to insert.`);
  if (item.makes === 'input')
    return addInput(analysis, {
      kind: 'addInput',
      type: edit.item.slice('input:'.length) as never,
      ...(edit.name === undefined ? {} : { name: edit.name }),
    });
  const { where } = edit;
  const change = new Change(analysis);
  const fedBy = where.place === 'after' ? where.nodes : where.place === 'edge' ? [where.from] : [];
  const nodes = fedBy.map((id) => findNode(analysis, id));
  for (const node of nodes)
    if (node.kind === 'output')
      refuse(`"${node.name}" is an output: nothing comes after it. Insert before it, or after what it reads.`);
  if (item.makes === 'output') {
    if (nodes[0] === undefined) return refuse('An output gives out what a step gives: choose the step.');
    return addOutput(analysis, { kind: 'addOutput', of: nodes[0].id });
  }
  if (item.takes !== undefined)
    for (const node of nodes)
      if (!takes(item.takes, node.symbol!.type) && where.place === 'edge')
        refuse(`${item.title} cannot stand there: it works on a ${item.takes}, and "${node.name}" gives none.`);
  const fed = nodes
    .filter((node) => item.takes === undefined || takes(item.takes, node.symbol!.type))
    .map((node) => fedFrom(node));
  const name = edit.name === undefined ? freeStepName(analysis, nameFor(edit.item, fed)) : newName(analysis, edit.name);
  let operation = operationOf(analysis, edit.item, fed, name);
  if (edit.values !== undefined) operation = filled(analysis, operation, edit.values);
  const text = `${annotationLines(edit.at)}${stepText(change, name, operation)}`;
  const anchor = place(change, where, nodes, text);
  const behind = stepBehind(analysis, anchor);
  const reader = where.place === 'edge' ? findNode(analysis, where.to) : undefined;
  // What reads the step before it and is to read the new one is said below.
  const rewired = behind !== undefined && reader?.symbol === behind && behind.before === nodes[0]?.symbol;
  if (behind !== undefined && !rewired) pinTake(change, behind);
  change.grown = 1;
  if (where.place === 'edge') {
    const to = reader!;
    const count = to.kind === 'input' ? 0 : replaceUses(change, to.statement, nodes[0]!.symbol!, name, true);
    const loose = to.symbol?.kind === 'step' && to.symbol.before === nodes[0]!.symbol ? to.symbol : undefined;
    const takes = loose !== undefined && looseTakes(change, loose.node.op).length > 0;
    if (takes && (rewired || count === 0)) pinTake(change, loose, name);
    else if (count === 0)
      refuse(`"${to.name}" does not read "${nodes[0]!.name}", so that there is no edge to insert into.`);
  }
  const result = change.finish([`step:${name}`]);
  if (reader?.kind === 'step' && result.ok && !readsAfter(analysis, result.edits, reader.id, name))
    refuse(
      `"${reader.name}" reads "${nodes[0]!.name}" where no step can be read. Insert after "${nodes[0]!.name}" instead.`,
    );
  return result;
}

/** Whether the step reads the one of that name once the edits are made: LOAD TABLE reads a name from an input, and from no step. */
function readsAfter(analysis: Analysis, edits: readonly TextEdit[], id: string, name: string): boolean {
  const { byName, symbols } = analyse(applyEdits(analysis.source, [...edits]), analysis.environment);
  const fresh = byName.get(name);
  const reader = symbols.find((symbol) => symbol.id === id);
  return fresh !== undefined && reader?.kind === 'step' && (reader.dependsOn.has(fresh) || reader.cut.has(fresh));
}

function fedFrom(node: Found): Fed {
  const type = node.symbol?.type ?? { kind: 'any' as const };
  return { name: node.name, columns: rowColumns(type).columns, type };
}

/** `@at(x, y)` on a line of its own. */
export function annotationLines(at: Point | undefined): string {
  return at === undefined ? '' : `@at(${Math.round(at.x)}, ${Math.round(at.y)})\n`;
}

function nameFor(item: string, fed: readonly Fed[]): string {
  if (item.startsWith('APX_EXEC:'))
    return asName(item.slice(item.indexOf('.') + 1).replaceAll(/([a-z])([A-Z])/g, '$1_$2'));
  if (/^LOAD_(?:CSV|JSON|NDJSON|PARQUET)$/.test(item) && fed[0] !== undefined) {
    const base = fed[0].name.replace(/_?(?:file|csv|json)$/i, '');
    return base === '' || base === fed[0].name ? `load_${fed[0].name}` : base;
  }
  return NAMES[item] ?? asName(item);
}

export function newName(analysis: Analysis, name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    refuse('A name begins with a letter or _, and goes on with letters, digits and _.');
  if (name === HOLE) refuse('_ stands for what is still to be filled in. Choose another name.');
  if (analysis.byName.has(name))
    refuse(`There is already ${analysis.byName.get(name)!.kind === 'input' ? 'an input' : 'a step'} called "${name}".`);
  return name;
}

/** The text of a new operation. */
export function operationOf(analysis: Analysis, item: string, fed: readonly Fed[], name = 'step'): string {
  if (item.startsWith('APX_EXEC:')) {
    const operation = analysis.environment.operations?.find((known) => known.name === item.slice('APX_EXEC:'.length));
    const required = operation?.input.required ?? [];
    const given = required.map((key, i) => {
      const one = fed[i];
      const fits = one !== undefined && isAssignable(one.type, typeOfSchema(operation?.input.properties?.[key]));
      return `${printKey(key)}: ${fits ? one.name : HOLE}`;
    });
    return `APX_EXEC ${quote(item.slice('APX_EXEC:'.length))}${given.length === 0 ? '' : ` WITH { ${given.join(', ')} }`}`;
  }
  const template = TEMPLATES[item];
  if (template !== undefined) return template(fed, freeTable(analysis, fed[0]?.name ?? name));
  // Of a contract that only this node has: its word, and what it reads.
  return `${item}${fed.map((one) => ` ${one.name}`).join('')}`;
}

/** A name under which this plan stores nothing yet. */
function freeTable(analysis: Analysis, wanted: string): string {
  const taken = new Set(analysis.environment.tables?.map((table) => table.name.toLowerCase()));
  for (const { op } of analysis.parse.plan.body.flatMap((item) => (item.kind === 'step' ? [item] : [])))
    if (op.op === 'STORE' && op.name.kind === 'literal') taken.add(String(op.name.value).toLowerCase());
  let name = wanted;
  for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${wanted}_${n}`;
  return name;
}

/** The operation with the values of its form in it. */
function filled(analysis: Analysis, operation: string, values: FormValues): string {
  for (const wrap of [false, true]) {
    const source = `FLOW "x"\nSTEP x =\n${operation}\nEND FLOW\n`;
    const draft = new Change(analyse(source, analysis.environment));
    const [step] = draft.analysis.parse.plan.body;
    if (step?.kind !== 'step') return operation;
    writeValues(draft, step.op, values, wrap);
    draft.touch(step);
    const result = draft.finish([]);
    if (!result.ok) return refuse(result.reason);
    const after = applyEdits(source, result.edits);
    const { plan, diagnostics } = parse(after);
    const [again] = plan.body;
    if (
      again?.kind === 'step' &&
      plan.body.length === 1 &&
      !diagnostics.some(({ severity }) => severity === 'error') &&
      sameKind(again.op, step.op)
    )
      return after.slice(again.op.range.start, again.op.range.end);
  }
  return refuse('The values cannot be written into the operation.');
}

function sameKind(a: Op, b: Op): boolean {
  return contractName(a).split('_')[0] === contractName(b).split('_')[0];
}

/** Puts the text where it belongs; gives the statement that it stands behind. */
function place(
  change: Change,
  where: Insert['where'],
  nodes: readonly Found[],
  text: string,
): Found['statement'] | undefined {
  const { plan } = change.analysis.parse;
  const steps = nodes.filter((node) => node.kind === 'step').map((node) => node.statement);
  const last = steps.sort((a, b) => a.range.start - b.range.start).at(-1);
  if (last !== undefined) {
    insertAfter(change, last, text, spaced(change));
    return last;
  }
  if (where.place === 'edge') {
    const to = findNode(change.analysis, where.to);
    if (to.kind === 'step') {
      insertBefore(change, to.statement, text, spaced(change));
      const at = plan.body.indexOf(to.statement as never);
      return plan.body.slice(0, at).findLast((item) => item.kind === 'step');
    }
  }
  appendStep(change, text);
  return plan.body.findLast((item) => item.kind === 'step');
}

// ---------------------------------------------------------------- inputs and outputs

export function addInput(analysis: Analysis, edit: Extract<GraphEdit, { kind: 'addInput' }>): EditResult {
  const change = new Change(analysis);
  const { plan } = analysis.parse;
  const name =
    edit.name === undefined
      ? freeStepName(
          analysis,
          edit.type === 'file'
            ? 'data'
            : edit.type === 'text' || edit.type === 'number'
              ? `${edit.type}_value`
              : `${edit.type}_input`,
        )
      : newName(analysis, edit.name);
  const text = inputText({ ...edit, name });
  change.grown = 1;
  const last = plan.inputs.at(-1);
  if (last !== undefined) {
    const indent = /^[^\S\n]*/.exec(
      analysis.source.slice(analysis.source.lastIndexOf('\n', last.range.start - 1) + 1),
    )![0];
    insertAfter(change, last, `${indent}${text}`, false);
    return change.finish([`input:${name}`]);
  }
  const block = `INPUTS\n  ${text}\nEND INPUTS`;
  const empty = emptyInputs(change);
  if (empty !== undefined) {
    const rest = /^[^\S\n]*(\r?\n)?/.exec(analysis.source.slice(empty))!;
    change.insert(empty, change.lines(`\n  ${text}${rest[1] === undefined ? '\n' : ''}`));
  } else if (plan.name === undefined && plan.body.length === 0) {
    if (analysis.source.trim() !== '') refuse('The text is no plan yet. A plan begins with FLOW "name".');
    change.insert(analysis.source.length, change.lines(`FLOW "My plan"\n\n${block}\n\nEND FLOW\n`));
  } else {
    const at = headEnd(change);
    const rest = analysis.source.slice(at);
    change.insert(
      at,
      change.lines(`\n\n${block}${/^[^\S\n]*\r?\n[^\S\n]*\r?\n/.test(rest) || rest.trim() === '' ? '' : '\n'}`),
    );
    if (!/^[^\S\n]*(?:\r?\n|$)/.test(rest)) change.insert(at, change.newline);
  }
  return change.finish([`input:${name}`]);
}

/** Behind the word INPUTS of a block that has no inputs. */
function emptyInputs(change: Change): number | undefined {
  const tokens = tokensOf(change.source);
  const { plan } = change.analysis.parse;
  const until = plan.body[0]?.range.start ?? change.source.length;
  for (let i = 1; i < tokens.count && tokens.start[i]! < until; i++)
    if (tokens.word[i] === W.INPUTS && tokens.word[i + 1] === W.END && tokens.word[i + 2] === W.INPUTS)
      return tokens.end[i];
  return undefined;
}

/** The end of `FLOW "name"` and DESCRIPTION, with the comment behind it. */
function headEnd(change: Change): number {
  const { plan, comments } = change.analysis.parse;
  const { source } = change;
  let at = plan.name?.range.end ?? 0;
  const description = plan.description.at(-1);
  if (description !== undefined) {
    const tokens = tokensOf(source);
    const end = tokenFrom(tokens, description.range.end);
    if (tokens.word[end] === W.END && tokens.word[end + 1] === W.DESCRIPTION) at = tokens.end[end + 1]!;
  }
  if (plan.name === undefined) refuse('The plan has no beginning: write FLOW "name" first.');
  const behind = comments.find((comment) => comment.range.start >= at);
  if (behind !== undefined && /^[^\S\n]*$/.test(source.slice(at, behind.range.start))) at = behind.range.end;
  return at;
}

export function addOutput(analysis: Analysis, { of, label }: Extract<GraphEdit, { kind: 'addOutput' }>): EditResult {
  const node = findNode(analysis, of);
  if (node.kind === 'output') return refuse(`"${node.name}" is an output already.`);
  const change = new Change(analysis);
  const written = label === undefined || label === '' ? '' : ` AS ${quote(label)}`;
  if (written !== '' && analysis.outputs.some((output) => output.label === label))
    refuse(`There is already an output called "${label}".`);
  appendOutput(change, `OUTPUT ${node.name}${written}`);
  change.grown = 1;
  const result = change.finish([]);
  if (!result.ok) return result;
  const after = analyse(applyEdits(analysis.source, result.edits), analysis.environment);
  const made = after.outputs.at(-1)!.id;
  return { ...result, select: [made] };
}
