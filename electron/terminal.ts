/**
 * The system's own shell in a pseudoterminal. Off until the settings say otherwise, and then a native dialog asks once a
 * run of the program: a page alone can never start a process.
 */
import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import type { IPty } from '@lydell/node-pty';
import type { TerminalSize } from './bridge.ts';

/** So many at once; more is a mistake. */
const MOST = 16;

/** Who opened a terminal; only the same page may use it. */
export type Owner = number;

export interface TerminalHooks {
  allowed(): boolean;
  /** Asks the person in a native dialog. */
  confirm(shell: string): Promise<boolean>;
  data(owner: Owner, id: string, data: string): void;
  exit(owner: Owner, id: string, code: number): void;
}

/** The person's shell; a variable that is not absolute is not believed. */
export function systemShell(
  platform: NodeJS.Platform = process.platform,
  environment: NodeJS.ProcessEnv = process.env,
): string {
  if (platform === 'win32') return environment['COMSPEC'] ?? 'cmd.exe';
  const named = environment['SHELL'];
  if (named?.startsWith('/')) return named;
  return platform === 'darwin' ? '/bin/zsh' : '/bin/sh';
}

/** What a shell started by us inherits: nothing that Electron or the node keep for themselves. */
export function shellEnvironment(environment: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const kept = Object.entries(environment).filter(
    (pair): pair is [string, string] => pair[1] !== undefined && !/^(ELECTRON_|VOIKE_|NODE_OPTIONS$)/.test(pair[0]),
  );
  return { ...Object.fromEntries(kept), TERM: 'xterm-256color', COLORTERM: 'truecolor' };
}

export function createTerminals(hooks: TerminalHooks) {
  const open = new Map<string, { owner: Owner; pty: IPty }>();
  let confirmed: Promise<boolean> | undefined;
  /** How often the page of an owner was left, and all were: whoever asked before is not there any more. */
  const left = new Map<Owner | undefined, number>();
  const lifeOf = (owner: Owner): string => `${left.get(undefined) ?? 0}:${left.get(owner) ?? 0}`;
  const of = (owner: Owner, id: string): IPty | undefined => {
    const terminal = open.get(id);
    return terminal?.owner === owner ? terminal.pty : undefined;
  };
  return {
    /** @throws when it is off, refused by the person, or there are too many */
    async open(owner: Owner, { columns, rows }: TerminalSize): Promise<{ id: string; shell: string }> {
      if (!hooks.allowed())
        throw new Error('The system shell is off. Switch on "terminal.systemShell" in the settings to use it.');
      const shell = systemShell();
      const life = lifeOf(owner);
      confirmed ??= hooks.confirm(shell);
      if (!(await confirmed)) {
        confirmed = undefined;
        throw new Error('The system shell was not opened.');
      }
      const { spawn } = await import('@lydell/node-pty');
      // Nobody would ever close it.
      if (lifeOf(owner) !== life) throw new Error('The page that asked for a terminal was left meanwhile.');
      if (open.size >= MOST) throw new Error(`There are ${MOST} terminals already. Close one first.`);
      const pty = spawn(shell, [], {
        name: 'xterm-256color',
        cols: columns,
        rows,
        cwd: homedir(),
        env: shellEnvironment(),
      });
      const id = randomUUID();
      open.set(id, { owner, pty });
      pty.onData((data) => hooks.data(owner, id, data));
      pty.onExit(({ exitCode }) => {
        open.delete(id);
        hooks.exit(owner, id, exitCode);
      });
      return { id, shell };
    },
    write: (owner: Owner, id: string, data: string): void => of(owner, id)?.write(data),
    resize: (owner: Owner, id: string, { columns, rows }: TerminalSize): void => of(owner, id)?.resize(columns, rows),
    close: (owner: Owner, id: string): void => of(owner, id)?.kill(),
    /** A page is gone (closed, reloaded, crashed), or all are. */
    closeAll(owner?: Owner): void {
      left.set(owner, (left.get(owner) ?? 0) + 1);
      for (const terminal of open.values()) if (owner === undefined || terminal.owner === owner) terminal.pty.kill();
    },
  };
}
