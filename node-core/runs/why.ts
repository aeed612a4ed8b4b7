/** Why a step ran or did not, as a sentence; and what differs between the texts of two steps. Browser-safe. */
import type { PreparedStep } from './prepare.ts';
import type { StepWhy } from './schema.ts';

const shortRun = (id: string | undefined): string => (id === undefined ? 'an earlier run' : `run …${id.slice(-6)}`);
const plain = (id: string | undefined): string => (id ?? '').replace(/^(?:step|output|input):/, '');

/** @param because for `impure`: what makes it so, as a clause */
export function sentenceOf(why: StepWhy, because = 'it does not give the same each time'): string {
  const change = why.before !== undefined && why.after !== undefined ? ` (${why.before} -> ${why.after})` : '';
  switch (why.code) {
    case 'reused':
      return `Reused from ${shortRun(why.run)}: same operation, same inputs.`;
    case 'kept':
      return `Kept from ${shortRun(why.run)}: nothing that it depends on has changed.`;
    case 'first':
      return 'Ran: no earlier run has its result.';
    case 'new-step':
      return 'Ran: the step is new in this flow.';
    case 'config-changed':
      return `Ran again: its ${why.part} changed${change}.`;
    case 'input-changed':
      if (why.part === 'file') return `Ran again: input ${why.input} is another file.`;
      if (why.part === 'input') return `Ran again: the input ${why.input} changed${change}.`;
      if (why.part === 'reads') return `Ran again: it reads ${why.input} now.`;
      return `Ran again: ${why.input} gave another result.`;
    case 'program-changed':
      return 'Ran again: the program that it calls changed.';
    case 'shared-query':
      return `Ran again: it shares a query with ${plain(why.step)}, which had to run.`;
    case 'nocache':
      return 'Ran: @nocache.';
    case 'impure':
      return `Ran: ${because}.`;
    case 'forced':
      return `Forced by re-run from ${plain(why.step)}.`;
    case 'expired':
      return 'Ran again: the stored result is older than @cache allows.';
    case 'damaged':
      return 'Ran again: the rows of the stored result are no longer there, or were damaged.';
    case 'failed-before':
      return `Ran again: it had no result in ${shortRun(why.run)}.`;
    case 'not-shared':
      return `Ran again: its result in ${shortRun(why.run)} was made for that run alone.`;
    case 'let-go':
      return `Ran again: its result in ${shortRun(why.run)} was let go.`;
    case 'edited-output':
      return `Not run: its result was edited by ${why.by}.`;
    case 'edited-input':
      return `Ran on an edited input: ${why.input}, by ${why.by}.`;
    case 'not-needed':
      return `Not needed: the run was asked to end at ${plain(why.step)}.`;
    case 'needs-failed':
      return `It needs ${plain(why.step)}, which ${why.part === 'failed' ? 'failed' : 'has no result'}.`;
    case 'query-failed':
      return `It runs in one query with ${plain(why.step)}, which failed.`;
  }
}

/** What people call the parts of operations. */
const PARTS = new Map<string, string>([
  ['where', 'condition'],
  ['condition', 'condition'],
  ['on', 'condition'],
  ['by', 'keys'],
  ['aggregates', 'aggregates'],
  ['columns', 'columns'],
  ['to', 'columns'],
  ['take', 'count'],
  ['count', 'count'],
  ['source', 'source'],
  ['sources', 'sources'],
  ['left', 'source'],
  ['right', 'source'],
  ['from', 'source'],
  ['options', 'options'],
  ['with', 'settings'],
  ['value', 'value'],
  ['sql', 'SQL'],
  ['how', 'kind of join'],
  ['format', 'format'],
  ['cases', 'cases'],
  ['mode', 'mode'],
  ['name', 'name'],
  ['label', 'label'],
  ['message', 'message'],
  ['then', 'branch'],
  ['else', 'branch'],
  ['default', 'branch'],
  ['body', 'body'],
  ['list', 'list'],
  ['operation', 'operation'],
]);

export interface Change {
  part: string;
  before: string;
  after: string;
}

/** What differs between two steps, part by part, in the words of their sources; nothing when they do the same. */
export function changesOf(
  before: { step: PreparedStep; source: string },
  after: { step: PreparedStep; source: string },
): Change[] {
  if (before.step.config === after.step.config && before.step.contract === after.step.contract) return [];
  const a = opOf(before.step);
  const b = opOf(after.step);
  if (a['op'] !== b['op'] || before.step.contract !== after.step.contract) {
    return [{ part: 'operation', before: before.step.contract, after: after.step.contract }];
  }
  const changes: Change[] = [];
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    if (key === 'op' || key === 'kind' || key === 'range' || key.endsWith('Range')) continue;
    if (JSON.stringify(bare(a[key])) === JSON.stringify(bare(b[key]))) continue;
    changes.push({
      part: key === 'by' && a['op'] === 'SORT' ? 'order' : (PARTS.get(key) ?? key),
      before: textOf(a[key], before.source),
      after: textOf(b[key], after.source),
    });
  }
  return changes.length > 0 ? changes : [{ part: 'text', before: '', after: '' }];
}

function opOf(step: PreparedStep): Record<string, unknown> {
  return step.node.kind === 'step'
    ? (step.node.op as unknown as Record<string, unknown>)
    : { op: 'OUTPUT', value: step.node.value };
}

const LONGEST = 60;

function textOf(part: unknown, source: string): string {
  if (part === undefined) return 'none';
  const span = spanOf(part);
  const text = span
    ? source.slice(span.start, span.end).replaceAll(/\s+/g, ' ').trim()
    : typeof part === 'string'
      ? part
      : (JSON.stringify(bare(part)) ?? '');
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

/** From the first to the last place in the source that belongs to the part. */
function spanOf(part: unknown): { start: number; end: number } | undefined {
  if (typeof part !== 'object' || part === null) return undefined;
  const own = (part as { range?: { start: number; end: number } }).range;
  if (own) return own;
  let span: { start: number; end: number } | undefined;
  for (const inner of Object.values(part)) {
    const found = spanOf(inner);
    if (!found) continue;
    span = span ? { start: Math.min(span.start, found.start), end: Math.max(span.end, found.end) } : found;
  }
  return span;
}

function bare(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(bare);
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(
    Object.entries(part)
      .filter(([key]) => key !== 'range' && !key.endsWith('Range'))
      .map(([key, value]) => [key, bare(value)]),
  );
}
