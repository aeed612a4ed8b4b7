/** Which lines of VASM belong to a place in the source. Pure. */
import type { VasmLine } from '../../language/program.ts';

/** Of the instructions whose source holds the place, those with the smallest piece of it. */
export function linesAt(lines: readonly VasmLine[], offset: number): Set<number> {
  let smallest = Infinity;
  for (const { range } of lines)
    if (range !== undefined && range.start <= offset && offset <= range.end)
      smallest = Math.min(smallest, range.end - range.start);
  return new Set(
    lines.flatMap(({ range }, at) =>
      range !== undefined && range.start <= offset && offset <= range.end && range.end - range.start === smallest
        ? [at]
        : [],
    ),
  );
}
