/**
 * What the workbench may ask of the shell: the whole of `window.voike`. One typed interface, one schema a message;
 * main checks every message against it (see ipc.ts). Types and schemas only: the preload and the page share this file.
 */
import { type Static, Type } from 'typebox';

/** How the page reaches the node that runs in this shell. */
export interface ShellSession {
  /** `http://127.0.0.1:PORT` */
  baseUrl: string;
  /** The per-launch key of the local project. It crosses this bridge and request headers, nothing else. */
  key: string;
  /** The project that the key opens. */
  project: { id: string; name: string };
}

export type NodeState =
  | { state: 'starting' }
  | { state: 'ready' }
  /** It ended on its own; another start follows after `retryIn` milliseconds. */
  | { state: 'restarting'; reason: string; retryIn: number }
  /** It ended too often in a short time, or said that it cannot start; no other start follows. */
  | { state: 'failed'; reason: string };

export interface OpenedFile {
  name: string;
  path: string;
  text: string;
}

export interface VoikeBridge {
  /** Waits until the node is ready. Rejects with its reason when it cannot start. */
  session(): Promise<ShellSession>;
  /** Asks for a FLOW file and reads it; null when the person cancels. */
  openFile(): Promise<OpenedFile | null>;
  /**
   * Writes `text` to `path` when the person chose that path before in this window, else asks where. Null on cancel.
   */
  saveFile(request: SaveRequest): Promise<{ name: string; path: string } | null>;
  /** Asks for a data file to be an input; only its path is given, the node reads it. Null on cancel. */
  chooseInputFile(): Promise<{ path: string; name: string } | null>;
  /** Starts the node again after it has failed for good. */
  restartNode(): Promise<void>;
  /** Calls back at once with the present state and at each change; returns the function that ends it. */
  onNodeState(listener: (state: NodeState) => void): () => void;
}

export const SaveRequest = Type.Object(
  {
    path: Type.Optional(Type.String({ maxLength: 4096 })),
    name: Type.String({ minLength: 1, maxLength: 255 }),
    text: Type.String({ maxLength: 64 * 1024 * 1024 }),
  },
  { additionalProperties: false },
);
export type SaveRequest = Static<typeof SaveRequest>;

/** Channel by channel: what the page may send. `ipcRenderer.invoke` alone is used. */
export const channels = {
  'voike:session': Type.Tuple([]),
  'voike:openFile': Type.Tuple([]),
  'voike:saveFile': Type.Tuple([SaveRequest]),
  'voike:chooseInputFile': Type.Tuple([]),
  'voike:restartNode': Type.Tuple([]),
  'voike:nodeState': Type.Tuple([]),
} as const;
export type Channel = keyof typeof channels;

/** Main to page: each change of the node's state. */
export const NODE_STATE_CHANGED = 'voike:nodeStateChanged';
