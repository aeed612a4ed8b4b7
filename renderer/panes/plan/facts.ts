/** The one fact worth knowing of a step: before a run what it will do, afterwards what it did. Pure. */
import type { PlanGraph, PlanNode, StepNode } from '../../../node-core/flow/plan/graph.ts';
import type { Expr, Op, SourceRange } from '../../../node-core/flow/syntax/ast.ts';
import type { StepRecord, StepState } from '../../../node-core/runs/schema.ts';
import { bytes, count, duration } from '../../ui/format.ts';
import { percent } from './shape.ts';

export const STATE_WORDS: Record<StepState, string> = {
  waiting: 'waiting',
  running: 'running',
  done: 'done',
  reused: 'reused',
  failed: 'failed',
  skipped: 'skipped',
  cancelled: 'cancelled',
  paused: 'paused',
};

/** Text of a range of the source on one line. */
export function excerpt(source: string, range: SourceRange | undefined, room = 44): string {
  if (range === undefined) return '';
  const text = source.slice(range.start, range.end).replaceAll(/\s+/g, ' ').trim();
  return text.length > room ? `${text.slice(0, room - 1)}…` : text;
}

/** What a step will do, in the words of the source; for the card before a run. */
export function intent(node: StepNode, source: string): string {
  const op: Op = node.op;
  const text = (expr: Expr | undefined) => excerpt(source, expr?.range);
  switch (op.op) {
    case 'LOAD':
      return node.type.kind === 'table' && node.type.columns !== undefined
        ? `${text(op.from)} · ${count(node.type.columns.length, 'column')}`
        : `from ${text(op.from)}`;
    case 'LOAD_TABLE':
      return `table ${text(op.table)}`;
    case 'FILTER':
      return text(op.where);
    case 'MAP':
      return op.to === undefined
        ? `with ${op.using?.name ?? ''}`
        : op.to.entries.map((entry) => entry.key.name).join(', ');
    case 'SELECT':
      return op.columns.map((column) => column.as?.name ?? column.column.name).join(', ');
    case 'GROUP_AGG':
      return op.by.length === 0 ? 'all rows together' : `by ${op.by.map((column) => column.name).join(', ')}`;
    case 'JOIN':
      return `${op.how === 'INNER' ? '' : `${op.how.toLowerCase()} `}on ${text(op.on)}`;
    case 'UNION':
      return count(op.sources.length, 'table');
    case 'DISTINCT':
      return op.by === undefined ? 'whole rows' : `by ${op.by.map((column) => column.name).join(', ')}`;
    case 'SORT':
      return `by ${op.by.map((key) => text(key.value) + (key.descending ? ' ↓' : '')).join(', ')}${op.take === undefined ? '' : ` · first ${text(op.take)}`}`;
    case 'TAKE':
      return `first ${text(op.count)}`;
    case 'STORE':
      return `${op.mode} ${text(op.name)}`;
    case 'QUERY':
      return text(op.sql);
    case 'CALL_FLOW':
      return text(op.path);
    case 'RUN_VASM':
      return text(op.program);
    case 'RUN_JOB':
      return text(op.job);
    case 'CALL':
      return op.fn.name;
    case 'APX_EXEC':
      return text(op.operation);
    case 'SWITCH':
      return `${count(op.cases.length, 'case')} of ${text(op.subject)}`;
    case 'IF':
      return `if ${text(op.condition)}`;
    case 'FOR_EACH':
      return `each ${op.variable.name} in ${text(op.list)}`;
    case 'OUTPUT':
    case 'OUTPUT_TEXT':
    case 'OUTPUT_JSON':
    case 'TRANSFORM':
      return text(op.value);
    default:
      return '';
  }
}

/** What a step did: `2 ms · 80% kept`. */
export function outcome(node: PlanNode, step: StepRecord, rowsOf: (id: string) => number | undefined): string {
  if (step.state === 'failed') return `failed: ${firstSentence(step.error?.detail ?? 'see its result')}`;
  if (step.state === 'skipped' || step.state === 'cancelled') {
    return step.reason === undefined ? STATE_WORDS[step.state] : `${STATE_WORDS[step.state]}: ${step.reason}`;
  }
  if (step.state === 'waiting') return 'waiting';
  const parts: string[] = [];
  if (step.state === 'running') {
    parts.push('running');
    if (step.attempt !== undefined && step.attempt > 1) parts.push(`try ${step.attempt}`);
  } else if (step.state === 'reused') parts.push('reused');
  else if (step.ms !== undefined) parts.push(duration(step.ms));
  const fact = rowFact(node, step, rowsOf);
  if (fact !== '') parts.push(fact);
  else if (step.bytes !== undefined && step.bytes > 0) parts.push(bytes(step.bytes));
  return parts.join(' · ') || STATE_WORDS[step.state];
}

function rowFact(node: PlanNode, step: StepRecord, rowsOf: (id: string) => number | undefined): string {
  if (step.rows === undefined) return '';
  const kind = node.kind === 'step' ? node.op.op : 'OUTPUT';
  if (kind === 'FILTER' || kind === 'DISTINCT') {
    const before = node.dependsOn.map(rowsOf).find((rows) => rows !== undefined);
    if (before !== undefined && before > 0) return `${percent(step.rows / before)} kept`;
  }
  if (kind === 'GROUP_AGG') return count(step.rows, 'group');
  if (kind === 'LOAD' && step.bytes !== undefined) return `${count(step.rows, 'row')} · ${bytes(step.bytes)}`;
  return count(step.rows, 'row');
}

function firstSentence(text: string): string {
  const end = text.search(/[.;:](\s|$)/);
  return end > 12 ? text.slice(0, end) : text;
}

/** `5 steps · slowest load 68 ms · plan 7f3a…c21e`: the line beside the inspector's tabs. */
export function planSummary(graph: PlanGraph, steps: readonly StepRecord[]): string {
  const total = graph.nodes.filter((node) => node.kind === 'step').length;
  let slowest: StepRecord | undefined;
  for (const step of steps) {
    if (step.state === 'done' && step.ms !== undefined && step.ms > (slowest?.ms ?? 0)) slowest = step;
  }
  return [
    count(total, 'step'),
    slowest === undefined ? '' : `slowest ${slowest.name} ${duration(slowest.ms!)}`,
    `plan ${graph.hash.slice(0, 4)}…${graph.hash.slice(-4)}`,
  ]
    .filter((part) => part !== '')
    .join(' · ');
}
