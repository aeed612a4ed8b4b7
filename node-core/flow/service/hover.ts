/** What a word means, in Markdown. Browser-safe. */
import { type FunctionContract, signature } from '../contracts/functions.ts';
import { contractAsMarkdown, contractIndex } from '../contracts/registry.ts';
import { contractName } from '../contracts/contract.ts';
import { analyse } from '../plan/analyse.ts';
import { ANNOTATIONS } from '../plan/annotations.ts';
import type { Environment } from '../plan/environment.ts';
import type { Analysis, PlanSymbol, Reference } from '../plan/model.ts';
import { FLOW_ANNOTATIONS } from '../plan/schedules.ts';
import { programSignature } from '../plan/programs.ts';
import { nestedOps } from '../plan/operations/nested.ts';
import { triggerWords } from '../schedule/words.ts';
import type { Op, SourceRange } from '../syntax/ast.ts';
import { columnsAsMarkdown, displayColumnType, displayType } from '../types/display.ts';
import { rowColumns } from '../types/relate.ts';
import type { FlowType } from '../types/type.ts';
import { referenceAt } from './find.ts';
import type { HoverText } from './item.ts';

/** What to show for the word at `offset`; undefined when it means nothing of its own. */
export function hover(source: string, offset: number, environment: Environment = {}): HoverText | undefined {
  const analysis = analyse(source, environment);
  const operation = operationAt(analysis, offset);
  const reference = referenceAt(analysis, offset);
  if (reference !== undefined) {
    const text = describe(analysis, reference);
    if (text !== undefined) return { range: reference.range, text };
  }
  if (operation !== undefined) return operation;
  for (const annotation of analysis.parse.plan.annotations) {
    if (!within(annotation.range, offset)) continue;
    const contract = FLOW_ANNOTATIONS.find((known) => known.name === annotation.name.name.toLowerCase());
    const schedule = analysis.schedules.find((one) => one.range.start === annotation.range.start);
    if (contract === undefined) return undefined;
    const means = schedule === undefined ? '' : `\n\nRuns ${triggerWords(schedule.trigger)}.`;
    return { range: annotation.range, text: `\`${contract.syntax}\`${means}\n\n${contract.summary}` };
  }
  for (const item of analysis.parse.plan.body) {
    if (item.kind !== 'step' || offset < item.range.start || offset > item.range.end) continue;
    for (const annotation of item.annotations) {
      const contract = ANNOTATIONS.find((known) => known.name === annotation.name.name.toLowerCase());
      if (contract !== undefined && within(annotation.range, offset))
        return { range: annotation.range, text: `\`${contract.syntax}\`\n\n${contract.summary}` };
    }
  }
  return undefined;
}

function within(range: SourceRange, offset: number): boolean {
  return range.start <= offset && offset <= range.end;
}

/** The contract of the operation whose words are at `offset`. */
function operationAt(analysis: Analysis, offset: number): HoverText | undefined {
  for (const item of analysis.parse.plan.body) {
    if (item.kind !== 'step' || !within(item.range, offset)) continue;
    const pending: Op[] = [item.op];
    for (let op = pending.pop(); op !== undefined; op = pending.pop()) {
      if (op.op !== 'BROKEN' && within(op.wordRange, offset)) {
        const contract = contractIndex(analysis.environment.contracts).get(contractName(op));
        if (contract !== undefined) return { range: op.wordRange, text: contractAsMarkdown(contract) };
      }
      pending.push(...nestedOps(op));
    }
  }
  return undefined;
}

function describe(analysis: Analysis, reference: Reference): string | undefined {
  const { target } = reference;
  switch (target.kind) {
    case 'symbol':
      return describeSymbol(analysis, target.symbol);
    case 'variable':
      return `**${target.variable.name}** — item of FOR EACH: ${displayType(target.variable.type)}${withColumns(target.variable.type)}`;
    case 'column': {
      const origin = analysis.origins.get(target.column);
      const from =
        origin === undefined
          ? ''
          : `\n\n${origin.symbol.kind === 'input' ? 'Of the input' : 'Made by the step'} \`${origin.symbol.name}\`.`;
      return `**${target.column.name}** — column: ${displayColumnType(target.column)}${from}`;
    }
    case 'field':
      return `**${target.name}** — ${displayType(reference.type)}${withColumns(reference.type)}`;
    case 'function':
      return functionAsMarkdown(target.contract);
    case 'table':
      return `**${target.name}** — table of the project${target.columns === undefined ? '' : `\n\n${columnsAsMarkdown(target.columns)}`}`;
    case 'program':
      return `\`${programSignature(target.func)}\`\n\nA function of the program \`${target.program}\`. Gives: ${displayType(reference.type)}${withColumns(reference.type)}`;
    case 'operation': {
      const { operation } = target;
      if (operation === undefined) return `**${target.name}** — an operation that this node does not have`;
      const properties = Object.entries(operation.input.properties ?? {});
      const required = operation.input.required ?? [];
      const rows = properties.map(
        ([name, schema]) =>
          `- \`${name}\`${required.includes(name) ? '' : ' (may be left out)'}${schema.description === undefined ? '' : `: ${schema.description}`}`,
      );
      return [
        `**${operation.name}** — ${operation.effect === 'write' ? 'writes' : 'reads'}`,
        operation.summary,
        rows.join('\n'),
        `Gives: ${displayType(reference.type)}`,
      ]
        .filter((part) => part !== '')
        .join('\n\n');
    }
  }
}

function describeSymbol(analysis: Analysis, symbol: PlanSymbol): string {
  if (symbol.kind === 'input') {
    const { node } = symbol;
    const value =
      node.default === undefined
        ? ''
        : `, default \`${analysis.source.slice(node.default.range.start, node.default.range.end)}\``;
    const help = node.help === undefined || node.help === '' ? '' : `\n\n${node.help}`;
    return `**${symbol.name}** — input: ${node.type}${node.optional ? ', optional' : ''}${value}${help}${withColumns(symbol.type)}`;
  }
  const words = symbol.contract?.words ?? contractName(symbol.node.op);
  return `**${symbol.name}** — step: ${words} → ${displayType(symbol.type)}${withColumns(symbol.type)}`;
}

function withColumns(type: FlowType): string {
  const { columns } = rowColumns(type);
  if (columns !== undefined && type.kind !== 'any') return `\n\n${columnsAsMarkdown(columns)}`;
  if (type.kind === 'record' && type.fields !== undefined) {
    return `\n\n${Object.entries(type.fields)
      .slice(0, 24)
      .map(([name, field]) => `- \`${name}\`: ${displayType(field)}`)
      .join('\n')}`;
  }
  return '';
}

/** The page of a function in Markdown. */
export function functionAsMarkdown(contract: FunctionContract): string {
  const returns = typeof contract.returns === 'function' ? '' : ` → ${displayType(contract.returns)}`;
  const parameters = contract.parameters.flatMap((parameter) =>
    parameter.doc === undefined ? [] : [`- \`${parameter.name}\`: ${parameter.doc}`],
  );
  return [
    `**${signature(contract)}**${returns}`,
    contract.summary,
    ...(contract.detail === undefined ? [] : [contract.detail]),
    ...(parameters.length === 0 ? [] : [parameters.join('\n')]),
    `\`${contract.example.expression}\` gives \`${contract.example.result}\``,
    ...(contract.aliases === undefined
      ? []
      : [`Also written ${contract.aliases.map((alias) => `\`${alias}\``).join(', ')}.`]),
  ].join('\n\n');
}
