/** A run as one file; see bundle.ts for its form. */
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import { Problem } from '../../errors/problem.ts';
import { hasher, type Ledger } from '../../ledger/log.ts';
import { inclusionProof } from '../../ledger/proof/merkle.ts';
import { checkpointCovering, entryAt, recent } from '../../ledger/read.ts';
import type { StreamedOutput } from '../../operations/operation.ts';
import type { Project } from '../../projects/project.ts';
import { hashFile } from '../inputs.ts';
import type { Inside } from '../launch.ts';
import type { RunRow } from '../records.ts';
import { decodeResult, isLazy, isTable, toWire } from '../results.ts';
import type { RunRecord } from '../schema.ts';
import {
  EVENTS,
  EXTENSION,
  FORMAT,
  LEDGER,
  LIMITS,
  MANIFEST,
  type LedgerPart,
  type Manifest,
  VERSION,
} from './bundle.ts';
import { BLOCK, padded, tarHeader } from './tar.ts';

/** A stretch of the file: bytes in memory, or a file on the disk. */
type Segment = { size: number } & ({ bytes: Uint8Array } | { path: string });

/** Rows of an intermediate step that are computed again for the file; larger ones are left out. */
const MOST_ROWS = 1_000_000;
const MOST_ENTRIES = 10_000;

const digest = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/**
 * Puts a run that has ended, or rests, into one file. Writes the ledger entry `run.export`.
 *
 * @throws Problem `run-running`, `run-imported`, `run-too-large`
 */
export async function exportRun(
  inside: Inside,
  project: Project,
  row: RunRow,
  record: RunRecord,
  ledger: Ledger,
  actor: string,
  signal: AbortSignal,
): Promise<StreamedOutput> {
  if (inside.active.has(row.id)) {
    throw new Problem('run-running', 'The run is under way; a run that has ended or is paused can be shared.', {
      status: 409,
      hint: 'Wait for its end, pause or cancel it.',
    });
  }
  if (row.imported !== null) {
    throw new Problem('run-imported', 'This run came out of a file; share that file.', {
      status: 409,
      hint: 'What was proven of it is its first sender’s to prove.',
    });
  }
  const { store } = inside.of(project);
  const engine = inside.options.engine(project);
  const { plan } = inside.prepared(record.source);
  const files: Manifest['files'] = [];
  const segments: Segment[] = [];
  const leftOut: Manifest['leftOut'] = [];
  const has = (name: string): boolean => files.some((file) => file.name === name);

  const addBytes = (name: string, bytes: Uint8Array): void => {
    files.push({ name, size: bytes.length, sha256: digest(bytes) });
    segments.push({ bytes, size: bytes.length });
  };
  const addTable = async (key: string): Promise<string> => {
    const name = `tables/${key}.parquet`;
    if (has(name)) return name;
    const table = await engine.stored(key);
    if (!table) throw new Problem('result-missing', 'its rows are no longer there, or were damaged');
    const path = engine.tablePath(key);
    const { size } = statSync(path);
    files.push({ name, size, sha256: await hashFile(path, signal), rows: table.rows, columns: table.columns });
    segments.push({ path, size });
    return name;
  };

  const byName = nameFiles(record.inputs);
  const events = byName(store.events(row.id, 0, 100_000));
  addBytes(EVENTS, Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join('')));

  const steps: Manifest['steps'] = [];
  for (const step of record.steps) {
    signal.throwIfAborted();
    const { resultKey, ...rest } = step;
    const hidden = plan.steps[plan.indexOf.get(step.id) ?? -1]?.hidden;
    const out: Manifest['steps'][number] = byName({ ...rest });
    steps.push(out);
    const kept = resultKey === undefined ? undefined : store.result(resultKey);
    if (!kept || resultKey === undefined) continue;
    if (hidden) {
      leftOut.push({ step: step.id, why: 'Its result is @sensitive.' });
      continue;
    }
    const result = decodeResult(kept);
    try {
      if (isTable(result)) out.result = await addTable(result.key);
      else if (isLazy(result)) {
        if (result.rows > MOST_ROWS) throw new Problem('too-large', `it has ${result.rows} rows that are not stored`);
        const key = digest(`shared:${resultKey}`);
        if (!engine.isSound(key)) await engine.materialize(result, key, signal);
        out.result = await addTable(key);
      } else {
        const text = typeof result === 'string';
        const bytes = Buffer.from(text ? result : JSON.stringify(toWire(result)));
        if (bytes.length > LIMITS.value) throw new Problem('too-large', `it has ${bytes.length} bytes`);
        const name = `values/${resultKey}.${text ? 'txt' : 'json'}`;
        if (!has(name)) addBytes(name, bytes);
        out.result = name;
      }
    } catch (error) {
      if (!(error instanceof Problem) || signal.aborted) throw error;
      leftOut.push({ step: step.id, why: `Its result is not in the file: ${error.message}.` });
    }
  }
  const total = files.reduce((sum, file) => sum + file.size, 0);
  if (total > LIMITS.total || files.length > LIMITS.files) {
    throw new Problem('run-too-large', `The results of this run have ${total} bytes; a file takes ${LIMITS.total}.`, {
      status: 413,
      hint: 'Export the results that matter one by one.',
    });
  }

  const manifest: Manifest = {
    format: FORMAT,
    version: VERSION,
    exportedAt: new Date().toISOString(),
    source: record.source,
    run: {
      id: record.id,
      name: record.name,
      state: record.state as Manifest['run']['state'],
      planHash: record.planHash,
      inputs: byName(record.inputs),
      files: JSON.parse(row.files) as Record<string, string>,
      createdAt: record.createdAt,
      ...(record.finishedAt === undefined ? {} : { finishedAt: record.finishedAt }),
      ...(record.ms === undefined ? {} : { ms: record.ms }),
      stepsTotal: record.stepsTotal,
      stepsDone: record.stepsDone,
      ...(record.until === undefined ? {} : { until: record.until }),
      ...(record.edits === undefined ? {} : { edits: record.edits }),
      ...(record.error === undefined ? {} : { error: byName(record.error) }),
    },
    steps,
    files,
    leftOut,
  };
  const manifestBytes = Buffer.from(JSON.stringify(manifest));
  const sha256 = digest(manifestBytes);
  const { seq } = await project.write((tx) => {
    // Who was given the file may ask about it: the run keeps its results.
    if (row.pinned === null) inside.storeOf(tx).setPinned(row.id, 'shared');
    return tx.append('run.export', { run: row.id, manifest: sha256 }, { actor });
  });
  const ledgerBytes = Buffer.from(JSON.stringify(ledgerPart(ledger, row, seq)));

  const all: Segment[] = [];
  const put = (name: string, content: Segment): void => {
    all.push({ bytes: tarHeader(name, content.size), size: BLOCK }, content);
    const padding = padded(content.size) - content.size;
    if (padding > 0) all.push({ bytes: new Uint8Array(padding), size: padding });
  };
  put(MANIFEST, { bytes: manifestBytes, size: manifestBytes.length });
  for (const [position, file] of files.entries()) put(file.name, segments[position]!);
  put(LEDGER, { bytes: ledgerBytes, size: ledgerBytes.length });
  all.push({ bytes: new Uint8Array(2 * BLOCK), size: 2 * BLOCK });
  return {
    size: all.reduce((sum, segment) => sum + segment.size, 0),
    contentType: 'application/x-voike-run',
    name: `${record.name.replaceAll(/[^\p{L}\p{N}]+/gu, '-').replaceAll(/^-|-$/g, '') || 'run'}-${record.id.slice(-6)}${EXTENSION}`,
    open: (range) => read(all, range?.start ?? 0, range?.end ?? Number.MAX_SAFE_INTEGER),
  };
}

async function* read(segments: readonly Segment[], start: number, end: number): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (const segment of segments) {
    const from = Math.max(0, start - at);
    const to = Math.min(segment.size, end - at + 1);
    at += segment.size;
    if (from >= to) continue;
    if ('bytes' in segment) yield segment.bytes.subarray(from, to);
    else yield* createReadStream(segment.path, { start: from, end: to - 1 }) as AsyncIterable<Uint8Array>;
  }
}

/** The run's entries with their proofs, the newest {@link MOST_ENTRIES} of them, under the checkpoint of the export. */
function ledgerPart(ledger: Ledger, row: RunRow, exported: number): LedgerPart {
  const checkpoint = checkpointCovering(ledger, exported);
  const seqs: number[] = [];
  let before: number | undefined = exported;
  while (before !== undefined && seqs.length < MOST_ENTRIES) {
    const page = recent(ledger, { kind: 'run.', text: row.id, since: row.created_at, before, limit: 1000 });
    for (const entry of page.entries) {
      // An entry cannot be cut: one that names files by their paths stays at home.
      if (entry.payload['run'] === row.id && !JSON.stringify(entry.payload).includes('"$file"')) seqs.push(entry.seq);
    }
    before = page.next;
  }
  const entries = [...seqs.slice(0, MOST_ENTRIES).reverse(), exported];
  return {
    key: ledger.verifierKey,
    checkpoint: checkpoint.note,
    entries: entries.map((seq) => ({
      seq,
      leaf: entryAt(ledger, seq).leaf,
      proof: inclusionProof(hasher, ledger.readHash, seq, checkpoint.size),
    })),
  };
}

/** What makes of a value one in which the files of these inputs go by their names alone, in sentences as well. */
function nameFiles(inputs: unknown): <V>(value: V) => V {
  const paths = new Set<string>();
  const find = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const path = (value as Record<string, unknown>)['$file'];
    if (typeof path === 'string') paths.add(path);
    Object.values(value).forEach(find);
  };
  find(inputs);
  // One may begin like another.
  const longest = [...paths].toSorted((a, b) => b.length - a.length);
  const nameOf = (path: string): string => basename(path.replaceAll('\\', '/'));
  const named = (value: unknown): unknown => {
    if (typeof value === 'string')
      return longest.reduce((text, path) => text.replaceAll(path, () => nameOf(path)), value);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(named);
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, named(field)]));
  };
  return (value) => (longest.length === 0 ? value : (named(value) as typeof value));
}
