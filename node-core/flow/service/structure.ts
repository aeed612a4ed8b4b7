/** The shape of a plan: outline, folding, what stands beside the lines. Browser-safe. */
import { contractName } from '../contracts/contract.ts';
import { analyse } from '../plan/analyse.ts';
import type { Environment } from '../plan/environment.ts';
import type { Analysis } from '../plan/model.ts';
import type { SourceRange } from '../syntax/ast.ts';
import * as T from '../syntax/lex.ts';
import { displayType } from '../types/display.ts';
import { rowColumns } from '../types/relate.ts';
import { tokensOf, wordOf } from './tokens.ts';

export interface OutlineItem {
  name: string;
  kind:
    | 'flow'
    | 'input'
    | 'step'
    | 'output'
    // Of programs.
    | 'function'
    | 'model'
    | 'field'
    | 'enum'
    | 'case'
    | 'service'
    | 'route'
    | 'test';
  /** What stands beside the name: `LOAD CSV`, `number`. */
  detail: string;
  range: SourceRange;
  nameRange: SourceRange;
  /** The node of the graph, for inputs, steps and outputs. */
  nodeId?: string;
  children?: OutlineItem[];
}

/** The flow with its inputs, steps and outputs, in source order. */
export function outline(source: string, environment: Environment = {}): OutlineItem[] {
  const analysis = analyse(source, environment);
  const { plan } = analysis.parse;
  const children: OutlineItem[] = [];
  for (const symbol of analysis.symbols) {
    const detail =
      symbol.kind === 'input'
        ? symbol.node.type
        : (symbol.contract?.words ?? (symbol.node.op.op === 'BROKEN' ? '' : contractName(symbol.node.op)));
    children.push({
      name: symbol.name,
      kind: symbol.kind,
      detail,
      range: symbol.node.range,
      nameRange: symbol.nameRange,
      nodeId: symbol.id,
    });
  }
  for (const output of analysis.outputs) {
    children.push({
      name: output.label,
      kind: 'output',
      detail: displayType(output.type),
      range: output.node.range,
      nameRange: output.node.label?.range ?? output.node.value.range,
      nodeId: output.id,
    });
  }
  children.sort((a, b) => a.range.start - b.range.start);
  if (plan.name === undefined && children.length === 0) return [];
  return [
    {
      name: plan.name?.value ?? 'FLOW',
      kind: 'flow',
      detail: '',
      range: plan.range,
      nameRange: plan.name?.range ?? { start: plan.range.start, end: plan.range.start },
      children,
    },
  ];
}

export interface Fold {
  range: SourceRange;
  kind: 'region' | 'comment';
}

/** What can be folded: blocks, steps, brackets and strings that run over lines, comments of several lines. */
export function folding(source: string): Fold[] {
  const tokens = tokensOf(source);
  const folds: Fold[] = [];
  const add = (start: number, end: number, kind: Fold['kind'] = 'region'): void => {
    const line = source.indexOf('\n', start);
    if (line >= 0 && line < end) folds.push({ range: { start, end }, kind });
  };
  const brackets: number[] = [];
  const switches: number[] = [];
  let block: number | undefined;
  for (let i = 0; i < tokens.count; i++) {
    const kind = tokens.kind[i];
    const start = tokens.start[i]!;
    if (kind === T.T_STRING || kind === T.T_RAW) add(start, tokens.end[i]!);
    else if (kind === T.T_LBRACE || kind === T.T_LBRACKET || kind === T.T_LPAREN) brackets.push(start);
    else if (kind === T.T_RBRACE || kind === T.T_RBRACKET || kind === T.T_RPAREN) {
      const open = brackets.pop();
      if (open !== undefined) add(open, tokens.end[i]!);
    } else if (kind === T.T_NAME) {
      const word = wordOf(tokens, i);
      const lineStart = i === 0 || (tokens.flags[i]! & T.F_NEWLINE) !== 0;
      if (lineStart && wordOf(tokens, i - 1) !== 'END' && (word === 'INPUTS' || word === 'DESCRIPTION')) block = start;
      else if (word === 'SWITCH' && wordOf(tokens, i - 1) !== 'END') switches.push(start);
      else if (lineStart && word === 'END') {
        const next = wordOf(tokens, i + 1);
        if (next === 'SWITCH') {
          const open = switches.pop();
          if (open !== undefined) add(open, tokens.end[i + 1]!);
        } else if ((next === 'INPUTS' || next === 'DESCRIPTION') && block !== undefined) {
          add(block, tokens.end[i + 1]!);
          block = undefined;
        }
      }
    }
  }
  for (const item of analyse(source).parse.plan.body) add(item.range.start, item.range.end);
  let first = 0;
  const { comments } = tokens;
  for (let i = 1; i <= comments.length; i++) {
    const joined =
      i < comments.length &&
      /^[^\S\n]*\r?\n[^\S\n]*$/.test(source.slice(comments[i - 1]!.range.end, comments[i]!.range.start));
    if (joined) continue;
    if (i - first > 1) add(comments[first]!.range.start, comments[i - 1]!.range.end, 'comment');
    first = i;
  }
  return folds.sort((a, b) => a.range.start - b.range.start || b.range.end - a.range.end);
}

export interface Inlay {
  /** After this offset: the end of the step's name. */
  offset: number;
  /** `12 columns`. */
  text: string;
  /** Names of the columns, for a tooltip. */
  tooltip: string;
  nodeId: string;
  columns: number;
}

/** What is known of each step's result before a run: how many columns its table has. */
export function inlays(source: string, environment: Environment = {}): Inlay[] {
  const analysis = analyse(source, environment);
  const found: Inlay[] = [];
  for (const symbol of analysis.symbols) {
    if (symbol.kind !== 'step' || symbol.type.kind !== 'table') continue;
    const { columns } = rowColumns(symbol.type);
    if (columns === undefined) continue;
    found.push({
      offset: symbol.nameRange.end,
      nodeId: symbol.id,
      columns: columns.length,
      text: `${columns.length} ${columns.length === 1 ? 'column' : 'columns'}`,
      tooltip: columns.map((column) => column.name).join(', '),
    });
  }
  return found;
}

export type SemanticKind =
  | 'operation'
  | 'step'
  | 'input'
  | 'variable'
  | 'column'
  | 'function'
  | 'table'
  | 'field'
  // Of programs.
  | 'type'
  | 'case'
  | 'area';

export interface SemanticToken {
  range: SourceRange;
  kind: SemanticKind;
  declares: boolean;
}

/** What each name stands for, for colours, in source order and without overlaps. */
export function semanticTokens(source: string, environment: Environment = {}): SemanticToken[] {
  const analysis: Analysis = analyse(source, environment);
  const found: SemanticToken[] = [];
  for (const { range, target } of analysis.references) {
    if (range.end <= range.start) continue;
    const declares = 'declares' in target && target.declares;
    const kind = target.kind === 'symbol' ? target.symbol.kind : target.kind === 'program' ? 'function' : target.kind;
    if (
      kind === 'operation' ||
      ((kind === 'table' || target.kind === 'program') && '"\''.includes(source[range.start]!))
    )
      continue;
    found.push({ range, kind, declares });
  }
  found.sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
  let end = -1;
  return found.filter((token) => {
    if (token.range.start < end) return false;
    end = token.range.end;
    return true;
  });
}
