/** Colours of series, from the tokens of the present theme. The same position has the same colour everywhere. */
import { type ColorToken, token } from '../../../theme/tokens.ts';

const ORDER: readonly ColorToken[] = [
  'accent',
  'number',
  'reused',
  'running',
  'warn',
  'failed',
  'string',
  'function',
  'keyword',
  'done',
  'skipped',
  'text',
];

export function seriesColor(at: number): string {
  return token(ORDER[at % ORDER.length]!);
}

/** The CSS of the same colour, for what the style sheet colours. */
export function seriesVariable(at: number): string {
  return `var(--${ORDER[at % ORDER.length]!})`;
}

/** Colours alone do not tell lines apart: beyond six, and for those who see fewer colours, dashes do. */
export function seriesDash(at: number): number[] | undefined {
  return [undefined, [7, 3], [2, 3]][Math.floor(at / 4) % 3];
}

/** `#rrggbb` with an opacity from 0 to 1. */
export function faded(color: string, opacity: number): string {
  return `${color}${Math.round(opacity * 255)
    .toString(16)
    .padStart(2, '0')}`;
}
