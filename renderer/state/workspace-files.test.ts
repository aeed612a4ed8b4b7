import { beforeEach, expect, it } from 'vitest';
import { Problem } from '../../node-core/errors/problem.ts';
import { useConnection } from './connection.ts';
import { useDocuments } from './documents.ts';
import { saveWorkspaceDocument } from './workspace-files.ts';

/** A disk that writes as the node does: slowly, and only over the version that was seen. */
let disk: { text: string; version: string };
beforeEach(() => {
  disk = { text: 'one', version: 'one' };
  const call = async (_name: string, { text, expected }: { text?: string; expected?: string } = {}): Promise<any> => {
    await new Promise(setImmediate);
    if (expected !== undefined && expected !== disk.version)
      throw new Problem('file-conflict', 'It was changed.', { more: { actual: disk.version, text: disk.text } });
    disk = { text: text!, version: text! };
    return { path: 'a.flow', ...disk };
  };
  const never = () => Promise.reject(new Error('not asked for'));
  useConnection.setState({
    client: { sameMachine: true, call, upload: never, get: never, link: () => undefined, send: never, request: never },
  });
});

it('saving again before the answer has come is no conflict with oneself', async () => {
  const { open, setText } = useDocuments.getState();
  const id = open({ name: 'a.flow', text: 'one', version: 'one', file: { workspace: 'w', path: 'a.flow' } });
  setText(id, 'two');
  const first = saveWorkspaceDocument(id);
  setText(id, 'three');
  expect(await Promise.all([first, saveWorkspaceDocument(id)])).toEqual([true, true]);
  expect(disk.text).toBe('three');
  expect(useDocuments.getState().documents[0]).toMatchObject({ saved: 'three', version: 'three' });
  expect(useDocuments.getState().documents[0]).not.toHaveProperty('conflict');
});
