/** A VASM module that a command line names, as text or as binary. */
import { assemble, type TextPlaces } from '../vasm/assemble.ts';
import { decode, isBinary } from '../vasm/binary/decode.ts';
import type { Module } from '../vasm/module.ts';
import { type Refusal, verify } from '../vasm/verify.ts';
import { describeDiagnostic, locate, type LocatedDiagnostic, type Shown } from './diagnostics.ts';
import { host } from './host.ts';
import { readSourceBytes, sourceText } from './sources.ts';

export interface VasmFile {
  /** As it was named; `<stdin>` for `-`. */
  name: string;
  /** Empty for a binary. */
  text: string;
  /** Absent when the text has mistakes. */
  module?: Module;
  places: readonly TextPlaces[];
  diagnostics: LocatedDiagnostic[];
}

/** @throws Problem `vasm-bad-binary`, `vasm-newer-binary`, and those of reading a source. */
export async function readVasm(file: string): Promise<VasmFile> {
  const { name, bytes } = await readSourceBytes(file);
  if (isBinary(bytes)) return { name, text: '', module: decode(bytes), places: [], diagnostics: [] };
  const text = sourceText(name, bytes);
  const { module, problems, places } = assemble(text, {
    ...(file !== '-' && {
      name: host()
        .path.basename(file)
        .replace(/\.vasm$/, ''),
    }),
  });
  const shown = problems.map(({ start, end, message, hint }) => diagnostic('vasm-text', message, hint, { start, end }));
  return { name, text, ...(module && { module }), places, diagnostics: locate(shown, text) };
}

/** What is wrong with a file: mistakes in its text, else what the verifier refuses, at their places in the text. */
export function problemsOf({ text, module, places, diagnostics }: VasmFile): LocatedDiagnostic[] {
  if (module === undefined) return diagnostics;
  const verdict = verify(module);
  if ('verified' in verdict) return diagnostics;
  const placeOf = ({ func, at }: Refusal) => {
    const found = places[module.functions.findIndex(({ name }) => name === func)];
    return (at === undefined ? undefined : found?.instructions[at]) ?? found?.name ?? { start: 0, end: 0 };
  };
  return locate(
    verdict.refusals.map((refusal) => diagnostic('vasm-refused', refusal.message, refusal.hint, placeOf(refusal))),
    text,
  );
}

/** As `describeDiagnostic`; a binary has no lines to show. */
export const describeVasmProblem = (file: VasmFile, problem: LocatedDiagnostic): string =>
  file.text === ''
    ? `${file.name}: ${problem.severity} ${problem.code} ${problem.message}`
    : describeDiagnostic(file.name, file.text, problem);

const diagnostic = (code: string, message: string, hint: string | undefined, range: Shown['range']): Shown => ({
  code,
  severity: 'error',
  message: [message, hint].filter(Boolean).join(' '),
  range,
});
