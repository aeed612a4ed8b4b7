/** Runs the tests of a program, one after the other, each in a call of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Problem } from '../errors/problem.ts';
import { compileProgram } from '../flow/program/compile.ts';
import { notCompiled } from '../flow/program/not-compiled.ts';
import { capital } from '../flow/program/types.ts';
import { readExpectation } from '../flow/program/compile-expect.ts';
import { LineIndex } from '../flow/syntax/lines.ts';
import { openDataFile } from '../models/data-file.ts';
import { migrateModels } from '../models/migrate.ts';
import type { ModelShape } from '../models/shape.ts';
import { ownGrants } from '../services/compiled.ts';
import type { Caller, Calls } from './calls.ts';
import { DEFAULT_DEPTH } from './engine.ts';
import type { EngineName } from './job.ts';
import { programName } from './program-name.ts';
import { calledFrom, type TrapPlace } from './trap-places.ts';

export interface TestJob {
  source: string;
  /** What messages call the program; its module is named after it. */
  file?: string;
  /** Only tests whose title holds this text, whatever its case. */
  filter?: string;
  /** Capabilities that the tests may use. */
  grants: readonly string[];
  engine: EngineName;
  /** Of each test. */
  fuel: number;
  /** Of each test, in milliseconds. */
  ms: number;
}

export interface TestResult {
  title: string;
  passed: boolean;
  /** Of the title, from 1. */
  line: number;
  /** Of the call itself; of a test that failed, with loading. */
  ms: number;
  log: string[];
  failure?: TestFailure;
}

export interface TestFailure {
  /** A sentence. */
  message: string;
  hint?: string;
  /** Of the Problem that it was: `vvm-trap`, `vvm-time`, … */
  code: string;
  /** Where in the source; from 1. */
  line?: number;
  column?: number;
  /** The calls that it happened in: `Called from main in line 4.` */
  calledFrom?: string;
  /** The text there: of an `expect` its condition. */
  source?: string;
  /** What stood on the sides of an `expect` that did not hold, or the one value that it asked about. */
  left?: string;
  right?: string;
  value?: string;
}

export interface TestReport {
  tests: TestResult[];
  passed: number;
  failed: number;
  /** Tests that the filter left out. */
  skipped: number;
  ms: number;
}

/**
 * @throws Problem `flow-has-errors` with `diagnostics` when the program does not compile; `cancelled`. What a test does wrong is
 * in the report.
 */
export async function testProgram(
  calls: Calls,
  caller: Caller,
  job: TestJob,
  signal: AbortSignal,
): Promise<TestReport> {
  const { source, file, filter = '' } = job;
  const name = programName(file);
  const begun = performance.now();
  const { tests, module, models, diagnostics } = compileProgram(source, name, file, { tests: true });
  if (module === undefined) throw notCompiled(diagnostics);
  const lines = new LineIndex(source);
  const wanted = tests.filter(({ title }) => title.toLowerCase().includes(filter.toLowerCase()));
  const results: TestResult[] = [];
  const stored = models.filter((model) => model.stored);
  const place = stored.length === 0 ? undefined : await emptyTables(stored, name);
  // What they do with their own tables harms nobody.
  const grants = [...job.grants, ...(place === undefined ? [] : ownGrants({ module, models: stored }))];
  try {
    await runAll();
  } finally {
    if (place !== undefined) await rm(dirname(place), { recursive: true, force: true });
  }
  const passed = results.filter((one) => one.passed).length;
  return {
    tests: results,
    passed,
    failed: results.length - passed,
    skipped: tests.length - wanted.length,
    ms: performance.now() - begun,
  };

  async function runAll(): Promise<void> {
    for (const { title, func, range } of wanted) {
      const started = performance.now();
      const { line } = lines.position(range.start);
      try {
        const { ms, log } = await calls.run(
          caller,
          {
            module: { program: source, tests: true, ...(file === undefined ? {} : { file }) },
            name,
            func,
            args: [],
            grants,
            ...(place === undefined ? {} : { tables: { file: place, models: stored } }),
            fuel: job.fuel,
            depth: DEFAULT_DEPTH,
            engine: job.engine,
          },
          { ms: job.ms },
          signal,
        );
        results.push({ title, passed: true, line, ms, log });
      } catch (error) {
        if (!(error instanceof Problem) || error.code === 'cancelled' || signal.aborted) throw error;
        const log = Array.isArray(error.more['log']) ? error.more['log'].map(String) : [];
        const failure = failureOf(error, source, lines);
        results.push({ title, passed: false, line, ms: performance.now() - started, log, failure });
      }
    }
  }
}

/** A file with these tables and nothing in them, in a folder of its own. */
async function emptyTables(models: ModelShape[], program: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'voike-tests-'));
  const file = join(folder, 'models.db');
  const pair = openDataFile(file);
  try {
    migrateModels(pair.write, { models, lose: [], actor: 'test', program });
  } finally {
    pair.close();
  }
  return file;
}

function failureOf(problem: Problem, source: string, lines: LineIndex): TestFailure {
  const { code, range } = problem;
  const { trap, said, callers } = problem.more;
  const from = Array.isArray(callers) ? calledFrom(callers as TrapPlace[]) : '';
  const sides = trap === 'failed' && typeof said === 'string' ? readExpectation(said) : undefined;
  const message = sides ? 'This does not hold.' : typeof said === 'string' ? said : problem.message;
  return {
    code,
    message,
    ...(problem.hint === undefined ? {} : { hint: problem.hint }),
    ...(range === undefined
      ? {}
      : { ...lines.position(range.start), source: source.slice(range.start, range.end).slice(0, 2000) }),
    ...(from === '' ? {} : { calledFrom: `${capital(from)}.` }),
    ...sides,
  };
}
