import { describe, expect, test } from 'vitest';
import { channels } from './bridge.ts';
import { handleMessages, type Handlers, type Sender } from './ipc.ts';

type Listener = (event: Sender, ...args: unknown[]) => Promise<unknown>;

const page: Sender = { senderFrame: { origin: 'app://voike', parent: null } };

function bridge(handlers: Partial<Handlers>) {
  const listeners = new Map<string, Listener>();
  const complete = Object.fromEntries(
    Object.keys(channels).map((channel) => [channel, () => channel]),
  ) as unknown as Handlers;
  handleMessages({ handle: (channel, listener) => listeners.set(channel, listener) }, { ...complete, ...handlers });
  return (channel: string, event: Sender, ...args: unknown[]) => (listeners.get(channel) as Listener)(event, ...args);
}

describe('messages from a page', () => {
  test('our own page in its main frame is answered', async () => {
    const send = bridge({ 'voike:saveFile': (_event, request) => ({ ...request, path: '/home/ada/a.flow' }) });
    expect(await send('voike:saveFile', page, { name: 'a.flow', text: 'FLOW' })).toMatchObject({
      path: '/home/ada/a.flow',
    });
  });

  test.each<[string, Sender]>([
    ['a foreign origin', { senderFrame: { origin: 'https://example.org', parent: null } }],
    ['an origin that only begins like ours', { senderFrame: { origin: 'app://voike.example.org', parent: null } }],
    ['an embedded frame', { senderFrame: { origin: 'app://voike', parent: {} } }],
    ['a frame that is gone', { senderFrame: null }],
  ])('%s is refused', async (_who, sender) => {
    await expect(bridge({})('voike:session', sender)).rejects.toThrow('own page');
  });

  test.each([
    ['too few arguments', []],
    ['a wrong type', [{ name: 'a.flow', text: 1 }]],
    ['a property that nobody asked for', [{ name: 'a.flow', text: '', mode: 0o777 }]],
    ['an empty name', [{ name: '', text: '' }]],
    ['too many arguments', [{ name: 'a.flow', text: '' }, 'more']],
  ])('%s is refused before the handler sees it', async (_what, args) => {
    let called = false;
    const send = bridge({ 'voike:saveFile': () => (called = true) });
    await expect(send('voike:saveFile', page, ...args)).rejects.toThrow('expected form');
    expect(called).toBe(false);
  });
});
