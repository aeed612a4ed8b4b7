/**
 * FLOW's own words. A name gets its word's number while it is lexed; whether it *is* that word or just a name is
 * decided by the grammar, where it stands. Browser-safe.
 */

/** In the order of their numbers, from 1. */
export const WORDS = [
  // blocks and statements
  'FLOW',
  'END',
  'DESCRIPTION',
  'INPUTS',
  'STEP',
  'OUTPUT',
  'OPTIONAL',
  // operations, first words
  'LOAD',
  'FILTER',
  'MAP',
  'SELECT',
  'GROUP',
  'JOIN',
  'UNION',
  'DISTINCT',
  'SORT',
  'TAKE',
  'QUERY',
  'INFER',
  'TRAIN',
  'RUN',
  'CALL',
  'ASK',
  'BUILD',
  'DEPLOY',
  'STORE',
  'TRANSFORM',
  'OUTPUT_TEXT',
  'OUTPUT_JSON',
  'RETURN',
  'ERROR',
  'SWITCH',
  'IF',
  'FOR',
  // the same operations in one word
  'LOAD_CSV',
  'LOAD_JSON',
  'LOAD_NDJSON',
  'LOAD_PARQUET',
  'LOAD_TABLE',
  'LOAD_MODEL',
  'GROUP_AGG',
  'RUN_JOB',
  'RUN_VASM',
  'CALL_FLOW',
  'ASK_AI',
  'RUN_AGENT',
  'APX_EXEC',
  'BUILD_VPKG',
  'DEPLOY_SERVICE',
  'FOR_EACH',
  // words inside operations
  'CSV',
  'JSON',
  'NDJSON',
  'PARQUET',
  'TABLE',
  'MODEL',
  'FROM',
  'OPTIONS',
  'VERSION',
  'WHERE',
  'TO',
  'USING',
  'COLUMNS',
  'AS',
  'BY',
  'AGG',
  'WITH',
  'ON',
  'LEFT',
  'INNER',
  'OUTER',
  'ASC',
  'DESC',
  'JOB',
  'VASM',
  'AGENT',
  'AI',
  'INTO',
  'VPKG',
  'SERVICE',
  'BLOB',
  'MODE',
  'CASE',
  'DEFAULT',
  'THEN',
  'ELSE',
  'EACH',
  'PARALLEL',
  // operators and literals
  'AND',
  'OR',
  'NOT',
  'IN',
  'TRUE',
  'FALSE',
  'NONE',
  'NULL',
  // first words of a program
  'FUNC',
  'ROUTE',
  'ENUM',
] as const;

export type Word = (typeof WORDS)[number];

/** A name that is not one of FLOW's words. */
export const W_NONE = 0;

/** The number of each word: `W.STEP`. */
export const W = Object.fromEntries(WORDS.map((word, i) => [word, i + 1])) as Record<Word, number>;

/** The word of a number. */
export const wordText = (word: number): Word => WORDS[word - 1]!;

const BUCKETS = 1024;
/** Hash to word number, open addressing. */
const TABLE = new Uint8Array(BUCKETS);

function hashOf(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + (text.charCodeAt(i) & 0xdf)) | 0;
  return hash;
}
for (let i = 0; i < WORDS.length; i++) {
  let slot = hashOf(WORDS[i]!) & (BUCKETS - 1);
  while (TABLE[slot] !== 0) slot = (slot + 1) & (BUCKETS - 1);
  TABLE[slot] = i + 1;
}

/** The word that source[start, end) spells, in any case; `hash` is that of the lexer (31, over `c & 0xDF`). */
export function wordAt(source: string, start: number, end: number, hash: number): number {
  let slot = hash & (BUCKETS - 1);
  for (;;) {
    const word = TABLE[slot]!;
    if (word === 0) return W_NONE;
    const text = WORDS[word - 1]!;
    if (text.length === end - start) {
      let i = 0;
      while (i < text.length && same(source.charCodeAt(start + i), text.charCodeAt(i))) i++;
      if (i === text.length) return word;
    }
    slot = (slot + 1) & (BUCKETS - 1);
  }
}
const same = (c: number, upper: number) => c === upper || (c === upper + 32 && upper >= 65 && upper <= 90);
