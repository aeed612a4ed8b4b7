/** One line of the benchmark table: a measured value beside a baseline that was measured in the same run. */
export interface Figure {
  what: string;
  value: number;
  unit: string;
  /** What it is held against, measured in this same run; absent where only the target counts. */
  baseline?: { what: string; value: number };
  /** `most`: value must not be above; `least`: not below; on the ratio to the baseline where `ratio` is set. */
  target?: { kind: 'most' | 'least'; value: number; ratio?: boolean };
  note?: string;
}

export interface Bench {
  name: string;
  /** Runs the measurement; cleans up after itself. */
  run(): Promise<Figure[]>;
}

/** Value over baseline. */
export const ratioOf = (figure: Figure) =>
  figure.baseline === undefined ? undefined : figure.value / figure.baseline.value;

export function isMet({ target, ...figure }: Figure): boolean | undefined {
  if (target === undefined) return undefined;
  const held = target.ratio ? ratioOf(figure) : figure.value;
  if (held === undefined) return undefined;
  return target.kind === 'most' ? held <= target.value : held >= target.value;
}

/** The middle of the measurements. */
export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** The p-th percentile (0 to 100) by the nearest rank. */
export function percentile(values: number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil((p / 100) * sorted.length) - 1))] ?? Number.NaN;
}

/** Milliseconds that each of `times` calls took, after one that is not counted. */
export async function time(times: number, work: () => unknown): Promise<number[]> {
  await work();
  const taken: number[] = [];
  for (let index = 0; index < times; index++) {
    const start = performance.now();
    await work();
    taken.push(performance.now() - start);
  }
  return taken;
}
