import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Problem } from '../../errors/problem.ts';
import { openNode, type VoikeNode } from '../../node.ts';
import type { NodeEvent } from '../../runs/schema.ts';
import type { Look } from './protocol.ts';

const SOURCE = `model Box { id: Int name: String note: String? }
func sum(boxes: List<Box>) -> Int {
  var total = 0
  for box in boxes {
    let id = box.id
    total += double(id)
  }
  return total
}
func double(n: Int) -> Int {
  let twice = n * 2
  return twice
}
func main(count: Int) -> Int {
  let boxes: List<Box> = []
  for i in range(0, count) { boxes.push(Box { id: i, name: "box \${i}" }) }
  let all = sum(boxes)
  log("all \${all}")
  return 10 / (all - 2)
}
func forever() -> Int {
  var n = 0
  while true { n = (n + 1) % 1000 }
  return n
}
`;

let node: VoikeNode;
let dataDir: string;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'voike-debug-'));
  node = await openNode({ dataDir });
});
afterAll(async () => {
  await node.close();
  rmSync(dataDir, { recursive: true, force: true });
});

interface State {
  state: string;
  why?: string;
  trap?: string;
  place?: { func: string; line: number; at: number; range?: { start: number; end: number } };
  problem?: { code: string; detail: string };
}
const call = <R>(name: string, input: object, signal = new AbortController().signal) =>
  node.call(name, { ...node.local(), signal, log: node.log }, input) as Promise<R>;
const start = (more: object) =>
  call<State & { id: string }>('debug.start', {
    source: SOURCE,
    file: 'boxes.flow',
    func: 'main',
    args: [3],
    grants: ['log'],
    ...more,
  });
const go = (id: string, how = 'continue', unit = 'line') => call<State>('debug.go', { id, how, unit });
const look = (id: string, more: object = {}) => call<Look>('debug.look', { id, ...more });
const lineOf = ({ place }: State) => `${place?.func} ${place?.line}`;
const local = ({ locals }: Look, name: string) => locals.find((one) => one.name === name)?.value;
async function problem(called: Promise<unknown>): Promise<Problem> {
  const error = await called.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Problem)) throw new Error(`It ended with ${String(error)}.`);
  return error;
}

describe('a debugged program', () => {
  it('stops at a breakpoint each time its line begins, and gives its value in the end', async () => {
    const stopped = await start({ lines: [6], args: [2] });
    expect(stopped).toMatchObject({ state: 'stopped', why: 'breakpoint', place: { func: 'sum', line: 6 } });
    const { id } = stopped;
    expect(local(await look(id), 'id')).toBe(0);
    expect(lineOf(await go(id))).toBe('sum 6');
    const seen = await look(id, { watches: ['boxes[1].name', 'total + 40', 'boxes.length', 'boxes[5]', 'double(1)'] });
    expect(local(seen, 'id')).toBe(1);
    expect(local(seen, 'boxes')).toEqual([
      { id: 0, name: 'box 0', note: null },
      { id: 1, name: 'box 1', note: null },
    ]);
    expect(seen.watches).toEqual([
      { expression: 'boxes[1].name', value: 'box 1' },
      { expression: 'total + 40', value: 40 },
      { expression: 'boxes.length', value: 2 },
      { expression: 'boxes[5]', problem: 'The index is outside.' },
      { expression: 'double(1)', problem: expect.stringContaining('it calls nothing') },
    ]);
    expect(seen.frames.map(({ func, line }) => `${func} ${line}`)).toEqual(['sum 6', 'main 17']);
    await call('debug.breakpoints', { id, lines: [] });
    expect(await go(id)).toMatchObject({ state: 'stopped', why: 'trap', trap: 'Divided by zero.' });
  });

  it('steps over, in and out by line', async () => {
    const { id, ...first } = await start({ lines: [17], args: [2] });
    expect(lineOf(first)).toBe('main 17');
    expect(lineOf(await go(id, 'in'))).toBe('sum 3');
    expect(lineOf(await go(id, 'over'))).toBe('sum 4');
    expect(lineOf(await go(id, 'over'))).toBe('sum 5');
    expect(lineOf(await go(id, 'over'))).toBe('sum 6');
    const inside = await go(id, 'in');
    expect(lineOf(inside)).toBe('double 11');
    expect(await look(id)).toMatchObject({ depth: 3, frames: [{ func: 'double' }, { func: 'sum', line: 6 }, {}] });
    expect((await look(id, { frame: 1 })).locals.find(({ name }) => name === 'id')?.value).toBe(0);
    expect(lineOf(await go(id, 'over'))).toBe('double 12');
    // What has no value yet is not shown as none.
    expect(local(await look(id), 'twice')).toBe(0);
    expect(lineOf(await go(id, 'out'))).toBe('sum 6');
    expect(lineOf(await go(id, 'over'))).toBe('sum 4');
    expect(lineOf(await go(id, 'out'))).toBe('main 17');
    expect(lineOf(await go(id, 'over'))).toBe('main 18');
    const { log, fuelUsed } = await look(id);
    expect([log, fuelUsed > 50]).toEqual([[], true]);
    expect(lineOf(await go(id, 'over'))).toBe('main 19');
    expect((await look(id)).log).toEqual(['all 2']);
    await call('debug.stop', { id });
  });

  it('steps by instruction, with the operand stack in view', async () => {
    const { id } = await start({ instructions: [{ func: 'double', at: 0 }], args: [3] });
    await go(id);
    await go(id);
    const before = await look(id);
    expect(before).toMatchObject({ frames: [{ func: 'double', at: 0 }, { func: 'sum' }, {}], stack: [] });
    expect((await go(id, 'in', 'instruction')).place).toMatchObject({ func: 'double', at: 1 });
    await go(id, 'over', 'instruction');
    expect((await look(id)).stack).toEqual([
      { type: 'Int', value: 2 },
      { type: 'Int', value: 2 },
    ]);
    expect((await look(id)).fuelUsed).toBeGreaterThanOrEqual(before.fuelUsed);
    await call('debug.stop', { id });
  });

  it('stands before the trap that ends it, and then ends as a run does', async () => {
    const { id, ...trapped } = await start({ args: [2] });
    expect(trapped).toMatchObject({ state: 'stopped', why: 'trap', trap: 'Divided by zero.', place: { line: 19 } });
    const range = trapped.place!.range!;
    expect(SOURCE.slice(range.start, range.end)).toBe('10 / (all - 2)');
    expect(local(await look(id), 'all')).toBe(2);
    expect((await look(id)).stack.map(({ value }) => value)).toEqual([]);
    const attending = call<{ problem: { detail: string } }>('debug.attend', { id });
    expect(await go(id)).toMatchObject({ state: 'ended', problem: { code: 'vvm-trap' } });
    expect((await attending).problem.detail).toMatch(
      /^Divided by zero\. \(main, line 19, column \d+ of boxes\.flow\)$/,
    );
  });

  it('does not stop at a failure that the program catches', async () => {
    const source = `func safe(n: Int) -> Int {
  try {
    return 10 / n
  } catch e {
    return 0
  }
}
`;
    const { id, ...begun } = await start({ source, func: 'safe', args: [0], grants: [], lines: [5] });
    expect(lineOf(begun)).toBe('safe 5');
    const attending = call<object>('debug.attend', { id });
    await go(id);
    expect(await attending).toMatchObject({ finished: { value: 0 } });
  });

  it('gives its result to whoever attends', async () => {
    const events: NodeEvent[] = [];
    const end = node.events.subscribe(node.local().project.id, undefined, (event) => void events.push(event));
    const { id } = await start({ args: [3], stopAtStart: true });
    const attending = call<object>('debug.attend', { id });
    await go(id);
    expect(await attending).toMatchObject({ ended: true, finished: { value: 2, type: 'Int', log: ['all 6'] } });
    end();
    expect(events.flatMap((event) => (event.type === 'debug.changed' ? [event.state] : []))).toEqual([
      'stopped',
      'ended',
    ]);
  });

  it('can be paused while it runs, and the node answers meanwhile', async () => {
    const { id, ...begun } = await start({ func: 'forever', args: [] });
    expect(begun.state).toBe('running');
    expect(await call('node.health', {})).toMatchObject({ status: 'ok' });
    expect((await problem(look(id))).code).toBe('debug-not-stopped');
    await call('debug.pause', { id });
    // Going on waits for the pause that was asked for.
    await expect
      .poll(() =>
        look(id).then(
          ({ frames }) => frames[0]?.func,
          () => undefined,
        ),
      )
      .toBe('forever');
    expect((await look(id, { watches: ['n < 1000'] })).watches[0]?.value).toBe(true);
    expect(await go(id, 'over')).toMatchObject({ state: 'stopped', why: 'step' });
    await call('debug.stop', { id });
    expect((await problem(go(id))).code).toBe('debug-not-stopped');
  });

  it('is not there for another project, and says what is wrong before it begins', async () => {
    expect((await problem(call('debug.look', { id: 'nothing' }))).code).toBe('debug-session-not-found');
    expect(await start({ func: 'nothing' })).toMatchObject({
      state: 'ended',
      problem: { code: 'vvm-function-not-found' },
    });
    expect((await problem(start({ grants: ['x.y'] }))).code).toBe('vvm-grant-unknown');
  });
});

describe('a debugged module', () => {
  it('stops in lines of its text', async () => {
    const text = 'func add(a, b):\n  LOAD a\n  LOAD b\n  ADD\n  RET\nendfunc\n';
    const { id, ...stopped } = await call<State & { id: string }>('debug.start', {
      text,
      func: 'add',
      args: [1, 2],
      instructions: [{ func: 'add', at: 2 }],
    });
    expect(stopped.place).toMatchObject({ func: 'add', at: 2, line: 4 });
    expect((await look(id)).stack.map(({ value }) => value)).toEqual([1, 2]);
    const attending = call('debug.attend', { id });
    await go(id);
    expect(await attending).toMatchObject({ finished: { value: 3 } });
  });
});
