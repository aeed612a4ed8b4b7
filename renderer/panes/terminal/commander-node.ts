/**
 * What the command line's parser (commander) imports of Node, for the page: an event emitter as it uses it, and the
 * members of `process`, `path`, `fs` and `child_process` that it touches when commands are defined and parsed. Starting
 * programs is not among them. build/vite.config.ts puts this file in place of the `node:` modules, for commander alone.
 */
type Listener = (...args: never[]) => void;

export class EventEmitter {
  private readonly heard = new Map<string, Listener[]>();

  on(name: string, listener: Listener): this {
    this.heard.set(name, [...(this.heard.get(name) ?? []), listener]);
    return this;
  }

  emit(name: string, ...args: never[]): boolean {
    const listeners = this.heard.get(name) ?? [];
    for (const listener of listeners) listener.apply(this, args);
    return listeners.length > 0;
  }

  listenerCount(name: string): number {
    return this.heard.get(name)?.length ?? 0;
  }
}

// oxlint-disable-next-line no-control-regex
const SEQUENCES = /\u001b\[[\d;]*[A-Za-z]/g;
export const stripVTControlCharacters = (text: string): string => text.replace(SEQUENCES, '');

export default {
  env: {},
  argv: [],
  execArgv: [],
  platform: 'browser',
  versions: {},
  stdout: {},
  stderr: {},
  basename: (path: string) => path,
  extname: () => '',
};
