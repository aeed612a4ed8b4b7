/**
 * Fuzzes the front end of FLOW: `npm run fuzz -- [seconds] [seed]`. Valid plans written untidily, damaged plans and token soup
 * go through lexer, parser, formatter and printer; each promise of these (never throws, formatting keeps meaning and comments, …)
 * is checked, of programs as of plans; so are those of edits of the plan graph, made at random one after another, also on damaged plans. A text that breaks one is saved and named, and the exit code is 1.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seeded } from '../node-core/flow/random.ts';
import { damaged, planWords, soup, untidy } from '../node-core/flow/syntax/generate.ts';
import { checkEdit, randomEdit, randomPlan, typed } from '../node-core/flow/edit/invariants.ts';
import { checkGenerated, nothingSeen } from '../node-core/vvm/invariants.ts';
import { checkAnyText } from '../node-core/flow/syntax/invariants.ts';
import { fuzzVvm } from './fuzz-vvm.ts';
import { programWords, untidyProgram } from '../node-core/flow/program/generate.ts';
import { checkAnyProgram } from '../node-core/flow/program/invariants.ts';

if (process.argv[2] === 'vvm') process.exit(fuzzVvm(Number(process.argv[3] ?? 100_000), Number(process.argv[4] ?? 0)));

const seconds = Number(process.argv[2] ?? 60);
const firstSeed = process.argv[3] === undefined ? Date.now() % 1_000_000_000 : Number(process.argv[3]);
if (!Number.isFinite(seconds) || seconds <= 0 || !Number.isSafeInteger(firstSeed)) {
  console.error('Usage: npm run fuzz -- [seconds] [seed], for example: npm run fuzz -- 300 42');
  process.exit(2);
}

/** Longest that one text may take, in milliseconds: far beyond any that is read in linear time. */
const TOO_SLOW = 2_000;
const counts = { valid: 0, damaged: 0, soup: 0, edited: 0, program: 0, 'damaged program': 0 };
const modules = nothingSeen();
let edits = 0;
let characters = 0;
const end = performance.now() + seconds * 1000;
console.log(`Fuzzing FLOW and VASM for ${seconds} s from seed ${firstSeed}.`);

for (let seed = firstSeed; performance.now() < end; seed++) {
  const random = seeded(seed);
  const valid = untidy(planWords(random, 1 + Math.floor(random() * 12)), random);
  attempt('valid', seed, valid);
  attempt('damaged', seed, damaged(valid, random));
  attempt('soup', seed, soup(random, 1 + Math.floor(random() * 150)));
  attemptEdits(seed, seed % 3 === 0);
  attemptModules(seed);
  const program = untidyProgram(programWords(random, 1 + (seed % 4)), random);
  attempt('program', seed, program);
  attempt('damaged program', seed, damaged(program, random));
}
console.log(
  `No failure: ${counts.valid} valid, ${counts.damaged} damaged plans and ${counts.soup} soups, ${edits} edits of ${counts.edited} graphs, ${counts.program} programs and ${counts['damaged program']} damaged ones, ${(characters / 1e6).toFixed(1)} million characters.`,
);
for (const [kind, { refused, returned, trapped }] of Object.entries(modules)) {
  const traps = [...trapped].map(([code, times]) => `${times} ${code}`).join(', ');
  console.log(`VASM, ${kind}: ${refused} refused, ${returned} calls gave a value, others trapped: ${traps}.`);
}

function attempt(kind: keyof typeof counts, seed: number, text: string): void {
  const start = performance.now();
  try {
    const { diagnostics } = kind.endsWith('program') ? checkAnyProgram(text) : checkAnyText(text);
    const error = diagnostics.find((one) => one.severity === 'error');
    if ((kind === 'valid' || kind === 'program') && error)
      throw new Error(`a valid text was refused: ${error.code} ${error.message}`);
    const took = performance.now() - start;
    if (took > TOO_SLOW) throw new Error(`it took ${took.toFixed(0)} ms`);
  } catch (error) {
    failed(kind, seed, text, error);
  }
  counts[kind]++;
  characters += text.length;
}

/** Eight edits one after another; with `broken` somebody types in between. */
function attemptEdits(seed: number, broken: boolean): void {
  const random = seeded(seed);
  let source = randomPlan(random, 1 + (seed % 7));
  try {
    for (let i = 0; i < 8; i++) {
      if (broken) source = typed(random, source);
      source = checkEdit(source, randomEdit(random, source)).after;
      edits++;
    }
  } catch (error) {
    failed('edited', seed, source, error);
  }
  counts.edited++;
}

/** A module, damaged ones like it and damaged bytes of it; the seed alone makes them again. */
function attemptModules(seed: number): void {
  try {
    checkGenerated(seeded(seed), modules);
  } catch (error) {
    console.error(error instanceof Error ? error.stack : error);
    console.error(`Failed on a VASM module of seed ${seed}. Repeat with: npm run fuzz -- 1 ${seed}`);
    process.exit(1);
  }
}

function failed(kind: keyof typeof counts, seed: number, text: string, error: unknown): never {
  const file = join(mkdtempSync(join(tmpdir(), 'voike-fuzz-')), `${kind}-${seed}.flow`);
  writeFileSync(file, text);
  console.error(
    `Failed on a ${kind} text of seed ${seed}: ${error instanceof Error ? error.message : String(error)}\nThe text is in ${file}. Repeat with: npm run fuzz -- 1 ${seed}`,
  );
  process.exit(1);
}
