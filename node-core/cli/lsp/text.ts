/** Positions and edits of the Language Server Protocol on a text: lines from 0, characters in UTF-16 units. Browser-safe. */
import { LineIndex } from '../../flow/syntax/lines.ts';
import type { SourceRange } from '../../flow/syntax/ast.ts';

export interface Position {
  line: number;
  character: number;
}
export interface Range {
  start: Position;
  end: Position;
}
export interface Change {
  /** Without it the text is the whole document. */
  range?: Range;
  text: string;
}

export class OpenText {
  readonly text: string;
  readonly version: number;
  #lines: LineIndex | undefined;

  constructor(text: string, version: number) {
    this.text = text;
    this.version = version;
  }

  get #index(): LineIndex {
    return (this.#lines ??= new LineIndex(this.text));
  }

  /** A character past the end of its line is the end of the line. */
  offset({ line, character }: Position): number {
    const start = this.#index.offset(line + 1, 1);
    if (line >= this.#index.lineCount) return this.text.length;
    let end = line + 1 < this.#index.lineCount ? this.#index.offset(line + 2, 1) : this.text.length;
    while (end > start && (this.text[end - 1] === '\n' || this.text[end - 1] === '\r')) end--;
    return Math.min(start + character, end);
  }
  position(offset: number): Position {
    const { line, column } = this.#index.position(offset);
    return { line: line - 1, character: column - 1 };
  }
  range({ start, end }: SourceRange): Range {
    return { start: this.position(start), end: this.position(end) };
  }
  offsets({ start, end }: Range): SourceRange {
    const [from, to] = [this.offset(start), this.offset(end)];
    return { start: Math.min(from, to), end: Math.max(from, to) };
  }

  /** With the changes, each made to what the one before left. */
  changed(changes: readonly Change[], version: number): OpenText {
    let now = new OpenText(this.text, version);
    for (const { range, text } of changes) {
      if (range === undefined) now = new OpenText(text, version);
      else {
        const { start, end } = now.offsets(range);
        now = new OpenText(now.text.slice(0, start) + text + now.text.slice(end), version);
      }
    }
    return now;
  }
}
