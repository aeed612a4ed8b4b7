import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { NodeState } from './bridge.ts';
import { type HostMessage, superviseNode } from './node-supervisor.ts';

class Host extends EventEmitter {
  stopped = false;
  killed = false;
  obedient = true;
  postMessage() {
    this.stopped = true;
    if (this.obedient) this.emit('exit', 0);
  }
  kill() {
    this.killed = true;
    this.emit('exit', 137);
    return true;
  }
  say(message: HostMessage) {
    this.emit('message', message);
  }
  crash(code = 1) {
    this.emit('exit', code);
  }
}

const session = { baseUrl: 'http://127.0.0.1:4000', key: 'k', project: { id: 'p', name: 'Local' } };

describe('the node process', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  function supervised() {
    const hosts: Host[] = [];
    const states: NodeState[] = [];
    const supervisor = superviseNode({
      fork: () => {
        const host = new Host();
        hosts.push(host);
        return host;
      },
      onState: (state) => states.push(state),
    });
    supervisor.start();
    return { supervisor, states, host: () => hosts.at(-1) as Host, started: () => hosts.length };
  }

  test('a session waits for the node to be ready', async () => {
    const { supervisor, host } = supervised();
    const waiting = supervisor.session();
    host().say({ type: 'ready', session });
    expect(await waiting).toEqual(session);
    expect(supervisor.state).toEqual({ state: 'ready' });
  });

  test('a crash is answered by a new start, at once the first time and later each time', async () => {
    const { host, started, states } = supervised();
    host().say({ type: 'ready', session });
    host().crash(139);
    expect(states.at(-1)).toEqual({ state: 'restarting', reason: 'The node ended with code 139.', retryIn: 0 });
    await vi.advanceTimersByTimeAsync(0);
    expect(started()).toBe(2);
    host().crash();
    await vi.advanceTimersByTimeAsync(249);
    expect(started()).toBe(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(started()).toBe(3);
  });

  test('five crashes within a minute end it, with the reason for whoever waits', async () => {
    const { supervisor, host, started } = supervised();
    const waiting = expect(supervisor.session()).rejects.toThrow('5 times within a minute');
    for (let crash = 0; crash < 5; crash++) {
      host().crash(11);
      await vi.advanceTimersByTimeAsync(4000);
    }
    await waiting;
    expect(started()).toBe(5);
    expect(supervisor.state.state).toBe('failed');
    supervisor.start();
    expect(started()).toBe(6);
  });

  test('a node that says why it cannot start is not started again', async () => {
    const { supervisor, host, started } = supervised();
    host().say({ type: 'failed', reason: 'Another node uses this data directory.' });
    host().crash(3);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(started()).toBe(1);
    await expect(supervisor.session()).rejects.toThrow('Another node uses');
  });

  test('stop asks first, kills a node that does not listen, and does not restart it', async () => {
    const { supervisor, host, started } = supervised();
    host().obedient = false;
    const stopping = supervisor.stop(1000);
    expect(host().stopped).toBe(true);
    expect(host().killed).toBe(false);
    await vi.advanceTimersByTimeAsync(1000);
    await stopping;
    expect(host().killed).toBe(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(started()).toBe(1);
  });
});
