/**
 * Looks through files on a thread of its own: an expression that never ends, or a large file, holds up nobody, and is
 * ended from outside. Which file it is in stands in shared memory, so that whoever ends it can say so.
 */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { replaceIn } from './replace.ts';
import { LARGEST_SEARCHED, MOST_IN_FILE, type ReplaceJob, type SearchJob, type SearchPart } from './search.ts';
import type { SearchMatch } from './schema.ts';

/** Characters of a line that are shown around a match. */
const PREVIEW = 240;

const place = new Int32Array((workerData as { place: SharedArrayBuffer }).place);
const decoder = new TextDecoder('utf-8', { fatal: true });

parentPort!.on('message', (job: SearchJob | ReplaceJob) => {
  const expression = new RegExp(job.source, job.flags);
  parentPort!.postMessage('text' in job ? replaceIn(job.text, { ...job, expression }) : search(job, expression));
});

function search(job: SearchJob, expression: RegExp): SearchPart {
  const part: SearchPart = { files: [], matches: 0, looked: 0 };
  const until = performance.now() + job.ms;
  for (const [index, path] of job.paths.entries()) {
    Atomics.store(place, 0, index);
    part.looked = index + 1;
    const text = read(join(job.root, path));
    if (text !== undefined) {
      const { matches, more } = matchesIn(text.text, expression);
      if (matches.length > 0) {
        part.files.push({
          workspace: job.workspace,
          path,
          version: createHash('sha256').update(text.bytes).digest('hex'),
          matches,
          more,
        });
        part.matches += matches.length;
      }
    }
    if (part.matches >= job.limit || performance.now() > until) break;
  }
  return part;
}

/** The text, or undefined for what is too large, binary, or gone. */
function read(path: string): { text: string; bytes: Buffer } | undefined {
  try {
    if (statSync(path).size > LARGEST_SEARCHED) return undefined;
    const bytes = readFileSync(path);
    if (bytes.subarray(0, 8192).includes(0)) return undefined;
    return { text: decoder.decode(bytes), bytes };
  } catch {
    return undefined;
  }
}

function matchesIn(text: string, expression: RegExp): { matches: SearchMatch[]; more: boolean } {
  const matches: SearchMatch[] = [];
  let line = 1;
  let lineStart = 0;
  expression.lastIndex = 0;
  for (let found = expression.exec(text); found !== null; found = expression.exec(text)) {
    const start = found.index;
    const end = start + found[0].length;
    // An expression that fits nothing at all would stand still; one code unit on, in the middle of a letter, as well.
    if (end === start) {
      expression.lastIndex = end + (text.codePointAt(end)! > 0xffff ? 2 : 1);
      continue;
    }
    if (matches.length === MOST_IN_FILE) return { matches, more: true };
    for (let next = text.indexOf('\n', lineStart); next !== -1 && next < start; next = text.indexOf('\n', lineStart)) {
      line += 1;
      lineStart = next + 1;
    }
    const lineEnd = text.indexOf('\n', start);
    const whole = lineEnd === -1 ? text.length : lineEnd;
    const first = start - lineStart > PREVIEW / 2 ? start - PREVIEW / 4 : lineStart;
    const preview = text.slice(first, Math.min(whole, first + PREVIEW)).replace(/\r$/, '');
    matches.push({
      line,
      start,
      end,
      preview,
      from: start - first,
      to: Math.min(end - first, preview.length),
    });
  }
  return { matches, more: false };
}
