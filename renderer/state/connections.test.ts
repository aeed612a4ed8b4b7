import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem } from '../../node-core/errors/problem.ts';
import { useDialogs } from '../ui/dialogs.ts';
import { LOCAL_ID } from './connection.ts';
import { connectionById, removeConnection, saveConnection, useConnections } from './connections.ts';
import { keepKey, keyOf } from './keyring.ts';
import { inputsFor } from './remote-inputs.ts';
import { versionNote } from './reach.ts';
import { useConnection } from './connection.ts';
import { useSamples } from './samples.ts';

beforeEach(() => {
  useConnections.setState({ saved: [] });
  vi.stubGlobal('window', {});
});

describe('the list of nodes', () => {
  it('takes a node, changes it, and takes it out with its key', async () => {
    const made = saveConnection({ name: ' eu-1 ', url: 'eu-1.example' });
    expect(made).toMatchObject({ name: 'eu-1', url: 'https://eu-1.example' });
    expect(saveConnection({ ...made, name: 'eu-2' })).toEqual({ ...made, name: 'eu-2' });
    expect(useConnections.getState().saved).toHaveLength(1);
    await keepKey(made, 'secret');
    await removeConnection(made.id);
    expect(connectionById(made.id)).toBeUndefined();
    expect(await keyOf(made)).toBeUndefined();
  });

  it('has each name once, and never one that could be taken for the local node', () => {
    saveConnection({ name: 'eu-1', url: 'https://a.example' });
    for (const name of ['EU-1', 'local node', '  '])
      expect(() => saveConnection({ name, url: 'https://b.example' })).toThrow(Problem);
    expect(useConnections.getState().saved).toHaveLength(1);
  });

  it('keeps the local node', async () => {
    await expect(removeConnection(LOCAL_ID)).resolves.toBeUndefined();
  });
});

describe('keys', () => {
  const target = { id: 'x', url: 'https://x.example' };

  it('are never sent to another address than the one they were typed for', async () => {
    await keepKey(target, 'secret');
    expect(await keyOf(target)).toBe('secret');
    expect(await keyOf({ ...target, url: 'https://evil.example' })).toBeUndefined();
  });

  it('go to the key store of the system in the desktop window, and hold in memory where it has none', async () => {
    const kept = new Map<string, string>();
    const keepSecret = (id: string, secret: string) => Promise.resolve(void kept.set(id, secret));
    vi.stubGlobal('window', {
      voike: { keepSecret, readSecret: (id: string) => Promise.resolve(kept.get(id) ?? null) },
    });
    expect(await keepKey({ id: 'y', url: 'https://y.example' }, 'k')).toBe(true);
    expect(JSON.parse(kept.get('y')!)).toEqual({ url: 'https://y.example', key: 'k' });
    kept.set('z', JSON.stringify({ url: 'https://z.example', key: 'from before' }));
    expect(await keyOf({ id: 'z', url: 'https://z.example' })).toBe('from before');
    vi.stubGlobal('window', { voike: { keepSecret: () => Promise.reject(new Error('no key store')) } });
    expect(await keepKey({ id: 'w', url: 'https://w.example' }, 'k')).toBe(false);
    expect(await keyOf({ id: 'w', url: 'https://w.example' })).toBe('k');
  });
});

describe('versions', () => {
  it('are told apart by number, not by letter', () => {
    expect(versionNote('eu-1', '0.9.0', '0.10.0')).toMatch(/older/);
    expect(versionNote('eu-1', '1.0.0', '0.10.0')).toMatch(/newer/);
    expect(versionNote('eu-1', '0.2.0', '0.2.0')).toBeUndefined();
    expect(versionNote('eu-1', undefined, '0.2.0')).toBeUndefined();
  });
});

describe('inputs of a run on another machine', () => {
  const never = () => Promise.reject(new Error('not called'));
  const on = (sameMachine: boolean) =>
    useConnection.setState({
      client: {
        sameMachine,
        call: never,
        upload: never,
        get: never,
        send: never,
        request: never,
        link: () => undefined,
      },
      at: { id: 'e', name: 'eu-1', remote: !sameMachine, url: 'https://eu-1.example' },
    });

  it('are refused when they name a file of this one, and say what to do', async () => {
    const inputs = { f: { $file: '/home/me/a.csv' }, n: 3 };
    on(true);
    expect(await inputsFor({ inputs })).toBe(inputs);
    on(false);
    await expect(inputsFor({ inputs })).rejects.toThrow(/names a file of this machine/);
  });

  it('that are files of this machine are uploaded once the person agrees, and again only when they changed', async () => {
    on(false);
    const there = new Map<string, string>();
    let text = 'a,b';
    useConnection.setState({
      client: {
        sameMachine: false,
        call: (_name, input) =>
          there.has(String(input?.['id']))
            ? Promise.resolve({} as never)
            : Promise.reject(new Problem('blob-not-found', 'There is no such blob.')),
        upload: async (file) => {
          const said = await file.text();
          const id = createHash('sha256').update(said).digest('hex');
          there.set(id, said);
          return { id, size: file.size };
        },
        get: never,
        send: never,
        homeGet: async (_path, { path }) => new Response(path === '/home/me/a.csv' ? text : ''),
        request: () => Promise.reject(new Error('not asked for')),
        link: () => undefined,
      },
    });
    const inputs = { f: { $file: '/home/me/a.csv' } };
    const answered = async (answer: string) => {
      const asked = inputsFor({ inputs });
      await expect.poll(() => useDialogs.getState().question?.title).toBe('Upload a.csv to eu-1?');
      useDialogs.getState().question!.resolve(answer);
      return asked;
    };
    await expect(answered('cancel')).rejects.toMatchObject({ code: 'cancelled' });
    expect(await answered('yes')).toEqual({ f: { $blob: [...there.keys()][0], name: 'a.csv' } });
    await inputsFor({ inputs });
    expect([...there.values()]).toEqual(['a,b']);
    text = 'a,b,c';
    await inputsFor({ inputs });
    expect([...there.values()]).toEqual(['a,b', 'a,b,c']);
  });

  it('that were uploaded to the local node are brought to the other, once', async () => {
    on(false);
    const there = new Set<string>();
    useConnection.setState({
      client: {
        sameMachine: false,
        call: (_name, input) =>
          there.has(String(input?.['id']))
            ? Promise.resolve({} as never)
            : Promise.reject(new Problem('blob-not-found', 'There is no such blob.')),
        upload: async (file) => {
          there.add(await file.text());
          return { id: 'b', size: file.size };
        },
        get: never,
        send: never,
        homeGet: (path) => Promise.resolve(new Response(path.split('/')[2])),
        request: () => Promise.reject(new Error('not asked for')),
        link: () => undefined,
      },
    });
    const inputs = { f: { $blob: 'b', name: 'a.csv' } };
    expect(await inputsFor({ inputs })).toEqual(inputs);
    expect([...there]).toEqual(['b']);
  });

  it('of a sample are the files of the node that runs it', async () => {
    on(false);
    const sample = {
      name: 'demo/x',
      title: '',
      description: '',
      kind: 'json',
      source: '',
      inputs: { f: { $file: '/srv/x.csv' } },
    };
    useSamples.setState({ samples: [sample] });
    expect(await inputsFor({ inputs: { f: { $file: '/home/me/x.csv' } }, origin: 'sample:demo/x' })).toEqual(
      sample.inputs,
    );
  });
});
