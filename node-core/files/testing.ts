/** A real node's files on a real folder, for tests. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pino } from 'pino';
import { openTestProject, type TestProject } from '../projects/testing.ts';
import { createFiles, type Files } from './files.ts';
import { filesMigrations } from './migrations.ts';

export interface TestFiles extends TestProject {
  files: Files;
  /** The opened folder. */
  root: string;
  workspace: string;
  /** Writes a file of the folder as another program would. */
  outside(path: string, text: string | Buffer): void;
}

export async function openTestFiles(): Promise<TestFiles> {
  const test = await openTestProject({ migrations: filesMigrations });
  const files = createFiles({
    projects: test.projects,
    events: test.events,
    dataDir: test.dataDir,
    path: (...parts) => join(test.dataDir, ...parts),
    log: pino({ level: 'silent' }),
  });
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'voike-workspace-')));
  const { id } = await files.openWorkspace(root, 'local');
  return {
    ...test,
    files,
    root,
    workspace: id,
    outside(path, text) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    },
    close() {
      files.close();
      test.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
