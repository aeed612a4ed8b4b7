import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CallContext } from '../operations/operation.ts';
import { createRegistry } from '../operations/registry.ts';
import { projectsOperations } from './operations.ts';
import { type TestProject, openTestProject } from './testing.ts';

let test: TestProject;
beforeEach(async () => void (test = await openTestProject()));
afterEach(() => test.close());

const context: CallContext<'admin'> = {
  project: undefined,
  actor: 'admin',
  signal: new AbortController().signal,
  log: pino({ level: 'silent' }),
};
const call = (name: string, input: unknown): Promise<any> =>
  createRegistry([projectsOperations(test)]).call(name, context, input);
const kinds = () => test.projects.control.db.prepare('SELECT kind FROM ledger_entries ORDER BY seq').pluck().all();

it('makes a node, its local project and their first entries at the first start, and finds them again', async () => {
  expect(kinds()).toEqual(['node.create', 'project.create']);
  expect(test.projects.list()).toMatchObject([{ local: true, id: test.project.id }]);
  const { nodeId } = test.projects;
  test.close({ keep: true });
  test = await openTestProject({ dataDir: test.dataDir });
  expect(test.projects.nodeId).toBe(nodeId);
  expect(test.projects.list()).toHaveLength(1);
  expect(kinds()).toHaveLength(2);
});

it('makes a project with a key that opens it, and that is kept only as a hash', async () => {
  const { project, apiKey, key } = await call('admin.createProject', {
    organizationName: 'Acme',
    projectName: 'Sales',
    keyLabel: 'laptop',
  });
  expect(test.projects.authenticate(apiKey as string)).toEqual({
    projectId: project.id as string,
    keyId: key.id as string,
    roles: [],
  });
  expect(test.projects.open(project.id as string).name).toBe('Sales');
  expect(kinds()).toEqual(['node.create', 'project.create', 'project.create', 'key.create']);
  const secret = (apiKey as string).split('_').at(-1)!;
  for (const file of readdirSync(test.dataDir, { recursive: true, withFileTypes: true })) {
    if (file.isFile()) expect(readFileSync(join(file.parentPath, file.name)).includes(secret)).toBe(false);
  }
});

it('refuses two projects of one name in one organization', async () => {
  const input = { organizationName: 'Acme', projectName: 'Sales' };
  await call('admin.createProject', input);
  await expect(call('admin.createProject', input)).rejects.toMatchObject({ code: 'project-exists', status: 409 });
  await call('admin.createProject', { ...input, organizationName: 'Other' });
  await expect(call('admin.createProject', { organizationName: ' ', projectName: 'x' })).rejects.toMatchObject({
    code: 'invalid-input',
  });
});

it('makes one of two projects that are asked for by one name at once, and leaves nothing of the other', async () => {
  const input = { organizationName: 'Acme', projectName: 'Sales' };
  const results = await Promise.allSettled([call('admin.createProject', input), call('admin.createProject', input)]);
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(test.projects.list()).toHaveLength(2);
  expect(readdirSync(join(test.dataDir, 'projects')).filter((file) => file.endsWith('.db'))).toHaveLength(2);
});

it('keeps the projects apart', async () => {
  const a = await call('admin.createProject', { organizationName: 'Acme', projectName: 'A' });
  const other = test.projects.open(a.project.id as string);
  await other.write((tx) => tx.append('thing.made', {}));
  expect(test.projects.ledgerOf(other).size).toBe(2);
  expect(test.ledger.size).toBe(1);
  expect(() => test.projects.open('nope')).toThrow(expect.objectContaining({ code: 'project-not-found' }));
});

it('revokes a key', async () => {
  const { apiKey, key } = await call('admin.createKey', { id: test.project.id, label: 'old' });
  await call('admin.createKey', { id: test.project.id });
  const revoked = await call('admin.revokeKey', { id: test.project.id, keyId: key.id });
  expect(revoked.key.revokedAt).toBeTypeOf('string');
  expect(test.projects.authenticate(apiKey as string)).toBeUndefined();
  const { keys } = await call('admin.listKeys', { id: test.project.id });
  expect(keys.map((k: { label: string }) => k.label)).toEqual(['old', 'key']);
  await call('admin.revokeKey', { id: test.project.id, keyId: key.id });
  expect(kinds().filter((kind) => kind === 'key.revoke')).toHaveLength(1);
  await expect(call('admin.revokeKey', { id: test.project.id, keyId: 'nope' })).rejects.toMatchObject({
    code: 'key-not-found',
  });
});

it('lets no other key in', async () => {
  const { apiKey } = await call('admin.createKey', { id: test.project.id });
  const [, id, secret] = (apiKey as string).split('_') as [string, string, string];
  const flipped = (secret.startsWith('A') ? 'B' : 'A') + secret.slice(1);
  for (const wrong of [
    '',
    'voike',
    `voike_${id}_${flipped}`,
    `voike_${id}_`,
    `voike_${'0'.repeat(32)}_${secret}`,
    `${apiKey} `,
    "' OR 1=1 --",
  ]) {
    expect(test.projects.authenticate(wrong)).toBeUndefined();
  }
});

it('does not go on with another key than the one it signed with', async () => {
  test.close({ keep: true });
  rmSync(join(test.dataDir, 'identity'), { recursive: true });
  await expect(openTestProject({ dataDir: test.dataDir })).rejects.toMatchObject({ code: 'node-key-missing' });
  rmSync(test.dataDir, { recursive: true });
  test = await openTestProject();
});
