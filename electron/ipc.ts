/** The one place where messages from a page are checked: known channel, our own page in a main frame, arguments by schema. */
import type { Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { APP_ORIGIN } from './app-protocol.ts';
import { type Channel, channels } from './bridge.ts';

/** What is asked of an event: Electron's IpcMainInvokeEvent has it. */
export interface Sender {
  senderFrame: { origin: string; parent: unknown } | null;
}

/** What answers each channel; the event says from which page it came. */
export type Handlers<E extends Sender = Sender> = {
  [C in Channel]: (event: E, ...args: Static<(typeof channels)[C]>) => unknown;
};

/** `ipcMain`, as far as it is used. */
interface IpcMain<E extends Sender> {
  handle(channel: string, listener: (event: E, ...args: unknown[]) => Promise<unknown>): void;
}

/** Registers a handler for every channel of the bridge, each behind the same checks. */
export function handleMessages<E extends Sender>(ipc: IpcMain<E>, handlers: Handlers<E>): void {
  for (const channel of Object.keys(channels) as Channel[]) {
    const schema = Compile(channels[channel]);
    const handler = handlers[channel] as (event: E, ...args: unknown[]) => unknown;
    ipc.handle(channel, async (event, ...args) => {
      const frame = event.senderFrame;
      if (frame === null || frame.origin !== APP_ORIGIN || frame.parent !== null) {
        throw new Error(`${channel}: only the workbench's own page may ask this`);
      }
      if (!schema.Check(args)) throw new Error(`${channel}: these arguments are not of the expected form`);
      return handler(event, ...args);
    });
  }
}
