import { describe, expect, it } from 'vitest';
import type { Module } from '../../vasm/module.ts';
import { INT, record, STRING } from '../../vasm/type.ts';
import { Stop, type Value } from '../engine.ts';
import { covers } from '../../vasm/capability.ts';
import { createJobHost, HOST_LIMITS, type JobHost } from './job-host.ts';
import { weigh } from './weigh.ts';

const name = { id: '0'.repeat(64), name: 'm', version: '1.0.0' };
const EMPTY: Module = { name: 'm', version: '1.0.0', capabilities: [], budget: {}, records: [], functions: [] };
function hostOf(
  capabilities: string[],
  grants: string[] = capabilities,
  limits?: Partial<Record<keyof typeof HOST_LIMITS, number>>,
): JobHost {
  const module: Module = { ...EMPTY, capabilities };
  const ask = () => {
    throw new Stop('failed', 'Nobody answers.');
  };
  return createJobHost({ module, name, grants, ask, limits: { ...HOST_LIMITS, ...limits } });
}
function stop(call: () => unknown): Stop | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    if (error instanceof Stop) return error;
    throw error;
  }
}

describe('capabilities', () => {
  it('cover their scopes, and never the other way round', () => {
    expect(covers('db.write', 'db.write')).toBe(true);
    expect(covers('db.write', 'db.write:orders')).toBe(true);
    expect(covers('db.write:orders', 'db.write:orders')).toBe(true);
    for (const [granted, wanted] of [
      ['db.write:orders', 'db.write'],
      ['db.write:orders', 'db.write:users'],
      ['db.write:orders', 'db.write:orders:more'],
      ['db.write', 'db.writeall'],
      ['db', 'db.write'],
      ['', 'db.write'],
    ] as const)
      expect(covers(granted, wanted)).toBe(false);
  });

  it('are needed both as declared and as granted', () => {
    expect(stop(() => hostOf(['log'], []).call('log', ['x'], [STRING]))?.message).toBe(
      'The program "m" asks for log, which it was not granted.',
    );
    const undeclared = hostOf([], ['log']);
    expect(stop(() => undeclared.call('log', ['x'], [STRING]))?.code).toBe('refused');
    expect(undeclared.refused).toEqual({ capability: 'log', undecided: false });
  });
});

describe('a scope', () => {
  it('is found by the host from what a call is about, and not escaped by declaring another', () => {
    const written: string[] = [];
    const models = {
      tableOf: (model: string) => (model === 'User' ? 'users' : 'orders'),
      call: (name: string) => (written.push(name), 1n),
    };
    const user = record('User');
    const insert = (capabilities: string[], grants: string[], model: string) => {
      const module: Module = { ...EMPTY, capabilities };
      const project = { id: 'p', file: '', models };
      const host = createJobHost({ module, name, grants, ask: () => null, project });
      return stop(() => host.call(`db.insert:${model}`, [{}], [user]))?.message;
    };
    const orders = ['db.write:orders'];
    expect(insert(orders, orders, 'Order')).toBeUndefined();
    expect(insert(orders, ['db.write'], 'User')).toMatch(/db\.write:users, which it does not declare/);
    expect(insert(['db.write'], orders, 'User')).toMatch(/db\.write:users, which it was not granted/);
    expect(insert(['db.read:users', ...orders], ['db.read', ...orders], 'User')).toMatch(/does not declare/);
    expect(written).toEqual(['db.insert:Order']);
  });
});

describe('limits of one call', () => {
  it('end a flood of lines, of calls and of bytes', () => {
    const lines = hostOf(['log']);
    const flood = (host: JobHost, line: string, times: number) =>
      stop(() => {
        for (let i = 0; i < times; i++) host.call('log', [line], [STRING]);
      });
    expect(flood(lines, 'x', 20_000)).toMatchObject({ code: 'host-calls', message: /logs more/ });
    expect(lines.log).toHaveLength(10_000);
    expect(flood(hostOf(['log'], ['log'], { calls: 5 }), 'x', 6)?.message).toMatch(/more than 5 times/);
    expect(flood(hostOf(['log'], ['log'], { bytes: 1 << 20 }), 'x'.repeat(600_000), 1)?.message).toMatch(/1 MB/);
  });

  it('weigh what is shared once, and what holds itself', () => {
    const list: Value[] = ['abcd', 1n];
    list.push(list, list);
    expect(weigh(list, 1000)).toBe(16 + 4 * 8 + 8);
    expect(weigh(new Map<Value, Value>([['k', new Uint8Array(100) as unknown as Value]]), 1000)).toBe(
      16 + 16 + 2 + 116,
    );
  });
});

describe('time and random', () => {
  it('are answered in the thread', () => {
    const host = hostOf(['random', 'time']);
    const before = BigInt(Date.now());
    expect(host.call('time.now', [], [])).toBeGreaterThanOrEqual(before);
    const drawn = new Set<Value>();
    for (let i = 0; i < 1000; i++) drawn.add(host.call('random.int', [-1n, 2n], [INT, INT]));
    expect([...drawn].toSorted()).toEqual([-1n, 0n, 1n]);
    for (let i = 0; i < 1000; i++) {
      const one = host.call('random.float', [], []) as number;
      expect(one >= 0 && one < 1).toBe(true);
    }
    expect(host.call('random.int', [-(2n ** 63n), 2n ** 63n - 1n], [INT, INT])).toBeTypeOf('bigint');
    expect(stop(() => host.call('random.int', [3n, 3n], [INT, INT]))?.code).toBe('bounds');
  });
});
