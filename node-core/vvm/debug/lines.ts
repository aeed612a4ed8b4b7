/**
 * Lines of the source that instructions belong to, and the places where a step by line may stop: the first instruction of a
 * line, with nothing under way on the operand stack, so that an expression over several lines is one stop.
 */
import { slotsOf } from '../../vasm/module.ts';
import type { Loaded } from '../load.ts';

export interface Lines {
  /** Line of an instruction, from 1; 0 where none is known. */
  lineOf(func: number, at: number): number;
  /** May a step by line stop before this instruction? */
  isPlace(func: number, at: number): boolean;
  /** The first line at or after `line` where something can stop, in the same file; undefined past the end. */
  placeAtOrAfter(line: number): number | undefined;
}

/** Of a text in VASM, lines of more instructions than this are not worth finding one by one. */
const MOST_TEXT_INSTRUCTIONS = 20_000;

export function linesOf(loaded: Loaded): Lines {
  const { module, functions } = loaded.verified;
  const total = module.functions.reduce((sum, func) => sum + func.code.length, 0);
  const byLine = loaded.program === undefined ? undefined : lineStarts(loaded.program);
  const lines = module.functions.map((func, index) => {
    const own = new Int32Array(func.code.length);
    if (byLine !== undefined) {
      const ranges = module.debug?.ranges?.[index] ?? [];
      let next = 0;
      let line = 0;
      for (let at = 0; at < own.length; at++) {
        while (next < ranges.length && ranges[next]!.at <= at) line = lineAt(byLine, ranges[next++]!.start);
        own[at] = line;
      }
    } else if (total <= MOST_TEXT_INSTRUCTIONS)
      for (let at = 0; at < own.length; at++) own[at] = loaded.lineOf(func.name, at) ?? 0;
    return own;
  });
  const places = module.functions.map((_func, index) => {
    const own = lines[index]!;
    const { stack } = functions[index]!;
    return Uint8Array.from(own, (line, at) =>
      line !== 0 && (at === 0 || own[at - 1] !== line) && stack[at]?.length === 0 ? 1 : 0,
    );
  });
  const stops = [
    ...new Set(places.flatMap((own, func) => [...own].flatMap((is, at) => (is === 1 ? [lines[func]![at]!] : [])))),
  ].sort((a, b) => a - b);
  return {
    lineOf: (func, at) => lines[func]?.[at] ?? 0,
    isPlace: (func, at) => places[func]?.[at] === 1,
    placeAtOrAfter: (line) => stops.find((one) => one >= line),
  };
}

/** Offsets at which lines begin. */
function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}

/** Names of a function's slots that a person wrote: the compiler's own begin with an underscore. */
export function writtenSlots(loaded: Loaded, func: number): { name: string; slot: number }[] {
  return slotsOf(loaded.verified.module.functions[func]!).flatMap(({ name }, slot) =>
    loaded.program !== undefined && name.startsWith('_') ? [] : [{ name, slot }],
  );
}
