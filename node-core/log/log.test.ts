import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLog, shortForm } from './log.ts';

let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'voike-log-'))));
afterEach(() => rmSync(directory, { recursive: true }));
const lines = () =>
  readFileSync(join(directory, 'voike.log'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

it('writes JSON lines to its folder, from the level asked for', () => {
  const log = createLog({ directory, stderr: 'off', level: 'warn' });
  log.info('too quiet');
  log.warn({ run: 'r1' }, 'something');
  expect(lines()).toMatchObject([{ level: 'warn', run: 'r1', msg: 'something' }]);
});

it('hides secrets', () => {
  const log = createLog({ directory, stderr: 'off' });
  log.info(
    {
      apiKey: 'S3CRET',
      req: { headers: { 'x-voike-api-key': 'S3CRET', cookie: 'S3CRET' } },
      body: { password: 'S3CRET' },
    },
    'request',
  );
  const text = readFileSync(join(directory, 'voike.log'), 'utf8');
  expect(text).not.toContain('S3CRET');
  expect(text).toContain('[hidden]');
});

it('starts a new file when the old one is large, and keeps the old one', () => {
  const path = join(directory, 'voike.log');
  writeFileSync(path, '');
  truncateSync(path, 20_000_000);
  createLog({ directory, stderr: 'off' }).info('fresh');
  expect(statSync(path).size).toBeLessThan(1000);
  expect(existsSync(`${path}.1`)).toBe(true);
});

it('shortens a line for people', () => {
  const line = JSON.stringify({
    level: 'error',
    time: '2026-11-02T10:20:30.000Z',
    port: 80,
    err: { message: 'in use' },
    msg: 'no port',
  });
  expect(shortForm(line)).toBe('10:20:30 ERROR no port port=80: in use\n');
});
