/** The programs that ship: their tests pass in both engines, and they are written as the formatter writes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serviceOf } from '../flow/service/service.ts';
import { openNode, type VoikeNode } from '../node.ts';
import { readSamples } from '../runs/samples.ts';
import type { TestReport } from './test-program.ts';

const programs = readSamples(fileURLToPath(new URL('../..', import.meta.url))).filter(({ kind }) => kind === 'program');

let node: VoikeNode;
let dataDir: string;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'voike-samples-'));
  node = await openNode({ dataDir });
});
afterAll(async () => {
  await node.close();
  rmSync(dataDir, { recursive: true, force: true });
});

it('there are ten programs at least, each with a title and a sentence', () => {
  expect(programs.length).toBeGreaterThanOrEqual(10);
  for (const { title, description } of programs) {
    expect(title).toMatch(/^[A-Z][^.]*$/);
    expect(description).toMatch(/^[A-Z][^]*\.$/);
  }
});

describe.each(programs)('$name', ({ source, name }) => {
  it('is in order and in the canonical style', () => {
    const service = serviceOf(source);
    expect(service.form).toBe('program');
    expect(service.diagnose(source)).toEqual([]);
    expect(service.format(source)).toBe(source);
  });

  it.each(['interpreter', 'wasm'])('passes its tests (%s)', async (engine) => {
    const report = (await node.call(
      'vvm.test',
      { ...node.local(), signal: new AbortController().signal, log: node.log },
      { source, file: `${name}.flow`, engine },
    )) as TestReport;
    expect(report.tests.filter(({ passed }) => !passed)).toEqual([]);
    expect(report.passed).toBeGreaterThanOrEqual(2);
  });
});
