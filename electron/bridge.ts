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

/** A place that a person chose. */
export interface ChosenPath {
  path: string;
  name: string;
}

export interface CrashReport {
  /** File name of the report. */
  id: string;
  /** ISO time. */
  time: string;
  /** Bytes. */
  size: number;
}

export type UpdateState =
  /** `why`: not configured, or this way of installing cannot update itself. */
  | { state: 'off'; why: string }
  | { state: 'idle'; checked?: string }
  | { state: 'checking' }
  | { state: 'available'; version: string; notes?: string }
  | { state: 'downloading'; version: string; percent: number }
  | { state: 'downloaded'; version: string }
  | { state: 'failed'; reason: string };

/** What the shell tells a page without being asked. */
export interface ShellEvents {
  nodeState: NodeState;
  /** A command of the workbench was chosen in the native menu. */
  command: string;
  /** A `.flow` file was opened from the system: a double click, the command line, the list of recent files. */
  openFile: OpenedFile;
  /** A `voike://` link was opened. Anybody can make one: it may show something, never do something. */
  openLink: string;
  /** A native notification was clicked. */
  notificationClick: { id: string };
  power: 'suspend' | 'resume';
  userFile: { file: UserFile; text: string };
  recentFiles: ChosenPath[];
  terminalData: { id: string; data: string };
  terminalExit: { id: string; code: number };
  updateState: UpdateState;
}
export type ShellEvent = keyof ShellEvents;

export interface VoikeBridge {
  /** Calls back at each event; `nodeState` and `updateState` also at once. Returns the function that ends it. */
  on<E extends ShellEvent>(event: E, listener: (detail: ShellEvents[E]) => void): () => void;
  /** Says that the page listens: what was opened from the system before is told now. */
  ready(): Promise<void>;

  /** Waits until the node is ready. Rejects with its reason when it cannot start. */
  session(): Promise<ShellSession>;
  /** Starts the node again after it has failed for good. */
  restartNode(): Promise<void>;
  /** `on('nodeState')` under its older name. */
  onNodeState(listener: (state: NodeState) => void): () => void;

  /** Asks for a FLOW file and reads it; null when the person cancels. */
  openFile(): Promise<OpenedFile | null>;
  /** Writes `text` to `path` when the person chose that path before, else asks where. Null on cancel. */
  saveFile(request: SaveRequest): Promise<ChosenPath | null>;
  /** Asks for a data file to be an input; only its path is given, the node reads it. Null on cancel. */
  chooseInputFile(): Promise<ChosenPath | null>;
  /** Asks for a folder to be a workspace; only its path is given. Null on cancel. */
  chooseFolder(): Promise<ChosenPath | null>;
  /** FLOW files that were opened or saved lately, the newest first. */
  recentFiles(): Promise<ChosenPath[]>;
  /** Reads a file of that list. */
  openRecentFile(path: string): Promise<OpenedFile>;
  clearRecentFiles(): Promise<void>;

  /** Opens another window on the same node. */
  newWindow(): Promise<void>;
  /** Makes the native menu of this window from the workbench's commands. */
  setCommands(commands: MenuCommand[]): Promise<void>;
  /** Shows a native notification; once, in however many windows it arrives. */
  notify(notification: NativeNotification): Promise<void>;

  /** A file of this profile; undefined when there is no such file. */
  readUserFile(file: UserFile): Promise<string | undefined>;
  writeUserFile(file: UserFile, text: string): Promise<void>;

  /** Keeps a node's key in the system's key store. Rejects where the system has none. */
  keepSecret(connection: string, secret: string): Promise<void>;
  /** Null when there is none. */
  readSecret(connection: string): Promise<string | null>;
  removeSecret(connection: string): Promise<void>;

  /** Crash reports stay on this machine. */
  crashReports(): Promise<CrashReport[]>;
  removeCrashReports(ids: string[]): Promise<void>;

  /**
   * Opens a system shell in a terminal. Rejects unless `terminal.systemShell` is on in the settings; a native dialog
   * asks once a run of the program.
   */
  openTerminal(size: TerminalSize): Promise<{ id: string; shell: string }>;
  writeTerminal(id: string, data: string): Promise<void>;
  resizeTerminal(id: string, size: TerminalSize): Promise<void>;
  closeTerminal(id: string): Promise<void>;

  checkForUpdate(): Promise<UpdateState>;
  /** Nothing is ever downloaded before this is asked. */
  downloadUpdate(): Promise<void>;
  /** Ends the program, installs what was downloaded, and starts again. */
  installUpdate(): Promise<void>;
}

const Path = Type.String({ minLength: 1, maxLength: 4096 });
const Name = Type.String({ pattern: '^[\\w.:-]{1,200}$' });
const strict = { additionalProperties: false } as const;

export const SaveRequest = Type.Object(
  {
    path: Type.Optional(Path),
    name: Type.String({ minLength: 1, maxLength: 255 }),
    text: Type.String({ maxLength: 64 * 1024 * 1024 }),
  },
  strict,
);
export type SaveRequest = Static<typeof SaveRequest>;

export const MenuCommand = Type.Object(
  {
    /** `area.verb`; the area chooses the menu. */
    id: Name,
    title: Type.String({ minLength: 1, maxLength: 200 }),
    /** `Mod+Shift+S`; with two strokes it is shown in no menu. */
    keys: Type.Optional(Type.String({ maxLength: 60 })),
    enabled: Type.Boolean(),
  },
  strict,
);
export type MenuCommand = Static<typeof MenuCommand>;

export const NativeNotification = Type.Object(
  { id: Name, title: Type.String({ maxLength: 200 }), text: Type.String({ maxLength: 2000 }) },
  strict,
);
export type NativeNotification = Static<typeof NativeNotification>;

export const UserFile = Type.Union([
  Type.Literal('settings.json'),
  Type.Literal('keybindings.json'),
  Type.Literal('connections.json'),
]);
export type UserFile = Static<typeof UserFile>;

const Cells = Type.Integer({ minimum: 1, maximum: 1000 });
export const TerminalSize = Type.Object({ columns: Cells, rows: Cells }, strict);
export type TerminalSize = Static<typeof TerminalSize>;

/** Channel by channel: what the page may send. `ipcRenderer.invoke` alone is used. */
export const channels = {
  'voike:ready': Type.Tuple([]),
  'voike:session': Type.Tuple([]),
  'voike:restartNode': Type.Tuple([]),
  'voike:nodeState': Type.Tuple([]),
  'voike:openFile': Type.Tuple([]),
  'voike:saveFile': Type.Tuple([SaveRequest]),
  'voike:chooseInputFile': Type.Tuple([]),
  'voike:chooseFolder': Type.Tuple([]),
  'voike:recentFiles': Type.Tuple([]),
  'voike:openRecentFile': Type.Tuple([Path]),
  'voike:clearRecentFiles': Type.Tuple([]),
  'voike:newWindow': Type.Tuple([]),
  'voike:setCommands': Type.Tuple([Type.Array(MenuCommand, { maxItems: 2000 })]),
  'voike:notify': Type.Tuple([NativeNotification]),
  'voike:readUserFile': Type.Tuple([UserFile]),
  'voike:writeUserFile': Type.Tuple([UserFile, Type.String({ maxLength: 4 * 1024 * 1024 })]),
  'voike:keepSecret': Type.Tuple([Name, Type.String({ minLength: 1, maxLength: 8192 })]),
  'voike:readSecret': Type.Tuple([Name]),
  'voike:removeSecret': Type.Tuple([Name]),
  'voike:crashReports': Type.Tuple([]),
  'voike:removeCrashReports': Type.Tuple([Type.Array(Name, { maxItems: 1000 })]),
  'voike:openTerminal': Type.Tuple([TerminalSize]),
  'voike:writeTerminal': Type.Tuple([Name, Type.String({ maxLength: 1024 * 1024 })]),
  'voike:resizeTerminal': Type.Tuple([Name, TerminalSize]),
  'voike:closeTerminal': Type.Tuple([Name]),
  'voike:updateState': Type.Tuple([]),
  'voike:checkForUpdate': Type.Tuple([]),
  'voike:downloadUpdate': Type.Tuple([]),
  'voike:installUpdate': Type.Tuple([]),
} as const;
export type Channel = keyof typeof channels;

/** Main to page: every event of the shell goes over this one channel, as `(event, detail)`. */
export const SHELL_EVENT = 'voike:event';
