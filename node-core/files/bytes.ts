/** A file of this machine as it lies on the disk, for whoever sits at it and sends it to another node. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, isAbsolute } from 'node:path';
import { Problem } from '../errors/problem.ts';
import type { StreamedOutput } from '../operations/operation.ts';

/** @throws Problem `file-path-relative`, `file-not-found`, `file-not-regular` for folders, devices and pipes. */
export async function fileBytes(path: string): Promise<StreamedOutput> {
  if (!isAbsolute(path) || path.includes('\0'))
    throw new Problem('file-path-relative', `${path} is not the whole path of a file.`, {
      status: 422,
      hint: 'Name it from the root of the file system.',
    });
  const found = await stat(path).catch((cause: unknown) => {
    throw new Problem('file-not-found', `There is no file ${path} on this machine.`, {
      status: 404,
      hint: 'Choose the file again.',
      cause,
    });
  });
  if (!found.isFile())
    throw new Problem('file-not-regular', `${path} is not a file that can be read to its end.`, {
      status: 422,
      hint: 'Choose a file.',
    });
  return { size: found.size, name: basename(path), open: (range) => createReadStream(path, range) };
}
