/**
 * What the Electron preload puts on `window.voike`. In a browser tab it is absent, and the workbench uses the File
 * System Access API, uploads and downloads instead. The shell defines it: see electron/bridge.ts.
 */
import type { VoikeBridge } from '../electron/bridge.ts';

declare global {
  interface Window {
    voike?: VoikeBridge;
  }
}
export {};
