/** The node's projects and their keys, and the open ones. */
import { rmSync } from 'node:fs';
import { isSecret, newSecret, sha256 } from '../crypto/hash.ts';
import { type NodeKey, openNodeKey } from '../crypto/node-key.ts';
import { Problem } from '../errors/problem.ts';
import { newId } from '../ids/uuid.ts';
import { type Ledger, openLedger } from '../ledger/log.ts';
import type { EventHub } from '../operations/events.ts';
import type { DatabasePair } from '../store/database.ts';
import type { Store } from '../store/store.ts';
import { createWriter } from '../store/writer.ts';
import type { Project } from './project.ts';

export interface ProjectInfo {
  id: string;
  organization: string;
  name: string;
  /** The project of whoever sits at this machine, made at first start. */
  local: boolean;
  createdAt: string;
}

export interface KeyInfo {
  id: string;
  projectId: string;
  label: string;
  /** What services may ask of who calls them; see `@roles` of programs. */
  roles: string[];
  createdAt: string;
  revokedAt?: string;
}

export interface Projects {
  /** UUIDv7, made at first start. */
  readonly nodeId: string;
  readonly key: NodeKey;
  /** The control database, with the node's own ledger, in the form of a project; its id is the node's. */
  readonly control: Project;
  /** The local project, open. */
  readonly local: Project;
  list(): ProjectInfo[];
  /** The project, opened when it is not yet. Problem `project-not-found` (404). */
  open(id: string): Project;
  /** Problem `project-exists` (409) when the organization has one of that name. */
  create(input: { organizationName: string; projectName: string }, actor: string): Promise<ProjectInfo>;
  /** The key itself is in the answer, and nowhere else ever again. */
  createKey(
    input: { projectId: string; label: string; roles?: string[] },
    actor: string,
  ): Promise<{ key: KeyInfo; apiKey: string }>;
  listKeys(projectId: string): KeyInfo[];
  /** From then on the key opens nothing. Problem `key-not-found` (404). */
  revokeKey(input: { projectId: string; keyId: string }, actor: string): Promise<KeyInfo>;
  /** Whose key it is; undefined for one that is unknown, malformed or revoked. */
  authenticate(apiKey: string): { projectId: string; keyId: string; roles: string[] } | undefined;
  /** The ledger of a project, or of the control database. */
  ledgerOf(project: Project): Ledger;
  /** Commits what is asked for so far, closes all databases, and gives the data directory back. */
  close(): void;
}

interface Opened {
  path: string;
  project: Project;
  ledger: Ledger;
  close(): void;
}

/** Opens the control database of `store`; on a new data directory makes the node's id, its key, and the local project. */
export async function openProjects(store: Store, options: { events?: EventHub } = {}): Promise<Projects> {
  const opened = new Map<string, Opened>();
  const pair = store.openNodeDatabase();
  try {
    return await openWith(pair);
  } catch (error) {
    for (const { close } of opened.values()) close();
    if (pair.write.open) pair.close();
    throw error;
  }

  async function openWith(nodeDatabase: DatabasePair): Promise<Projects> {
    const { nodeId, key, fresh } = whoAmI(nodeDatabase, store);
    const control = open(nodeDatabase, nodeId, 'node', key);
    const { write, db } = control.project;
    if (fresh) {
      await write((tx) => {
        const publicKey = Buffer.from(key.publicKey).toString('base64');
        const createdAt = new Date().toISOString();
        tx.db
          .prepare('INSERT INTO node (one, id, public_key, created_at) VALUES (1, ?, ?, ?)')
          .run(nodeId, publicKey, createdAt);
        tx.append('node.create', { node: nodeId, key: control.ledger.verifierKey });
      });
    }

    const COLUMNS = 'id, organization, name, is_local AS local, created_at AS createdAt';
    type ProjectRow = Omit<ProjectInfo, 'local'> & { local: number };
    const info = (row: ProjectRow): ProjectInfo => ({ ...row, local: row.local === 1 });
    const selectAll = db.prepare<[], ProjectRow>(`SELECT ${COLUMNS} FROM projects ORDER BY id`);
    const selectOne = db.prepare<[string], ProjectRow>(`SELECT ${COLUMNS} FROM projects WHERE id = ?`);
    const selectLocal = db.prepare<[], string>('SELECT id FROM projects WHERE is_local = 1').pluck();
    const KEY_COLUMNS = 'id, project_id AS projectId, label, roles, created_at AS createdAt, revoked_at AS revokedAt';
    type KeyRow = Omit<KeyInfo, 'revokedAt' | 'roles'> & { revokedAt: string | null; roles: string };
    const keyInfo = ({ revokedAt, roles, ...row }: KeyRow): KeyInfo => ({
      ...row,
      roles: JSON.parse(roles) as string[],
      ...(revokedAt === null ? {} : { revokedAt }),
    });
    const selectKeys = db.prepare<[string], KeyRow>(
      `SELECT ${KEY_COLUMNS} FROM api_keys WHERE project_id = ? ORDER BY id`,
    );
    const selectSecret = db.prepare<[string], { projectId: string; hash: string; roles: string }>(
      'SELECT project_id AS projectId, hash, roles FROM api_keys WHERE id = ? AND revoked_at IS NULL',
    );

    const openProject = (id: string): Opened => {
      const there = opened.get(id);
      if (there) return there;
      const row = selectOne.get(id);
      if (!row) {
        throw new Problem('project-not-found', `There is no project ${JSON.stringify(id)} on this node.`, {
          status: 404,
          hint: 'GET /admin/projects lists the projects of this node.',
        });
      }
      const project = open(store.openProjectDatabase(id, { create: false }), id, row.name, key);
      opened.set(id, project);
      return project;
    };

    const create = async (input: { organizationName: string; projectName: string; local?: boolean }, actor: string) => {
      const row: ProjectInfo = {
        id: newId(),
        organization: input.organizationName,
        name: input.projectName,
        local: input.local ?? false,
        createdAt: new Date().toISOString(),
      };
      const same = db.prepare('SELECT 1 FROM projects WHERE organization = ? AND name = ?');
      if (same.get(row.organization, row.name)) throw exists(row);
      // The file first: a crash in between leaves a file that nobody names, never a project without its file.
      const file = open(store.openProjectDatabase(row.id, { create: true }), row.id, row.name, key);
      opened.set(row.id, file);
      try {
        await file.project.write((tx) => tx.append('project.create', { ...row }, { actor }));
        await write((tx) => {
          const inserted = tx.db
            .prepare(
              'INSERT INTO projects (id, organization, name, is_local, created_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
            )
            .run(row.id, row.organization, row.name, row.local ? 1 : 0, row.createdAt);
          if (inserted.changes === 0) throw exists(row);
          tx.append('project.create', { ...row }, { actor });
        });
      } catch (error) {
        // Nobody names it: another call made a project of that name in the meantime, or the disk is full.
        opened.delete(row.id);
        file.close();
        rmSync(file.path, { force: true });
        throw error;
      }
      return row;
    };

    const localId =
      selectLocal.get() ??
      (await create({ organizationName: 'Local', projectName: 'My project', local: true }, 'node')).id;
    const local = openProject(localId);

    return {
      nodeId,
      key,
      control: control.project,
      local: local.project,
      list: () => selectAll.all().map(info),
      open: (id) => openProject(id).project,
      create: ({ organizationName, projectName }, actor) => create({ organizationName, projectName }, actor),

      async createKey({ projectId, label, roles = [] }, actor) {
        openProject(projectId);
        const id = newId();
        const secret = newSecret();
        const made: KeyInfo = { id, projectId, label, roles, createdAt: new Date().toISOString() };
        await write((tx) => {
          tx.db
            .prepare('INSERT INTO api_keys (id, project_id, label, hash, created_at, roles) VALUES (?, ?, ?, ?, ?, ?)')
            .run(id, projectId, label, sha256(secret), made.createdAt, JSON.stringify(roles));
          tx.append(
            'key.create',
            { key: id, project: projectId, label, ...(roles.length === 0 ? {} : { roles }) },
            { actor },
          );
        });
        return { key: made, apiKey: `voike_${id.replaceAll('-', '')}_${secret}` };
      },

      listKeys: (projectId) => selectKeys.all(projectId).map(keyInfo),

      async revokeKey({ projectId, keyId }, actor) {
        const at = new Date().toISOString();
        await write((tx) => {
          const done = tx.db
            .prepare('UPDATE api_keys SET revoked_at = ? WHERE id = ? AND project_id = ? AND revoked_at IS NULL')
            .run(at, keyId, projectId);
          if (done.changes > 0) tx.append('key.revoke', { key: keyId, project: projectId }, { actor });
        });
        const row = selectKeys.all(projectId).find(({ id }) => id === keyId);
        if (!row) {
          throw new Problem('key-not-found', `The project has no key ${JSON.stringify(keyId)}.`, {
            status: 404,
            hint: 'GET /admin/projects/:id/api-keys lists its keys.',
          });
        }
        return keyInfo(row);
      },

      authenticate(apiKey) {
        const match = /^voike_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})_([\w-]{43})$/.exec(
          apiKey,
        );
        if (!match) return undefined;
        const keyId = match.slice(1, 6).join('-');
        const row = selectSecret.get(keyId);
        return row && isSecret(match[6]!, row.hash)
          ? { projectId: row.projectId, keyId, roles: JSON.parse(row.roles) as string[] }
          : undefined;
      },

      ledgerOf(project) {
        const found = project.id === nodeId ? control : opened.get(project.id);
        if (!found) throw new Error(`Project ${project.id} is not open.`);
        return found.ledger;
      },

      close() {
        for (const one of opened.values()) one.close();
        control.close();
        store.close();
      },
    };
  }

  function open(database: DatabasePair, id: string, name: string, key: NodeKey): Opened {
    const ledger = openLedger(database, {
      id,
      key,
      onAppended({ size, entries, note }) {
        options.events?.publish(id, { type: 'ledger.appended', size, entries });
        options.events?.publish(id, { type: 'ledger.checkpoint', size, note });
      },
    });
    const writer = createWriter(database.write, database.path, ledger.journal);
    return {
      path: database.path,
      ledger,
      project: {
        id,
        name,
        db: database.read,
        write: (change) => (ledger.damage ? Promise.reject(ledger.damage) : writer.write(change)),
      },
      close() {
        writer.close();
        database.close();
      },
    };
  }
}

/** The node's id and key; new ones at the first start, which are its own once they are in the control database. */
function whoAmI(database: DatabasePair, store: Store): { nodeId: string; key: NodeKey; fresh: boolean } {
  const row = database.read
    .prepare<[], { id: string; publicKey: string }>('SELECT id, public_key AS publicKey FROM node')
    .get();
  const key = openNodeKey(store.path('identity'), { create: row === undefined });
  const publicKey = Buffer.from(key.publicKey).toString('base64');
  if (row) {
    if (row.publicKey === publicKey) return { nodeId: row.id, key, fresh: false };
    throw new Problem(
      'node-key-foreign',
      `The key in ${store.path('identity')} is not the one that this data directory was signed with.`,
      {
        status: 500,
        hint: 'Put the file node-key.pem that belongs to this data directory back from a backup.',
      },
    );
  }
  return { nodeId: newId(), key, fresh: true };
}

function exists(row: ProjectInfo): Problem {
  return new Problem('project-exists', `${row.organization} already has a project named ${row.name}.`, {
    status: 409,
    hint: 'Choose another name.',
  });
}
