/** What must hold for any text at all read as a program; shared by the property tests and the fuzzer. Browser-safe. */
import { formatProgram } from './format.ts';
import { parseProgram } from './parse.ts';
import type { ProgramResult } from './tree.ts';

/** A tree without its ranges, as text. */
export const programShape = (value: unknown): string =>
  JSON.stringify(value, (key, inner: unknown) =>
    key === 'range' ? undefined : typeof inner === 'bigint' ? `${inner}n` : inner,
  );

/** Throws, saying what is wrong, when parser or formatter break a promise on this text. */
export function checkAnyProgram(source: string): ProgramResult {
  const result = parseProgram(source);
  for (const { code, message, range, fix } of result.diagnostics) {
    need(/^FLOW1\d{3}$/.test(code), `a code out of range: ${code}`);
    need(message.length > 10 && /[.…]$/.test(message), `a message that is no sentence: ${message}`);
    for (const one of [range, ...(fix?.edits.map((edit) => edit.range) ?? [])])
      need(one.start >= 0 && one.end >= one.start && one.end <= source.length, `a range outside the source: ${code}`);
  }
  const formatted = formatProgram(source);
  if (result.diagnostics.length > 0) {
    need(formatted === source, 'a source with errors was formatted');
    return result;
  }
  const again = parseProgram(formatted);
  need(again.diagnostics.length === 0, `formatting broke it: ${again.diagnostics[0]?.message}\n${formatted}`);
  need(programShape(again.program) === programShape(result.program), `formatting changed the meaning:\n${formatted}`);
  const texts = (one: ProgramResult) => JSON.stringify(one.comments.map((comment) => comment.text));
  need(texts(again) === texts(result), `formatting changed the comments:\n${formatted}`);
  const twice = formatProgram(formatted);
  need(twice === formatted, `formatting twice is not formatting once:\n${formatted}\n---\n${twice}`);
  return result;
}

function need(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}
