import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkLayers } from './layers.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'voike-layers-'));
  for (const world of ['node-core', 'renderer', 'electron', 'e2e']) mkdirSync(join(root, world));
});
afterEach(() => rmSync(root, { recursive: true }));

function file(path: string, text: string) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

describe('import rules', () => {
  test('imports downwards are fine', () => {
    file('node-core/ids/uuid.ts', 'export const a = 1;');
    file('node-core/flow/parse.ts', "import { a } from '../ids/uuid.ts';");
    file('node-core/http/server.ts', "import { a } from '../flow/parse.ts';");
    expect(checkLayers(root)).toEqual([]);
  });

  test('an import upwards is named', () => {
    file('node-core/runs/engine.ts', 'export const a = 1;');
    file('node-core/store/open.ts', "import { a } from '../runs/engine.ts';");
    expect(checkLayers(root)).toEqual([
      'node-core/store/open.ts: imports "../runs/engine.ts", but ground may not import areas',
    ]);
  });

  test('a browser-safe folder may not touch Node, even two lines long', () => {
    file('node-core/flow/hash.ts', "import {\n  createHash,\n} from 'node:crypto';");
    expect(checkLayers(root)).toEqual([
      'node-core/flow/hash.ts: imports "node:crypto", but this folder must also run in a page',
    ]);
  });

  test('electron stays in the shell', () => {
    file('node-core/http/server.ts', "import { app } from 'electron';");
    expect(checkLayers(root)[0]).toContain('only electron/ may use Electron');
  });

  test('the workbench may take types from anywhere in the node, but code only from browser-safe folders', () => {
    file('node-core/runs/engine.ts', 'export type A = 1; export const a = 1;');
    file('renderer/a.ts', "import type { A } from '../node-core/runs/engine.ts';");
    expect(checkLayers(root)).toEqual([]);
    file('renderer/b.ts', "import { a } from '../node-core/runs/engine.ts';");
    expect(checkLayers(root)[0]).toContain('browser-safe folders of node-core');
  });

  test('a cycle is printed once, from file to file', () => {
    file('node-core/ids/a.ts', "import { b } from './b.ts'; export const a = 1;");
    file('node-core/ids/b.ts', "import { a } from './a.ts'; export const b = 1;");
    expect(checkLayers(root)).toEqual(['import cycle: node-core/ids/a.ts → node-core/ids/b.ts → node-core/ids/a.ts']);
  });
});
