/** Content-addressed files: `<directory>/<first two digits>/<SHA-256>`. A file is there whole or not at all. */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Problem } from '../errors/problem.ts';

const ID = /^[0-9a-f]{64}$/;

export interface BlobFiles {
  /** Where the bytes of a blob are. @throws Problem `bad-blob-id` unless it is 64 lower-case hex digits. */
  path(id: string): string;
  /**
   * Writes the bytes as they come, hashes them on the way, and puts the file in its place once it is on disk.
   * @throws Problem `blob-too-large`, `disk-full`
   */
  write(
    bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<{ id: string; size: number }>;
  /** The size, or undefined when there is no such blob. */
  size(id: string): Promise<number | undefined>;
  /** The bytes from `start` to `end`, both included. */
  read(id: string, range?: { start: number; end: number }): AsyncIterable<Uint8Array>;
}

/** @param options.maxBytes largest blob; default 16 GiB */
export function openBlobFiles(directory: string, options: { maxBytes?: number } = {}): BlobFiles {
  const most = options.maxBytes ?? 16 * 2 ** 30;
  const path = (id: string): string => {
    if (!ID.test(id))
      throw new Problem('bad-blob-id', 'A blob is named by 64 hex digits.', {
        status: 400,
        hint: 'Use the id that the upload gave.',
      });
    return join(directory, id.slice(0, 2), id);
  };
  return {
    path,
    async write(bytes, signal) {
      await mkdir(directory, { recursive: true });
      const temporary = join(directory, `.${randomUUID()}.tmp`);
      const file = await open(temporary, 'wx');
      const hash = createHash('sha256');
      let size = 0;
      try {
        for await (const chunk of bytes) {
          signal?.throwIfAborted();
          size += chunk.length;
          if (size > most) {
            throw new Problem('blob-too-large', `The upload is larger than ${most} bytes.`, {
              status: 413,
              hint: 'Split it, or raise the limit of the node.',
            });
          }
          hash.update(chunk);
          await file.writeFile(chunk);
        }
        await file.sync();
        await file.close();
        const id = hash.digest('hex');
        const target = path(id);
        await mkdir(dirname(target), { recursive: true });
        await rename(temporary, target);
        // The name is only durable once its folder is on disk; some systems cannot open folders.
        const folder = await open(dirname(target), 'r').catch(() => undefined);
        await folder?.sync().catch(() => undefined);
        await folder?.close();
        return { id, size };
      } catch (error) {
        await file.close().catch(() => undefined);
        await rm(temporary, { force: true });
        if ((error as NodeJS.ErrnoException).code === 'ENOSPC') {
          throw new Problem('disk-full', 'There is no space left on the disk for this upload.', {
            status: 507,
            hint: 'Free some space and send it again; nothing was kept of it.',
            cause: error,
          });
        }
        throw error;
      }
    },
    async size(id) {
      const found = await stat(path(id)).catch(() => undefined);
      return found?.size;
    },
    read(id, range) {
      return createReadStream(path(id), range);
    },
  };
}
