import { describe, expect, it } from 'vitest';
import type { Client } from '../../node-core/client/client.ts';
import { nodeClient } from './node-client.ts';

function named(heard: string[], name: string): Client {
  return {
    callAny: (operation: string) => {
      heard.push(`${name}: ${operation}`);
      return Promise.resolve({});
    },
  } as unknown as Client;
}

describe('the client of a node on another machine', () => {
  it('tells that node nothing of the folders and paths of this one', async () => {
    const heard: string[] = [];
    const client = nodeClient(named(heard, 'there'), {
      left: new AbortController().signal,
      sameMachine: false,
      home: () => named(heard, 'here'),
      links: false,
    });
    await client.call('files.list', { workspace: 'w' });
    await client.call('flow.sniff', { file: { $file: '/home/me/a.csv' } });
    await client.call('flow.sniff', { file: { $blob: 'b' } });
    await client.call('tables.list');
    expect(heard).toEqual(['here: files.list', 'here: flow.sniff', 'there: flow.sniff', 'there: tables.list']);
  });
});
