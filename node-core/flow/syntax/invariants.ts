/** What must hold for any text at all; shared by the property tests and the fuzzer. Browser-safe. */
import { format } from './format.ts';
import { lex } from './lex.ts';
import { parse } from './parse.ts';
import { printExpr } from './print.ts';
import { walkExpr, walkExprs } from './walk.ts';
import type { Expr, ParseResult } from './ast.ts';

/** A tree without its ranges, as text: what two sources have in common when they mean the same. */
export function shape(value: unknown): string {
  return JSON.stringify(value, (key, inner: unknown) =>
    key === 'range' || key === 'fnRange' || key === 'wordRange' || key === 'typeRange' ? undefined : inner,
  );
}

/** Throws, saying what is wrong, when the parser, the formatter or the printer breaks a promise on this text. */
export function checkAnyText(source: string): ParseResult {
  const result = parse(source);
  for (const { message, range, code, fix } of result.diagnostics) {
    need(/^FLOW1\d{3}$/.test(code), `a code out of range: ${code}`);
    need(message.length > 10 && /[.…]$/.test(message), `a message that is no sentence: ${message}`);
    need(inside(range, source), `a range outside the source: ${code} ${range.start}..${range.end}`);
    for (const edit of fix?.edits ?? []) need(inside(edit.range, source), `a mend outside the source: ${code}`);
  }
  checkRanges(result.plan, source);
  let at = 0;
  for (const token of lex(source)) {
    need(token.range.start >= at && token.range.end >= token.range.start, 'tokens out of order');
    at = token.range.end;
  }
  const errors = result.diagnostics.some((one) => one.severity === 'error');
  const formatted = format(source);
  if (errors) need(formatted === source, 'a source with errors was formatted');
  else checkFormatting(source, formatted, result);
  return result;
}

function checkFormatting(source: string, formatted: string, result: ParseResult): void {
  const again = parse(formatted);
  need(
    !again.diagnostics.some((one) => one.severity === 'error'),
    `formatting broke it: ${again.diagnostics[0]?.message}`,
  );
  need(shape(again.plan) === shape(result.plan), 'formatting changed the meaning');
  need(
    again.comments.length === result.comments.length &&
      again.comments.every((one, i) => one.text === result.comments[i]!.text),
    'formatting changed the comments',
  );
  need(format(formatted) === formatted, 'formatting twice is not formatting once');
  const ends = formatted === source || source.trim() === '' || /[^\n]\r?\n$/.test(formatted);
  need(ends, 'no single line break at the end');
  for (const node of result.plan.body) {
    if (node.kind === 'output') checkPrinting(node.value);
    else walkExprs(node.op, checkPrinting);
  }
}

/** Printing an expression and reading it again gives it back. */
function checkPrinting(expr: Expr): void {
  const text = printExpr(expr);
  const back = parse(`FLOW "x"\nOUTPUT (${text})\nEND FLOW`);
  const first = back.plan.body[0];
  need(first?.kind === 'output' && shape(first.value) === shape(expr), `printing changed an expression: ${text}`);
  walkExpr(expr, () => undefined);
}

function checkRanges(node: unknown, source: string): void {
  if (Array.isArray(node)) {
    for (const one of node) checkRanges(one, source);
  } else if (node !== null && typeof node === 'object') {
    for (const [key, value] of Object.entries(node)) {
      if (key === 'range' || key.endsWith('Range'))
        need(
          inside(value as { start: number; end: number }, source),
          `a range outside the source in the tree: ${JSON.stringify(value)}`,
        );
      else checkRanges(value, source);
    }
  }
}

const inside = (range: { start: number; end: number }, source: string) =>
  range.start >= 0 && range.end >= range.start && range.end <= source.length;

function need(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}
