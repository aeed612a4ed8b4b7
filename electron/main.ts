/** The shell: one window on the workbench, the node in a process of its own, and nothing of VOIKE's logic. */
import { join } from 'node:path';
import { app, BrowserWindow, dialog, ipcMain, protocol, session as sessions, utilityProcess } from 'electron';
import { APP_ORIGIN, APP_SCHEME, serveAsset } from './app-protocol.ts';
import { NODE_STATE_CHANGED } from './bridge.ts';
import { createFiles } from './files.ts';
import { handleMessages } from './ipc.ts';
import { superviseNode } from './node-supervisor.ts';
import { confine, WINDOW_PREFERENCES } from './window-policy.ts';

const root = join(import.meta.dirname, '..');
const workbench = join(root, 'out', 'renderer');

// Before `ready`: a standard, secure scheme gives the page a real origin, workers, storage and Web Crypto.
protocol.registerSchemesAsPrivileged([
  { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
]);

let window: BrowserWindow | undefined;

const supervisor = superviseNode({
  fork: () => {
    const args = dataArguments(process.argv);
    const host = utilityProcess.fork(join(import.meta.dirname, 'node-host.ts'), args, {
      serviceName: 'VOIKE node',
      stdio: 'inherit',
    });
    return host;
  },
  onState: (state) => window?.webContents.send(NODE_STATE_CHANGED, state),
});

const files = createFiles({
  open: async (kind) => {
    const filters =
      kind === 'flow'
        ? [{ name: 'FLOW', extensions: ['flow'] }]
        : [{ name: 'Data', extensions: ['csv', 'tsv', 'json', 'ndjson', 'jsonl', 'parquet', 'gz', 'txt'] }];
    const options: Electron.OpenDialogOptions = {
      properties: ['openFile'],
      filters: [...filters, { name: 'All files', extensions: ['*'] }],
    };
    const answer = window ? await dialog.showOpenDialog(window, options) : await dialog.showOpenDialog(options);
    return answer.canceled ? undefined : answer.filePaths[0];
  },
  save: async (suggested) => {
    const options = { defaultPath: suggested, filters: [{ name: 'FLOW', extensions: ['flow'] }] };
    const answer = window ? await dialog.showSaveDialog(window, options) : await dialog.showSaveDialog(options);
    return answer.canceled ? undefined : answer.filePath;
  },
});

/** `--data DIR`, handed on to the node. */
function dataArguments(argv: readonly string[]): string[] {
  const at = argv.indexOf('--data');
  const dir = at >= 0 ? argv[at + 1] : undefined;
  return dir === undefined ? [] : ['--data', dir];
}

function openWindow(): void {
  window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 900,
    minHeight: 600,
    show: false,
    title: 'VOIKE Desktop',
    autoHideMenuBar: true,
    backgroundColor: '#0e1115',
    webPreferences: { ...WINDOW_PREFERENCES, preload: join(import.meta.dirname, 'preload.cjs') },
  });
  window.once('ready-to-show', () => window?.show());
  window.on('closed', () => (window = undefined));
  // Unsaved changes: the page's own guard asks; a refusal to close is answered by a question of the shell's.
  window.webContents.on('will-prevent-unload', (event) => {
    const choice = dialog.showMessageBoxSync({
      type: 'question',
      buttons: ['Close without saving', 'Keep editing'],
      defaultId: 1,
      cancelId: 1,
      message: 'Some flows have changes that are not saved.',
      detail: 'Drafts are kept and offered again at the next start.',
    });
    if (choice === 0) event.preventDefault();
  });
  void window.loadURL(`${APP_ORIGIN}/`);
}

app.on('web-contents-created', (_event, contents) => confine(contents));

app.on('window-all-closed', () => app.quit());

let stopped = false;
app.on('will-quit', (event) => {
  if (stopped) return;
  event.preventDefault();
  void supervisor.stop().then(() => {
    stopped = true;
    app.quit();
  });
});

// Not awaited at the top level: Electron is ready only after this module has been evaluated.
void app.whenReady().then(() => {
  const { defaultSession } = sessions;
  defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  defaultSession.setPermissionCheckHandler((_contents, permission) => permission === 'clipboard-sanitized-write');
  defaultSession.protocol.handle(APP_SCHEME, (request) => serveAsset(workbench, request));
  handleMessages(ipcMain, {
    'voike:session': () => supervisor.session(),
    'voike:openFile': () => files.openFile(),
    'voike:saveFile': (request) => files.saveFile(request),
    'voike:chooseInputFile': () => files.chooseInputFile(),
    'voike:restartNode': () => supervisor.start(),
    'voike:nodeState': () => supervisor.state,
  });
  supervisor.start();
  openWindow();
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) openWindow();
  });
});
