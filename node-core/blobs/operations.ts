/** Operations on a project's blobs. */
import { Type } from 'typebox';
import type { StreamedInput, StreamedOutput } from '../operations/operation.ts';
import { operation } from '../operations/operation.ts';
import type { Blobs } from './blobs.ts';

const Id = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of the bytes, 64 hex digits' });
const BlobInfo = Type.Object({
  id: Id,
  name: Type.Optional(Type.String()),
  size: Type.Integer({ description: 'Bytes' }),
  contentType: Type.Optional(Type.String()),
  createdAt: Type.String(),
});

export interface BlobServices {
  blobs: Blobs;
}

export function blobsOperations({ blobs }: BlobServices) {
  return {
    'blobs.put': operation({
      summary: 'Store the bytes of the request body',
      description: 'Blobs are named by their content: the same bytes are kept once.',
      http: { method: 'POST', path: '/blobs', body: 'stream' },
      access: 'project',
      capability: 'blobs.write',
      effect: 'write',
      ledger: ['blob.put'],
      input: Type.Object({
        name: Type.Optional(Type.String({ maxLength: 300, description: 'File name, for people' })),
      }),
      output: Type.Object({ id: Id, size: Type.Integer() }),
      async handler({ project, actor, signal }, input) {
        const { body, contentType } = input as unknown as StreamedInput;
        return blobs.put(project, body, input.name, {
          actor,
          signal,
          ...(contentType === undefined ? {} : { contentType }),
        });
      },
    }),

    'blobs.list': operation({
      summary: "The project's blobs, newest first",
      http: { method: 'GET', path: '/blobs' },
      access: 'project',
      capability: 'blobs.read',
      effect: 'read',
      input: Type.Object({
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
        cursor: Type.Optional(Type.String({ pattern: '^\\d{1,15}$', description: '`next` of the page before' })),
      }),
      output: Type.Object({ blobs: Type.Array(BlobInfo), next: Type.Optional(Type.String()) }),
      handler: ({ project }, { limit, cursor }) =>
        blobs.list(project, { limit: limit ?? 100, ...(cursor === undefined ? {} : { before: cursor }) }),
    }),

    'blobs.get': operation({
      summary: 'Name, size and type of a blob',
      http: { method: 'GET', path: '/blobs/:id' },
      access: 'project',
      capability: 'blobs.read',
      effect: 'read',
      input: Type.Object({ id: Id }),
      output: BlobInfo,
      handler: ({ project }, { id }) => blobs.get(project, id),
    }),

    'blobs.stream': operation({
      summary: 'The bytes of a blob, whole or a range of them',
      http: { method: 'GET', path: '/blobs/:id/stream', body: 'stream' },
      access: 'project',
      capability: 'blobs.read',
      effect: 'read',
      input: Type.Object({ id: Id }),
      output: Type.Unsafe<StreamedOutput>({}),
      handler({ project }, { id }): StreamedOutput {
        const info = blobs.get(project, id);
        return {
          size: info.size,
          etag: id,
          open: (range) => blobs.files.read(id, range),
          ...(info.name === undefined ? {} : { name: info.name }),
          ...(info.contentType === undefined ? {} : { contentType: info.contentType }),
        };
      },
    }),
  };
}
