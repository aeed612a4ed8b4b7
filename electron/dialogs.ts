/** The native dialogs, each on the window that asked. */
import { app, BrowserWindow, dialog, type WebContents } from 'electron';
import type { Dialogs } from './files.ts';

const FILTERS = {
  flow: [{ name: 'FLOW', extensions: ['flow'] }],
  data: [{ name: 'Data', extensions: ['csv', 'tsv', 'json', 'ndjson', 'jsonl', 'parquet', 'gz', 'txt'] }],
  folder: [],
};

/** The dialogs of the window that holds this page. */
export function dialogsOf(page: WebContents): Dialogs {
  const window = () => BrowserWindow.fromWebContents(page);
  return {
    async open(kind) {
      const options: Electron.OpenDialogOptions =
        kind === 'folder'
          ? { properties: ['openDirectory', 'createDirectory'] }
          : { properties: ['openFile'], filters: [...FILTERS[kind], { name: 'All files', extensions: ['*'] }] };
      const on = window();
      const answer = on ? await dialog.showOpenDialog(on, options) : await dialog.showOpenDialog(options);
      return answer.canceled ? undefined : answer.filePaths[0];
    },
    async save(suggested) {
      const options = { defaultPath: suggested, filters: FILTERS.flow };
      const on = window();
      const answer = on ? await dialog.showSaveDialog(on, options) : await dialog.showSaveDialog(options);
      return answer.canceled ? undefined : answer.filePath;
    },
  };
}

/** A question with two answers; closing it is the second. */
export async function confirm(message: string, detail: string, yes: string): Promise<boolean> {
  const options = { type: 'question' as const, message, detail, buttons: [yes, 'Cancel'], defaultId: 1, cancelId: 1 };
  const on = BrowserWindow.getFocusedWindow();
  const { response } = on ? await dialog.showMessageBox(on, options) : await dialog.showMessageBox(options);
  return response === 0;
}

/** What went wrong outside of a page that could say it. */
export function complain(message: string): void {
  void dialog.showMessageBox({ type: 'error', message });
}

/** The program's name and versions. */
export function about(): void {
  const { electron, chrome, node } = process.versions;
  void dialog.showMessageBox({
    type: 'info',
    message: `VOIKE Desktop ${app.getVersion()}`,
    detail: `Electron ${electron}, Chromium ${chrome}, Node ${node}`,
  });
}
