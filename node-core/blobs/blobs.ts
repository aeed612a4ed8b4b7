/** The blobs of projects: bytes by content, names by project. A project reads only what it was given itself. */
import { Problem } from '../errors/problem.ts';
import type { Project } from '../projects/project.ts';
import type { BlobFiles } from './files.ts';

export interface BlobInfo {
  id: string;
  name?: string;
  size: number;
  contentType?: string;
  createdAt: string;
}

export interface Blobs {
  readonly files: BlobFiles;
  put(
    project: Project,
    bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array> | Uint8Array,
    name?: string,
    options?: { contentType?: string; actor?: string; signal?: AbortSignal },
  ): Promise<{ id: string; size: number }>;
  /** @throws Problem `blob-not-found` */
  get(project: Project, id: string): BlobInfo;
  has(project: Project, id: string): boolean;
  /** The id, from it or from a name: the blob that got that name last. @throws Problem `blob-not-found` */
  idOf(project: Project, named: string): string;
  /** Newest first. `before` is the `next` of the page before. */
  list(project: Project, options: { limit: number; before?: string }): { blobs: BlobInfo[]; next?: string };
}

interface Row {
  seq: number;
  id: string;
  name: string | null;
  size: number;
  content_type: string | null;
  created_at: string;
}

const infoOf = (row: Row): BlobInfo => ({
  id: row.id,
  size: row.size,
  createdAt: row.created_at,
  ...(row.name === null ? {} : { name: row.name }),
  ...(row.content_type === null ? {} : { contentType: row.content_type }),
});

export function createBlobs(files: BlobFiles): Blobs {
  const find = (project: Project, id: string): Row | undefined =>
    project.db.prepare('SELECT * FROM voike_blobs WHERE id = ?').get(id) as Row | undefined;
  return {
    files,
    async put(project, bytes, name, options = {}) {
      const { id, size } = await files.write(bytes instanceof Uint8Array ? [bytes] : bytes, options.signal);
      await project.write((tx) => {
        const known = tx.db.prepare('SELECT 1 FROM voike_blobs WHERE id = ?').get(id) !== undefined;
        if (known) return;
        tx.db
          .prepare('INSERT INTO voike_blobs (id, name, size, content_type, created_at) VALUES (?, ?, ?, ?, ?)')
          .run(id, name ?? null, size, options.contentType ?? null, new Date().toISOString());
        tx.append(
          'blob.put',
          { id, size, ...(name === undefined ? {} : { name }) },
          options.actor === undefined ? {} : { actor: options.actor },
        );
      });
      return { id, size };
    },
    get(project, id) {
      const row = find(project, id);
      if (row === undefined) {
        throw new Problem('blob-not-found', `This project has no blob ${id.slice(0, 12)}….`, {
          status: 404,
          hint: 'Upload it first, or check the id.',
        });
      }
      return infoOf(row);
    },
    has: (project, id) => find(project, id) !== undefined,
    idOf(project, named) {
      if (find(project, named) !== undefined) return named;
      const id = project.db
        .prepare<[string], string>('SELECT id FROM voike_blobs WHERE name = ? ORDER BY seq DESC LIMIT 1')
        .pluck()
        .get(named);
      if (id !== undefined) return id;
      throw new Problem('blob-not-found', `This project has no blob ${JSON.stringify(named.slice(0, 100))}.`, {
        status: 404,
        hint: 'Upload it first, or check its name or id.',
      });
    },
    list(project, { limit, before }) {
      const rows = project.db
        .prepare('SELECT * FROM voike_blobs WHERE seq < ? ORDER BY seq DESC LIMIT ?')
        .all(before === undefined ? Number.MAX_SAFE_INTEGER : Number(before), limit + 1) as Row[];
      const page = rows.slice(0, limit);
      return { blobs: page.map(infoOf), ...(rows.length > limit ? { next: String(page.at(-1)?.seq) } : {}) };
    },
  };
}
