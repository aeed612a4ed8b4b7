/** Diagnostics as people and as scripts read them. */
import type { SourceRange } from '../errors/problem.ts';
import { LineIndex } from '../flow/syntax/lines.ts';
import { visible } from './print.ts';

/** The parts of a diagnostic that are shown. */
export interface Shown {
  code: string;
  severity: string;
  message: string;
  range: SourceRange;
}

export interface Place {
  /** Both from 1; columns in UTF-16 code units. */
  line: number;
  column: number;
  /** UTF-16 offset from 0. */
  offset: number;
}

/** The form of `voike check --json`. */
export interface LocatedDiagnostic {
  code: string;
  severity: string;
  message: string;
  range: { start: Place; end: Place };
}

export function locate(diagnostics: readonly Shown[], source: string): LocatedDiagnostic[] {
  const lines = new LineIndex(source);
  const place = (offset: number): Place => ({ ...lines.position(offset), offset });
  return diagnostics.map(({ code, severity, message, range }) => ({
    code,
    severity,
    message,
    range: { start: place(range.start), end: place(range.end) },
  }));
}

/**
 * `file:line:col: error FLOW2001 message`, the line it is in, and a caret under what is meant. Long lines are cut
 * around the place.
 */
export function describeDiagnostic(file: string, source: string, diagnostic: LocatedDiagnostic): string {
  const { start, end } = diagnostic.range;
  const head = `${file}:${start.line}:${start.column}: ${diagnostic.severity} ${diagnostic.code} ${visible(diagnostic.message)}`;
  const from = start.offset - (start.column - 1);
  const rest = /[^\r\n]*/y;
  rest.lastIndex = from;
  const whole = rest.exec(source)?.[0] ?? '';
  const before = start.column - 1;
  // Nothing to point at: the end of the file, or a file that is not there.
  if (whole === '') return head;
  const cut = Math.max(0, before - 80);
  const line = whole.slice(cut, cut + 120).replaceAll('\t', ' ');
  const length = Math.max(
    1,
    Math.min((end.line === start.line ? end.offset : from + whole.length) - start.offset, line.length - (before - cut)),
  );
  return `${head}\n    ${visible(line)}\n    ${' '.repeat(before - cut)}${'^'.repeat(length)}`;
}
