/** What flows along an edge or out of a node, in words for hovers and screen readers. Pure. */
import { displayColumnType, displayType } from '../../../node-core/flow/types/display.ts';
import type { FlowType } from '../../../node-core/flow/types/type.ts';
import type { StepRecord } from '../../../node-core/runs/schema.ts';
import { bytes, count, duration } from '../../ui/format.ts';

const MOST_COLUMNS = 14;

/** `table with 7 columns`, and the columns with their types, one a line. */
export function shapeText(type: FlowType): string {
  const words = displayType(type);
  if (type.kind === 'table' && type.columns !== undefined) {
    const lines = type.columns.slice(0, MOST_COLUMNS).map((column) => `${column.name}: ${displayColumnType(column)}`);
    const more = type.columns.length - lines.length;
    return [words, ...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
  }
  if (type.kind === 'record' && type.fields !== undefined) {
    const fields = Object.entries(type.fields);
    const lines = fields.slice(0, MOST_COLUMNS).map(([name, field]) => `${name}: ${displayType(field)}`);
    return [words, ...lines].join('\n');
  }
  return words;
}

/** `3,190 rows · 68 ms, 40% of the run`. */
export function workText(step: StepRecord | undefined, share: number | undefined): string {
  if (step === undefined) return '';
  const parts: string[] = [];
  if (step.rows !== undefined) parts.push(count(step.rows, 'row'));
  if (step.bytes !== undefined && step.bytes > 0) parts.push(bytes(step.bytes));
  if (step.ms !== undefined && step.state !== 'reused')
    parts.push(`${duration(step.ms)}${share === undefined ? '' : `, ${percent(share)} of the run`}`);
  else if (step.state === 'reused') parts.push('reused');
  return parts.join(' · ');
}

export function percent(share: number): string {
  if (share > 0 && share < 0.01) return '<1%';
  if (share < 1 && share > 0.99) return '>99%';
  return `${Math.round(share * 100)}%`;
}
