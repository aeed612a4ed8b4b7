/**
 * What the Electron preload puts on `window.voike`. In a browser tab it is absent, and the workbench uses the File
 * System Access API, uploads and downloads instead.
 */
import type { NodeHealthState } from './state/connection.ts';

declare global {
  /** A text file that the person chose in a native dialog. */
  interface VoikeOpenedFile {
    name: string;
    /** Absolute path; given back to `saveFile` to write the same file. */
    path: string;
    text: string;
  }

  interface VoikeBridge {
    /** Native open dialog for `.flow` files; null when the person closed it. */
    openFile(): Promise<VoikeOpenedFile | null>;
    /** Writes `path` when given and previously opened or saved in this window, else asks where; null when cancelled. */
    saveFile(file: { path?: string; name: string; text: string }): Promise<{ path: string; name: string } | null>;
    /** Native dialog for a data file that a run will read; the choice itself is the permission to read it. */
    chooseInputFile(): Promise<{ path: string; name: string } | null>;
    /** Where this window's node listens, and the per-launch key for it. */
    session(): Promise<{ baseUrl: string; key: string }>;
    /** Life of the node host process. Returns a function that stops listening. */
    onNodeState(listener: (state: NodeHealthState) => void): () => void;
    /** Commands of the native menu (`file.open`, `run.start`, …; see app/commands.ts). Optional. */
    onCommand?(listener: (command: string) => void): () => void;
    /** Tells the shell whether there is unsaved work, so that it can ask before it closes. Optional. */
    setUnsaved?(unsaved: boolean): void;
  }

  interface Window {
    voike?: VoikeBridge;
  }
}
export {};
