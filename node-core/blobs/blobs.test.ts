import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestProject } from '../projects/testing.ts';
import { createBlobs } from './blobs.ts';
import { openBlobFiles } from './files.ts';
import { blobsMigrations } from './migrations.ts';

describe('blobs', () => {
  let test: Awaited<ReturnType<typeof openTestProject>>;
  const files = () => openBlobFiles(join(test.dataDir, 'blobs'), { maxBytes: 1000 });
  beforeEach(async () => {
    test = await openTestProject({ migrations: blobsMigrations });
  });
  afterEach(() => test.close());

  const text = (value: string) => new TextEncoder().encode(value);
  async function read(source: AsyncIterable<Uint8Array>): Promise<string> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of source) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  }

  it('are named by the SHA-256 of their bytes and read back whole or in part', async () => {
    const blobs = createBlobs(files());
    const { id, size } = await blobs.put(test.project, [text('hello '), text('world')], 'greeting.txt');
    expect(id).toBe(createHash('sha256').update('hello world').digest('hex'));
    expect(size).toBe(11);
    expect(await read(blobs.files.read(id))).toBe('hello world');
    expect(await read(blobs.files.read(id, { start: 6, end: 8 }))).toBe('wor');
    expect(blobs.get(test.project, id)).toMatchObject({ name: 'greeting.txt', size: 11 });
  });

  it('are kept once for the same bytes', async () => {
    const blobs = createBlobs(files());
    const first = await blobs.put(test.project, text('x'), 'a');
    expect(await blobs.put(test.project, text('x'), 'b')).toEqual(first);
    expect(blobs.list(test.project, { limit: 10 }).blobs).toHaveLength(1);
  });

  it('are listed newest first, a page at a time', async () => {
    const blobs = createBlobs(files());
    for (const name of ['a', 'b', 'c']) await blobs.put(test.project, text(name), name);
    const page = blobs.list(test.project, { limit: 2 });
    expect(page.blobs.map((blob) => blob.name)).toEqual(['c', 'b']);
    expect(blobs.list(test.project, { limit: 2, before: page.next as string }).blobs.map((blob) => blob.name)).toEqual([
      'a',
    ]);
  });

  it('leave nothing behind when an upload is too large or breaks off', async () => {
    const blobs = createBlobs(files());
    await expect(blobs.put(test.project, [new Uint8Array(600), new Uint8Array(600)])).rejects.toMatchObject({
      code: 'blob-too-large',
      status: 413,
    });
    async function* broken() {
      yield text('half');
      throw new Error('connection lost');
    }
    await expect(blobs.put(test.project, broken())).rejects.toThrow('connection lost');
    expect(readdirSync(join(test.dataDir, 'blobs'))).toEqual([]);
    expect(blobs.list(test.project, { limit: 10 }).blobs).toEqual([]);
  });

  it('of another project, or with a name that is no hash, are not found', () => {
    const blobs = createBlobs(files());
    expect(() => blobs.get(test.project, 'a'.repeat(64))).toThrow(/no blob/);
    expect(() => blobs.files.path('../../etc/passwd')).toThrow(/64 hex digits/);
  });
});
