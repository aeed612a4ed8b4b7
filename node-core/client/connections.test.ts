import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { Problem } from '../errors/problem.ts';
import {
  connectSources,
  isAllowed,
  LOOPBACK_SOURCES,
  nodeAddress,
  readConnections,
  writeConnections,
} from './connections.ts';

const codeOf = (work: () => unknown): string | undefined => {
  try {
    work();
    return undefined;
  } catch (thrown) {
    return (thrown as Problem).code;
  }
};

describe('an address', () => {
  test.each([
    ['https://eu-1.example', 'https://eu-1.example'],
    [' https://EU-1.example:443/ ', 'https://eu-1.example'],
    ['eu-1.example', 'https://eu-1.example'],
    ['127.0.0.1:8738', 'http://127.0.0.1:8738'],
    ['http://localhost:8738/', 'http://localhost:8738'],
  ])('%s means %s', (typed, origin) => {
    expect(nodeAddress(typed)).toBe(origin);
  });

  test.each([
    ['http://eu-1.example:8737', 'connection-unencrypted'],
    ['http://127.0.0.1.example.org', 'connection-unencrypted'],
    ['https://me:secret@eu-1.example', 'connection-address'],
    ['http://127.0.0.1:8737/#launch=abc', 'connection-address'],
    ['https://eu-1.example/api', 'connection-address'],
    ['ftp://eu-1.example', 'connection-address'],
    ['', 'connection-address'],
    ['https://', 'connection-address'],
  ])('%s is refused', (typed, code) => {
    expect(codeOf(() => nodeAddress(typed))).toBe(code);
  });

  const scheme = fc.constantFrom('', 'http://', 'https://', 'HTTP:', '//', 'ftp://');
  const host = fc.oneof(
    fc.constantFrom('127.0.0.1', 'localhost', '127.0.0.1@eu.example', '127.1', '[::1]'),
    fc.string(),
  );
  const rest = fc.constantFrom('', ':80', ':8737/', '.example', '@eu.example');
  it('sends no key over a network in the clear, whatever is typed', () => {
    fc.assert(
      fc.property(scheme, host, rest, (...parts) => {
        const typed = parts.join('');
        let origin: string;
        try {
          origin = nodeAddress(typed);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Problem);
          return;
        }
        const { protocol, hostname } = new URL(origin);
        expect(protocol === 'https:' || hostname === '127.0.0.1' || hostname === 'localhost').toBe(true);
      }),
    );
  });
});

describe('connections.json', () => {
  it('comes back as it was written', () => {
    const list = [{ id: 'a', name: 'eu-1', url: 'https://eu-1.example', color: 'violet' as const }];
    expect(readConnections(writeConnections(list))).toEqual(list);
  });

  it('gives a node without a colour, or with one that there is not, one that few others have', () => {
    const list = ['pink', undefined, 'beige', 'blue', undefined].map((color, at) => ({
      id: `n${at}`,
      name: `n${at}`,
      url: 'https://eu-1.example',
      color,
    }));
    expect(readConnections(JSON.stringify(list)).map(({ color }) => color)).toEqual([
      'pink',
      'orange',
      'gold',
      'blue',
      'violet',
    ]);
  });

  it('leaves out what is wrong and never throws', () => {
    const good = { id: 'a', name: 'eu-1', url: 'https://eu-1.example', color: 'pink' };
    const wrong = [
      null,
      7,
      { ...good, id: 'b' },
      { ...good, id: 'local', name: 'x' },
      { id: 'c', name: 'us', url: 'http://us.example' },
      { id: 'd', name: '', url: 'https://d.example' },
      { ...good, id: '../x', name: 'y' },
    ];
    expect(readConnections(JSON.stringify([good, ...wrong]))).toEqual([good]);
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => Array.isArray(readConnections(text))));
  });
});

describe('the sources of a page', () => {
  const sources = [
    ...LOOPBACK_SOURCES,
    ...connectSources([{ url: 'https://eu-1.example' }, { url: 'http://127.0.0.1:1' }]),
  ];

  it('name exactly the nodes of the list, for calls and events', () => {
    expect(sources.slice(LOOPBACK_SOURCES.length)).toEqual(['https://eu-1.example', 'wss://eu-1.example']);
  });

  test.each([
    ['https://eu-1.example', true],
    ['http://127.0.0.1:9000', true],
    ['https://eu-1.example:8443', false],
    ['https://eu-1.example.org', false],
    ['https://127.0.0.1:9000', false],
  ])('%s: %s', (origin, allowed) => {
    expect(isAllowed(sources, origin)).toBe(allowed);
  });
});
