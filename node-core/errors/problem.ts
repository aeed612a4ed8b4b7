/**
 * The one error that crosses a boundary: an RFC 9457 problem document with a stable `code`, a sentence for people
 * and a `hint` that says what to do. Browser-safe.
 */

/** A place in a FLOW source, in UTF-16 offsets; `end` is exclusive. */
export interface SourceRange {
  start: number;
  end: number;
}

/** The JSON form of a {@link Problem} (RFC 9457, section 3, with our extension members). */
export interface ProblemDocument {
  /** `urn:voike:problem:<code>`; stable, for programs. */
  type: string;
  title: string;
  status: number;
  /** A whole sentence for a person. */
  detail: string;
  /** Stable, lower-case, words joined by hyphens: `run-not-found`. FLOW codes (`FLOW2001`) keep their form. */
  code: string;
  /** What to do about it. */
  hint?: string;
  /** For language errors: where in the source. */
  range?: SourceRange;
  /** Anything else a program may want (`step`, `path`, `errors`, …). */
  [extension: string]: unknown;
}

export interface ProblemOptions {
  status?: number;
  title?: string;
  hint?: string;
  range?: SourceRange;
  cause?: unknown;
  /** Extension members of the document. */
  more?: Record<string, unknown>;
}

/** An expected failure. Whatever is thrown that is not a Problem is a defect of ours and is reported as `internal`. */
export class Problem extends Error {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly hint: string | undefined;
  readonly range: SourceRange | undefined;
  readonly more: Record<string, unknown>;

  constructor(code: string, detail: string, options: ProblemOptions = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Problem';
    this.code = code;
    this.status = options.status ?? 400;
    this.title = options.title ?? code.replaceAll('-', ' ');
    this.hint = options.hint;
    this.range = options.range;
    this.more = options.more ?? {};
  }

  toJSON(): ProblemDocument {
    return {
      type: `urn:voike:problem:${this.code}`,
      title: this.title,
      status: this.status,
      detail: this.message,
      code: this.code,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      ...(this.range === undefined ? {} : { range: this.range }),
      ...this.more,
    };
  }

  /** The Problem that a problem document describes: what a client throws after a failed call. */
  static fromDocument(document: ProblemDocument): Problem {
    const { type: _type, title, status, detail, code, hint, range, ...more } = document;
    return new Problem(code, detail, {
      status,
      title,
      more,
      ...(hint === undefined ? {} : { hint }),
      ...(range === undefined ? {} : { range }),
    });
  }
}
