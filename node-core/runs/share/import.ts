/** A shared run taken in. Everything in the file is checked before anything of it is kept; see bundle.ts for its form. */
import { createHash, type Hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { sha256 } from '../../crypto/hash.ts';
import { DEEPEST, isDeeperThan } from '../../canonical/depth.ts';
import { Problem } from '../../errors/problem.ts';
import type { Op } from '../../flow/syntax/ast.ts';
import { reference } from '../../flow/values/reference.ts';
import type { TableValue } from '../../flow/values/value.ts';
import { newId } from '../../ids/uuid.ts';
import type { Project } from '../../projects/project.ts';
import type { TableEngine } from '../../tables/engine-types.ts';
import type { Inside } from '../launch.ts';
import type { PreparedPlan } from '../prepare.ts';
import { RunEvent, type Imported } from '../schema.ts';
import { EVENTS, LEDGER, LedgerPart, LIMITS, MANIFEST, Manifest } from './bundle.ts';
import { readTar, type TarEntry } from './tar.ts';
import { faultOf } from './verify.ts';

const refused = (code: string, why: string, hint = 'Ask for the file again; nothing of it was kept.'): Problem =>
  new Problem(code, why, { status: 422, hint });

interface Contents {
  manifest: Manifest;
  /** SHA-256 of `run.json`. */
  sha256: string;
  events: RunEvent[];
  /** By file name. */
  values: Map<string, { kind: 'json' | 'text'; value: string }>;
  /** Where the Parquet files were put for the while, by file name. */
  tables: Map<string, string>;
  ledger: LedgerPart | undefined;
}

/**
 * Takes a run in, under a new id. Its results stay its own: no other run uses them.
 *
 * @throws Problem `import-broken`, `import-damaged`, `import-tampered`, `import-newer`, `import-too-large`
 */
export async function importRun(
  inside: Inside,
  project: Project,
  body: AsyncIterable<Uint8Array>,
  actor: string,
  signal: AbortSignal,
): Promise<{ id: string; imported: Imported }> {
  const folder = await mkdtemp(join(tmpdir(), 'voike-import-'));
  try {
    const contents = await readContents(body, folder, signal);
    const { manifest, ledger } = contents;
    const fault = ledger
      ? await faultOf(ledger, manifest.run.id, contents.sha256, sha256)
      : 'It carries no part of a ledger.';
    if (ledger && fault !== undefined)
      throw refused('import-tampered', `The file was changed after it was signed. ${fault}`);
    return await keep(inside, project, contents, fault, actor, signal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

// ---------------------------------------------------------------- reading

async function readContents(body: AsyncIterable<Uint8Array>, folder: string, signal: AbortSignal): Promise<Contents> {
  let contents: Contents | undefined;
  let listed: Manifest['files'] = [];
  let next = 0;
  for await (const entry of readTar(body)) {
    signal.throwIfAborted();
    if (contents === undefined) {
      if (entry.name !== MANIFEST)
        throw refused('import-broken', 'The file is not a run that was shared: it does not begin with run.json.');
      contents = await readManifest(entry);
      listed = contents.manifest.files;
      continue;
    }
    if (contents.ledger)
      throw refused('import-broken', 'The file is not a run that was shared: something follows its end.');
    if (entry.name === LEDGER) {
      if (next < listed.length) throw refused('import-damaged', `The file lacks ${listed[next]!.name}.`);
      contents.ledger = checked(LedgerPart, json(await small(entry, LIMITS.ledger), LEDGER), LEDGER);
      continue;
    }
    const file = listed[next++];
    if (file?.name !== entry.name || file.size !== entry.size)
      throw refused(
        'import-damaged',
        `The file does not hold what its list says: ${JSON.stringify(entry.name)} is out of place.`,
      );
    await readFile(entry, file, contents, folder);
  }
  if (contents === undefined) throw refused('import-broken', 'The file is empty.');
  if (next < listed.length) throw refused('import-damaged', `The file lacks ${listed[next]!.name}.`);
  return contents;
}

async function readManifest(entry: TarEntry): Promise<Contents> {
  const bytes = await small(entry, LIMITS.manifest);
  const said = json(bytes, MANIFEST) as { format?: unknown; version?: unknown };
  if (said?.format === 'voike.run' && typeof said.version === 'number' && said.version > 1) {
    throw refused(
      'import-newer',
      `The file has version ${said.version} of its form, and this program reads version 1.`,
      'Install the newer VOIKE.',
    );
  }
  const manifest = checked(Manifest, said, MANIFEST);
  const names = new Set(manifest.files.map((file) => file.name));
  if (names.size !== manifest.files.length) throw refused('import-broken', 'The file lists one of its parts twice.');
  const total = manifest.files.reduce((sum, file) => sum + file.size, 0);
  if (total > LIMITS.total)
    throw refused('import-too-large', `The file says that it holds ${total} bytes; at most ${LIMITS.total} are taken.`);
  const ids = new Set(manifest.steps.map((step) => step.id));
  if (ids.size !== manifest.steps.length) throw refused('import-broken', 'The file lists one of its steps twice.');
  for (const step of manifest.steps) {
    if (step.result !== undefined && (!names.has(step.result) || step.result === EVENTS))
      throw refused('import-broken', `The file does not hold the result of ${step.name}.`);
  }
  return {
    manifest,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    events: [],
    values: new Map(),
    tables: new Map(),
    ledger: undefined,
  };
}

async function readFile(
  entry: TarEntry,
  file: Manifest['files'][number],
  contents: Contents,
  folder: string,
): Promise<void> {
  const hash = createHash('sha256');
  const { name } = file;
  if (name.startsWith('tables/')) {
    if (file.columns === undefined || file.rows === undefined)
      throw refused('import-broken', `The file does not say what is in ${name}.`);
    await mkdir(join(folder, 'tables'), { recursive: true });
    // The name is one of ours: its form was checked with the list.
    const path = join(folder, name);
    await pipeline(hashed(entry.bytes, hash), createWriteStream(path, { flags: 'wx' }));
    contents.tables.set(name, path);
  } else {
    const bytes = await small(entry, name === EVENTS ? LIMITS.events : LIMITS.value);
    hash.update(bytes);
    if (name === EVENTS) contents.events = eventsOf(text(bytes, name));
    else if (name.endsWith('.txt')) contents.values.set(name, { kind: 'text', value: text(bytes, name) });
    else {
      const value = json(bytes, name);
      contents.values.set(name, { kind: 'json', value: JSON.stringify(value) });
    }
  }
  if (hash.digest('hex') !== file.sha256)
    throw refused('import-damaged', `${name} in the file is not what its list says: it was damaged, or changed.`);
}

async function* hashed(bytes: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const piece of bytes) {
    hash.update(piece);
    yield piece;
  }
}

async function small(entry: TarEntry, most: number): Promise<Uint8Array> {
  if (entry.size > most)
    throw refused('import-too-large', `${entry.name} in the file has ${entry.size} bytes; at most ${most} are taken.`);
  const pieces: Uint8Array[] = [];
  for await (const piece of entry.bytes) pieces.push(piece);
  return Buffer.concat(pieces);
}

function text(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refused('import-broken', `${name} in the file is not UTF-8.`);
  }
}

function json(bytes: Uint8Array, name: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text(bytes, name));
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw refused('import-broken', `${name} in the file is not JSON.`);
  }
  if (isDeeperThan(value)) throw refused('import-broken', `${name} in the file is nested more than ${DEEPEST} deep.`);
  return value;
}

const validators = new Map<TSchema, ReturnType<typeof Compile>>();

function checked<S extends typeof Manifest | typeof LedgerPart | typeof RunEvent>(
  schema: S,
  value: unknown,
  name: string,
): S extends typeof Manifest ? Manifest : S extends typeof LedgerPart ? LedgerPart : RunEvent {
  let validator = validators.get(schema);
  if (!validator) validators.set(schema, (validator = Compile(schema as TSchema)));
  if (validator.Check(value)) return value as never;
  const [first] = validator.Errors(value);
  throw refused(
    'import-broken',
    `${name} in the file has the wrong form: ${first?.instancePath || 'it'} ${first?.message ?? ''}.`,
  );
}

function eventsOf(lines: string): RunEvent[] {
  const events = lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => checked(RunEvent, json(Buffer.from(line), EVENTS), EVENTS));
  for (const [position, event] of events.entries())
    if (position > 0 && event.seq <= events[position - 1]!.seq)
      throw refused('import-broken', 'The events in the file are out of order.');
  return events;
}

// ---------------------------------------------------------------- keeping

async function keep(
  inside: Inside,
  project: Project,
  contents: Contents,
  fault: string | undefined,
  actor: string,
  signal: AbortSignal,
): Promise<{ id: string; imported: Imported }> {
  const { manifest } = contents;
  const id = newId();
  const engine = inside.options.engine(project);
  /** Keys of its own: no plan ever has them. */
  const keyOf = (name: string): string => createHash('sha256').update(`import:${id}:${name}`).digest('hex');
  const tables = new Map<string, TableValue>();
  for (const [name, path] of contents.tables) {
    const file = manifest.files.find((one) => one.name === name)!;
    tables.set(name, await takeTable(engine, path, file, keyOf(name), signal));
  }
  const imported: Imported = {
    run: manifest.run.id,
    time: new Date().toISOString(),
    ...(contents.ledger ? { key: contents.ledger.key } : {}),
    verified: fault === undefined,
    ...(fault === undefined ? {} : { fault }),
    leftOut: manifest.leftOut,
  };
  const plan = planOf(inside, manifest.source);
  const sourceHash = createHash('sha256').update(manifest.source).digest('hex');
  await project.write((tx) => {
    const store = inside.storeOf(tx);
    const { run } = manifest;
    store.addSource(sourceHash, manifest.source);
    store.addRun({
      id,
      name: run.name,
      plan_hash: run.planHash,
      source_hash: sourceHash,
      inputs: JSON.stringify(run.inputs),
      files: JSON.stringify(run.files),
      origin: null,
      rerun_of: null,
      forced: null,
      parent: null,
      parent_step: null,
      created_at: run.createdAt,
      steps_total: run.stepsTotal,
      control: run.until === undefined ? null : JSON.stringify({ until: run.until }),
      imported: JSON.stringify(imported),
    });
    // What stood still there stands still here too, but for good.
    const state = run.state === 'paused' || run.state === 'interrupted' ? 'cancelled' : run.state;
    store.finish(id, state, run.finishedAt ?? manifest.exportedAt, run.ms ?? 0, run.stepsDone, run.error);
    for (const step of manifest.steps) {
      const position = plan?.indexOf.get(step.id);
      if (position === undefined) continue;
      const { id: _id, name: _name, contract: _contract, state: its, result, ...rest } = step;
      const key = result === undefined ? undefined : keyOf(`${step.id}:${result}`);
      const table = result === undefined ? undefined : tables.get(result);
      const value = result === undefined ? undefined : contents.values.get(result);
      if (key !== undefined && table) store.putResult(key, 'table', JSON.stringify(table), Date.now(), id);
      if (key !== undefined && value) store.putResult(key, value.kind, value.value, Date.now(), id);
      store.putStep(id, position, its === 'paused' || its === 'running' ? 'cancelled' : its, key, rest);
    }
    store.addEvents(id, contents.events);
    tx.append(
      'run.import',
      {
        run: id,
        of: manifest.run.id,
        manifest: contents.sha256,
        verified: imported.verified,
        ...(imported.key === undefined ? {} : { key: imported.key }),
      },
      { actor },
    );
  });
  return { id, imported };
}

function planOf(inside: Inside, source: string): PreparedPlan | undefined {
  try {
    return inside.prepared(source).plan;
  } catch (error) {
    // A source that this version of the program does not take: the run's own facts are still there.
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

const nowhere = { start: 0, end: 0 };
const name = (text: string) => ({ kind: 'name' as const, name: text, range: nowhere });

/** Reads a foreign Parquet file and writes it anew, with the columns that it should have: nothing else of it is kept. */
async function takeTable(
  engine: TableEngine,
  path: string,
  file: Manifest['files'][number],
  key: string,
  signal: AbortSignal,
): Promise<TableValue> {
  const base = { range: nowhere, wordRange: nowhere };
  const load: Op = { ...base, op: 'LOAD', format: 'PARQUET', from: name('file') };
  const select: Op = {
    ...base,
    op: 'SELECT',
    source: name('loaded'),
    columns: file.columns!.map((column) => ({ column: { name: column.name, range: nowhere } as never })),
  };
  let taken: TableValue;
  try {
    const { result } = await engine.run(
      {
        steps: [
          {
            nodeId: 'step:loaded',
            op: load,
            sources: [{ kind: 'file', file: reference({ kind: 'file' as const, path, name: file.name }) }],
          },
          { nodeId: 'step:kept', op: select, sources: [{ kind: 'step', step: 'step:loaded' }] },
        ],
        scope: {},
      },
      { key, signal },
    );
    taken = result;
  } catch (error) {
    if (!(error instanceof Problem) || signal.aborted) throw error;
    throw refused('import-damaged', `The table ${file.name} in the file cannot be read: ${error.message}`);
  }
  const same = taken.columns.every(
    (column, at) => column.name === file.columns![at]?.name && column.type === file.columns![at]?.type,
  );
  if (taken.rows !== file.rows || !same || taken.columns.length !== file.columns!.length)
    throw refused('import-damaged', `The table ${file.name} in the file has other rows or columns than its list says.`);
  return taken;
}
