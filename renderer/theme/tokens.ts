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

let canvas: CanvasRenderingContext2D | null | undefined;

/** The present value of a colour token, always as `#rrggbb` (the build may have shortened what tokens.css says). */
export function token(name: ColorToken): string {
  const written = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  canvas ??= document.createElement('canvas').getContext('2d');
  if (canvas === null) return written;
  canvas.fillStyle = written;
  return canvas.fillStyle;
}
