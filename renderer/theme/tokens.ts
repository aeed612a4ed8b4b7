/** Reads the tokens of tokens.css at run time, for what cannot use CSS custom properties (Monaco, canvases, SVG export). */

/** Names of the colour tokens, without the leading `--`. */
export type ColorToken =
  | 'frame'
  | 'sidebar'
  | 'panel'
  | 'editor'
  | 'raised'
  | 'hairline'
  | 'text'
  | 'text-2'
  | 'text-3'
  | 'accent'
  | 'on-accent'
  | 'running'
  | 'done'
  | 'failed'
  | 'warn'
  | 'reused'
  | 'skipped'
  | 'keyword'
  | 'operation'
  | 'string'
  | 'number'
  | 'function'
  | 'comment'
  | 'selected'
  | 'hover'
  | 'line'
  | 'selection';

/** The present value of a colour token, as written in tokens.css (`#35c5b0`). */
export function token(name: ColorToken): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
