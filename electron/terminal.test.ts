import { describe, expect, test } from 'vitest';
import { createTerminals, shellEnvironment, systemShell, type TerminalHooks } from './terminal.ts';

/** A shell may take its time to start. */
const patience = { timeout: 20_000 };
const size = { columns: 80, rows: 24 };

function terminals(hooks: Partial<TerminalHooks>) {
  const seen: string[] = [];
  const exits: number[] = [];
  const made = createTerminals({
    allowed: () => true,
    confirm: async () => true,
    data: (_owner, _id, data) => seen.push(data),
    exit: (_owner, _id, code) => exits.push(code),
    ...hooks,
  });
  return { made, text: () => seen.join(''), exits };
}

describe('the system shell', () => {
  test('is off until the settings switch it on; nothing is asked then', async () => {
    const { made } = terminals({ allowed: () => false, confirm: async () => expect.unreachable() });
    await expect(made.open(1, size)).rejects.toThrow('terminal.systemShell');
  });

  test('a person who refuses is asked again the next time, and one who agrees is not', async () => {
    const answers = [false, true];
    const { made } = terminals({ confirm: async () => answers.shift() ?? expect.unreachable('asked again') });
    await expect(made.open(1, size)).rejects.toThrow('not opened');
    await made.open(1, size);
    await made.open(1, size);
    expect(answers).toEqual([]);
    made.closeAll();
  });

  test('is not opened for a page that was left while the person was asked', async () => {
    const { made } = terminals({
      async confirm() {
        made.closeAll(1);
        return true;
      },
    });
    await expect(made.open(1, size)).rejects.toThrow('was left');
    // The page that came in its place may ask.
    expect(await made.open(1, size)).toMatchObject({ id: expect.any(String) });
    made.closeAll();
  });

  test.runIf(process.platform !== 'win32')('runs commands, and says how it ended', async () => {
    const { made, text, exits } = terminals({});
    const { id } = await made.open(1, size);
    made.write(1, id, 'echo $((6 * 7)); stty size; exit 3\r');
    await expect.poll(text, patience).toContain('42');
    await expect.poll(text, patience).toContain('24 80');
    await expect.poll(() => exits, patience).toEqual([3]);
  });

  test.runIf(process.platform !== 'win32')('obeys the page that opened it alone', async () => {
    const { made, text, exits } = terminals({});
    const { id } = await made.open(1, size);
    made.write(2, id, 'echo $((6 * 7))\r');
    made.close(2, id);
    made.write(1, id, 'echo $((8 * 8))\r');
    await expect.poll(text, patience).toContain('64');
    expect(text()).not.toContain('42');
    made.closeAll(1);
    await expect.poll(() => exits, patience).toHaveLength(1);
  });
});

test('a shell that is named by a relative path is not believed', () => {
  expect(systemShell('linux', { SHELL: 'evil' })).toBe('/bin/sh');
  expect(systemShell('linux', { SHELL: '/bin/bash' })).toBe('/bin/bash');
  expect(systemShell('win32', {})).toBe('cmd.exe');
});

test('what Electron and the node keep for themselves is not inherited', () => {
  expect(shellEnvironment({ HOME: '/h', ELECTRON_RUN_AS_NODE: '1', VOIKE_KEY: 'k', NODE_OPTIONS: '-r x' })).toEqual({
    HOME: '/h',
    TERM: 'xterm-256color',
    COLORTERM: 'truecolor',
  });
});
