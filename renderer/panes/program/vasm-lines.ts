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

/** The instructions that came from the same piece of the source as this one. */
export function linesLike(lines: readonly VasmLine[], index: number): Set<number> {
  const own = lines[index]?.range;
  return new Set(
    own === undefined
      ? []
      : lines.flatMap(({ range }, at) => (range?.start === own.start && range.end === own.end ? [at] : [])),
  );
}
