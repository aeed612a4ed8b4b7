/** What a run is given, checked against the INPUTS of its plan. */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, isAbsolute } from 'node:path';
import { canonicalJson } from '../canonical/canonical.ts';
import { DEEPEST, isDeeperThan } from '../canonical/depth.ts';
import { Problem } from '../errors/problem.ts';
import type { InputNode } from '../flow/plan/graph.ts';
import { evaluate } from '../flow/values/evaluate.ts';
import { reference } from '../flow/values/reference.ts';
import type { FileValue, ScopeValue, TableValue, Value } from '../flow/values/value.ts';
import { isFile, isTable } from './results.ts';

const HEX = /^[0-9a-f]{64}$/;

/**
 * The value of each input, in the order of `nodes`. Text from a command line becomes what the input's type asks for.
 *
 * @throws Problem `input-missing`, `input-unknown`, `input-type`, each with the input's name in `more.input`.
 */
export function readInputs(nodes: readonly InputNode[], given: Record<string, unknown>): ScopeValue[] {
  const known = new Set(nodes.map((node) => node.name));
  for (const name of Object.keys(given)) {
    if (known.has(name)) continue;
    throw new Problem('input-unknown', `This flow has no input called "${name}".`, {
      status: 422,
      hint: known.size === 0 ? 'It takes no inputs.' : `Its inputs are ${[...known].join(', ')}.`,
      more: { input: name },
    });
  }
  return nodes.map((node) => {
    const value = Object.hasOwn(given, node.name) ? given[node.name] : undefined;
    if (value === undefined || (value === null && !node.optional)) {
      if (node.default) return evaluate(node.default, () => undefined);
      if (node.optional) return null;
      throw new Problem('input-missing', `The input "${node.name}" (${node.inputType}) is missing.`, {
        status: 422,
        hint: `${node.help ? `${node.help}. ` : ''}On the command line: --input ${node.name}=${node.inputType === 'file' ? '@PATH' : 'VALUE'}.`,
        range: node.range,
        more: { input: node.name },
      });
    }
    if (isDeeperThan(value)) {
      throw new Problem('input-type', `The input "${node.name}" is nested more than ${DEEPEST} deep.`, {
        status: 422,
        hint: 'Flatten it, or give it as a file and load it.',
        range: node.range,
        more: { input: node.name },
      });
    }
    return value === null ? null : convert(node, value);
  });
}

function convert(node: InputNode, value: unknown): ScopeValue {
  const wrong = (what: string, hint?: string): Problem =>
    new Problem('input-type', `The input "${node.name}" takes ${what}, and this is ${describe(value)}.`, {
      status: 422,
      range: node.range,
      more: { input: node.name },
      ...(hint === undefined ? {} : { hint }),
    });
  const named = referenceOf(value);
  switch (node.inputType) {
    case 'text':
      if (typeof value === 'string') return value;
      if (typeof value === 'number' || typeof value === 'boolean') return String(value);
      throw wrong('text');
    case 'number': {
      if (typeof value === 'number' && Number.isFinite(value)) return value;
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value.replaceAll('_', '')) : Number.NaN;
      if (!Number.isFinite(number)) throw wrong('a number', 'Write it like 12, 3.5 or 1e9.');
      return number;
    }
    case 'bool': {
      if (typeof value === 'boolean') return value;
      const word = typeof value === 'string' ? value.trim().toLowerCase() : '';
      if (word === 'true' || word === 'yes' || word === '1') return true;
      if (word === 'false' || word === 'no' || word === '0') return false;
      throw wrong('true or false');
    }
    case 'file':
    case 'image':
    case 'blob':
      if (isFile(value)) return value;
      if (named?.kind === 'file') return named;
      throw wrong('a file', `On the command line: --input ${node.name}=@PATH; in the workbench choose a file.`);
    case 'record':
    case 'list':
    case 'json':
    case 'tensor': {
      if (isTable(value)) return value;
      const json = typeof value === 'string' ? parseJson(value) : value;
      if (node.inputType === 'record' && (typeof json !== 'object' || json === null || Array.isArray(json)))
        throw wrong('a record');
      if (node.inputType === 'list' && !Array.isArray(json)) throw wrong('a list');
      return (json === undefined ? value : json) as Value;
    }
    case 'table': {
      if (isTable(value)) return value;
      if (named?.kind === 'table') return named;
      const json = typeof value === 'string' ? parseJson(value) : value;
      if (Array.isArray(json)) return json as Value[];
      throw wrong('a table: a list of records, or the result of a step');
    }
    case 'modelRef':
      if (typeof value === 'string') return value;
      throw wrong('the name of a model');
  }
}

/** The table or file that a reference on the wire names. */
function referenceOf(value: unknown): FileValue | TableValue | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const wire = value as Record<string, unknown>;
  if (typeof wire['$file'] === 'string') {
    const path = wire['$file'];
    if (!isAbsolute(path) || path.includes('\0')) {
      throw new Problem('file-path', `${JSON.stringify(path)} is not an absolute path.`, {
        status: 422,
        hint: 'Name the file with its whole path.',
      });
    }
    return reference<FileValue>({ kind: 'file', path, name: basename(path) });
  }
  if (typeof wire['$blob'] === 'string' && HEX.test(wire['$blob'])) {
    const name = wire['name'];
    return reference<FileValue>({
      kind: 'file',
      blob: wire['$blob'],
      hash: wire['$blob'],
      ...(typeof name === 'string' ? { name } : {}),
    });
  }
  if (typeof wire['$table'] === 'string' && HEX.test(wire['$table']) && Array.isArray(wire['columns'])) {
    return reference<TableValue>({
      kind: 'table',
      key: wire['$table'],
      rows: Number(wire['rows']),
      columns: wire['columns'] as TableValue['columns'],
    });
  }
  return undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function describe(value: unknown): string {
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** What stands for an input's value in result keys. Files must have been hashed. */
export function identityOf(value: ScopeValue, ofFile = false): string {
  if (ofFile && isFile(value)) return `file:${value.hash}`;
  if (isTable(value)) return value.key;
  const text = canonicalJson(value);
  return text.length <= 128 ? text : `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

// ---------------------------------------------------------------- files

export interface FileState {
  size: number;
  /** Nanoseconds, as text. */
  modified: string;
}

/** What `stat` says of a file that a person named; Problem `file-not-found` and its like in words. */
export function fileState(path: string): FileState {
  try {
    const stat = statSync(path, { bigint: true });
    if (stat.isDirectory()) {
      throw new Problem('file-is-directory', `${path} is a folder, not a file.`, {
        status: 422,
        hint: 'Name a file in it.',
      });
    }
    // A device or a pipe has no end, or gives its bytes once: neither can be hashed and then read.
    if (!stat.isFile()) {
      throw new Problem('file-not-regular', `${path} is a device or a pipe, not a file.`, {
        status: 422,
        hint: 'Save what it gives to a file, and name that.',
      });
    }
    return { size: Number(stat.size), modified: String(stat.mtimeNs) };
  } catch (error) {
    throw fileProblem(path, error);
  }
}

function fileProblem(path: string, error: unknown): unknown {
  const code = (error as { code?: unknown }).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new Problem('file-not-found', `There is no file ${path}.`, {
      status: 422,
      hint: 'Check the path; it may have been moved or renamed.',
      more: { path },
    });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new Problem('file-not-readable', `${path} cannot be read: permission denied.`, {
      status: 422,
      hint: 'Give yourself the right to read it.',
      more: { path },
    });
  }
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) {
    return new Problem('file-not-readable', `${path} cannot be read: ${(error as Error).message}.`, {
      status: 422,
      hint: 'Check that it is a whole file on a sound disk.',
      more: { path },
      cause: error,
    });
  }
  return error;
}

const PIECE = 1 << 20;

/** Hands a file on piece by piece; the next piece is read while `take` works on the one before. */
async function eachPiece(path: string, signal: AbortSignal | undefined, take: (piece: Buffer) => void): Promise<void> {
  const file = await open(path);
  const buffers = [Buffer.allocUnsafe(PIECE), Buffer.allocUnsafe(PIECE)] as const;
  let turn: 0 | 1 = 0;
  let reading = file.read(buffers[turn], 0, PIECE);
  try {
    for (;;) {
      const { bytesRead } = await reading;
      if (bytesRead === 0) return;
      signal?.throwIfAborted();
      const piece = buffers[turn].subarray(0, bytesRead);
      turn = turn === 0 ? 1 : 0;
      reading = file.read(buffers[turn], 0, PIECE);
      take(piece);
    }
  } finally {
    await reading.catch(() => undefined);
    await file.close();
  }
}

const hashes = new Map<string, { state: FileState; hash: string }>();
const MOST_HASHES = 1000;

/** SHA-256 of a file's contents, hex. Remembered while size and time of change stay what they were. */
export async function hashFile(path: string, signal?: AbortSignal): Promise<string> {
  const state = fileState(path);
  const known = hashes.get(path);
  if (known && known.state.size === state.size && known.state.modified === state.modified) return known.hash;
  const hash = createHash('sha256');
  try {
    await eachPiece(path, signal, (piece) => hash.update(piece));
  } catch (error) {
    throw fileProblem(path, error);
  }
  const hex = hash.digest('hex');
  if (hashes.size >= MOST_HASHES) hashes.clear();
  hashes.set(path, { state, hash: hex });
  return hex;
}
