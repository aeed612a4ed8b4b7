/** What these tests stand on: a folder of its own, the real command, and what every refusal must be like. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Outcome, voike } from '../../node-core/cli/testing.ts';

export interface World {
  folder: string;
  data: string;
  /** Writes a file of the folder; gives its path. */
  file(name: string, content: string | Uint8Array): string;
  remove(): void;
}

export function createWorld(): World {
  const folder = mkdtempSync(join(tmpdir(), 'voike-bad-'));
  return {
    folder,
    data: join(folder, 'data'),
    file(name, content) {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Insides that no sentence for people holds: frames of a stack, source files, words of the host language. */
const INSIDES =
  /^\s+at .*[:(]|\.[jt]s:\d|node:internal|\bundefined\b|\[object |TypeError|ReferenceError|Something went wrong/m;

/** A refusal: the exit code, a sentence that matches, and nothing of our insides. */
export function expectRefusal(outcome: Outcome, code: number, sentence: RegExp): void {
  const said = outcome.stdout + outcome.stderr;
  expect(said).toMatch(sentence);
  expect(said).not.toMatch(INSIDES);
  expect(outcome.code).toBe(code);
}

/** Runs a command that must be refused. */
export async function refused(args: string[], code: number, sentence: RegExp): Promise<Outcome> {
  const outcome = await voike(args);
  expectRefusal(outcome, code, sentence);
  return outcome;
}

/** A plan that loads a file and gives its rows. */
export const loading = (format: string, options = '') =>
  `FLOW "Load"\nINPUTS\n  file data\nEND INPUTS\nSTEP load = LOAD ${format} FROM data ${options}\nOUTPUT load AS "rows"\nEND FLOW\n`;
