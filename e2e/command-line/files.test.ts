/** Folders, search and history by command: on a node of its own, one call after the other. */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { voike } from '../../node-core/cli/testing.ts';

let above: string;
let data: string;
let folder: string;
beforeEach(() => {
  above = realpathSync(mkdtempSync(join(tmpdir(), 'voike-cli-files-')));
  data = join(above, 'data');
  folder = join(above, 'flows');
  mkdirSync(join(folder, 'lib'), { recursive: true });
  writeFileSync(join(folder, 'top.flow'), 'FLOW "Top"\nSTEP a = TRANSFORM { n: 1 }\nEND FLOW\n');
  writeFileSync(join(folder, 'lib', 'part.flow'), 'FLOW "Part" END FLOW\n');
});
afterEach(() => rmSync(above, { recursive: true, force: true }));
const say = (...args: string[]) => voike([...args, '--data', data]);

it('a folder is opened, searched, its files renamed, deleted and brought back', async () => {
  const file = join(folder, 'top.flow');
  const early = await say('search', 'FLOW');
  expect(early.code).toBe(1);
  expect(early.stderr).toContain('voike workspace add DIR');
  expect((await say('workspace', 'add', folder)).code).toBe(0);
  expect((await say('workspace', 'list', '--json')).json()).toMatchObject([{ path: folder, missing: false }]);

  const found = await say('search', 'part', '--case');
  expect(found.code).toBe(1);
  const all = await say('search', '^STEP (\\w+)', '--regex');
  expect(all.stdout).toBe(`${file}:2: STEP a = TRANSFORM { n: 1 }\n`);
  expect((await say('files', 'find', 'prtfl')).stdout).toBe(`${join(folder, 'lib', 'part.flow')}\n`);

  expect((await say('files', 'delete', file)).stderr).toContain('brings it back');
  expect((await say('files', 'list', folder, '--json')).json()).toMatchObject([{ name: 'lib', kind: 'folder' }]);
  expect((await say('files', 'undelete', file)).code).toBe(0);
  expect((await say('files', 'move', file, join(folder, 'lib', 'new.flow'))).code).toBe(0);
  expect(readFileSync(join(folder, 'lib', 'new.flow'), 'utf8')).toContain('"Top"');

  const history = (await say('history', join(folder, 'lib', 'new.flow'), '--json')).json();
  expect(history.map(({ cause }: { cause: string }) => cause)).toEqual(['renamed', 'deleted']);
  writeFileSync(join(folder, 'lib', 'new.flow'), 'spoilt');
  expect((await say('history', join(folder, 'lib', 'new.flow'), '--restore', String(history[1].id))).code).toBe(0);
  expect(readFileSync(join(folder, 'lib', 'new.flow'), 'utf8')).toContain('"Top"');
  const outside = await say('history', join(folder, 'lib', 'new.flow'), '--show', '3');
  expect(outside.stdout).toBe('spoilt');

  expect((await say('workspace', 'remove', folder)).code).toBe(0);
  expect((await say('history', file)).code).toBe(1);
});
