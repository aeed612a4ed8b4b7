/** The shell: windows on the workbench, the node in a process of its own, and nothing of VOIKE's logic. Only puts together. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  app,
  BrowserWindow,
  crashReporter,
  ipcMain,
  Menu,
  nativeImage,
  nativeTheme,
  net,
  Notification,
  powerMonitor,
  protocol,
  safeStorage,
  session as sessions,
  Tray,
  utilityProcess,
} from 'electron';
import { connectSources, readConnections } from '../node-core/client/connections.ts';
import { APP_SCHEME, readAhead, serveAsset } from './app-protocol.ts';
import type { MenuCommand, UserFile } from './bridge.ts';
import { createCrashReports } from './crashes.ts';
import { about, complain, confirm, dialogsOf } from './dialogs.ts';
import { createFiles } from './files.ts';
import { handleMessages } from './ipc.ts';
import { dataDirectory, isLink, LINK_SCHEME, readArguments, type Wanted } from './launch.ts';
import { openAtLogin } from './login.ts';
import { menuTemplate } from './menu.ts';
import { superviseNode } from './node-supervisor.ts';
import { createNotifier } from './notifications.ts';
import { proxyOf } from './proxy.ts';
import { openRecentFiles } from './recent.ts';
import { openSecrets } from './secrets.ts';
import { openUserFiles, type ShellSettings, shellSettings } from './settings.ts';
import { createTerminals } from './terminal.ts';
import { createTray, drawIcon } from './tray.ts';
import { createUpdates } from './updates.ts';
import { confine } from './window-policy.ts';
import { createWindows } from './windows.ts';

const root = app.getAppPath();
const workbench = join(root, 'out', 'renderer');
/** This module runs as `out/electron/main.js` (build/shell-bundle.ts), in the source tree and in the packaged program alike. */
const beside = (name: string) => join(import.meta.dirname, name);

// Electron runs a folder when it runs from source: its path stands before the person's own arguments.
const args = process.argv.slice(process.defaultApp ? 2 : 1);
const dataDir = dataDirectory(args);
// Another data directory is another VOIKE: with windows, settings and a lock of its own.
if (dataDir !== undefined) app.setPath('userData', join(dataDir, 'desktop'));
const profile = app.getPath('userData');
mkdirSync(profile, { recursive: true });

void readAhead(workbench);

// As early as can be. Reports stay here: see crashes.ts.
crashReporter.start({ uploadToServer: false });

// A second start hands over what it was asked to open, and ends.
if (!app.requestSingleInstanceLock({ args, cwd: process.cwd() })) app.exit(0);

// Before `ready`: a standard, secure scheme gives the page a real origin, workers, storage and Web Crypto.
protocol.registerSchemesAsPrivileged([
  { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
]);

let settings: ShellSettings = shellSettings(textOf('settings.json'));
function textOf(file: UserFile): string {
  try {
    return readFileSync(join(profile, file), 'utf8');
  } catch {
    return '';
  }
}

const windows = createWindows({
  stateFile: join(profile, 'windows.json'),
  preload: beside('preload.cjs'),
  pageGone: (pageId) => terminals.closeAll(pageId),
});

const supervisor = superviseNode({
  fork: () =>
    utilityProcess.fork(
      beside('node-host.js'),
      ['--home', root, ...(dataDir === undefined ? [] : ['--data', dataDir])],
      {
        serviceName: 'VOIKE node',
        stdio: 'inherit',
      },
    ),
  onState: (state) => {
    windows.tell('nodeState', state);
    tray.node(state);
  },
});

let nodeStarted = false;
/** The node's first start; later ones are the supervisor's, or the person's. */
function startNode(): void {
  if (nodeStarted) return;
  nodeStarted = true;
  supervisor.start();
}

const recent = openRecentFiles(join(profile, 'recent.json'), app, (list) => {
  windows.tell('recentFiles', list);
  buildMenu();
});
const files = createFiles((path) => recent.add(path));
const secrets = openSecrets(join(profile, 'secrets.json'), safeStorage);
const crashes = createCrashReports(app.getPath('crashDumps'));

const pageOf = (id: number) => windows.all().find((window) => window.webContents.id === id);
const terminals = createTerminals({
  allowed: () => settings['terminal.systemShell'],
  confirm: (shell) =>
    confirm(
      'Open a terminal with the shell of this system?',
      `${shell} can do everything that you can do on this machine.`,
      'Open the terminal',
    ),
  data: (owner, id, data) => {
    const window = pageOf(owner);
    if (window !== undefined) windows.tellTo(window, 'terminalData', { id, data });
  },
  exit: (owner, id, code) => {
    const window = pageOf(owner);
    if (window !== undefined) windows.tellTo(window, 'terminalExit', { id, code });
  },
});

const notify = createNotifier({
  enabled: () => settings['desktop.notifications'] && Notification.isSupported(),
  watched: () => BrowserWindow.getFocusedWindow() !== null,
  make: (title, body) => new Notification({ title, body }),
  clicked: (id) => windows.tellTo(windows.show(), 'notificationClick', { id }),
});

const tray = createTray({
  make() {
    const picture = (state: Parameters<typeof drawIcon>[0]) =>
      nativeImage.createFromBitmap(drawIcon(state, 32), { width: 32, height: 32, scaleFactor: 2 });
    const icon = new Tray(picture('starting'));
    return {
      draw: (state) => icon.setImage(picture(state)),
      setToolTip: (text) => icon.setToolTip(text),
      setMenu: (items) => icon.setContextMenu(Menu.buildFromTemplate(items)),
      destroy: () => icon.destroy(),
    };
  },
  open: () => void windows.show(),
  newWindow: () => void windows.open(),
  restartNode: () => supervisor.start(),
  quit: () => app.quit(),
});

const updates = createUpdates({
  settings: () => settings,
  cannot: app.isPackaged ? undefined : 'VOIKE runs from its source here.',
  platform: process.platform,
  arch: process.arch,
  load: async () => (await import('electron-updater')).default.autoUpdater,
  fetch: async (url) => {
    const answer = await net.fetch(url, { cache: 'no-store' });
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}.`);
    return answer.bytes();
  },
  confirm,
  changed: (state) => windows.tell('updateState', state),
});

/** The commands of the window that was used last. */
let commands: readonly MenuCommand[] = [];
const commandsOf = new Map<number, readonly MenuCommand[]>();

function buildMenu(): void {
  if (!app.isReady()) return;
  const template = menuTemplate(
    commands,
    recent.list(),
    {
      command: (id) => windows.tellTo(windows.show(), 'command', id),
      openRecent: (path) => void openFiles([path]),
      clearRecent: () => recent.clear(),
      about,
    },
    { mac: process.platform === 'darwin', packaged: app.isPackaged },
  );
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

async function openFiles(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    try {
      windows.tellTo(windows.show(), 'openFile', await files.read(path));
    } catch (error) {
      recent.drop(path);
      complain(error instanceof Error ? error.message : String(error));
    }
  }
}

function openWanted({ files: paths, links }: Wanted): void {
  void openFiles(paths);
  for (const link of links) windows.tellTo(windows.show(), 'openLink', link);
}

/** Does what the settings say, at start and after each change. */
async function follow(now: ShellSettings, before?: ShellSettings): Promise<void> {
  settings = now;
  const theme = now['workbench.theme'];
  // Menus, dialogs and `prefers-color-scheme` follow the workbench.
  nativeTheme.themeSource = theme === 'high-contrast' ? 'dark' : theme;
  tray.show(now['desktop.tray']);
  const proxy = proxyOf(now);
  await Promise.all([sessions.defaultSession.setProxy(proxy), app.setProxy(proxy)]);
  if (app.isPackaged && (before?.['desktop.openAtLogin'] ?? false) !== now['desktop.openAtLogin'])
    await openAtLogin(now['desktop.openAtLogin'], { app, executable: process.execPath });
}

app.on('web-contents-created', (_event, contents) => confine(contents));
app.on('second-instance', (_event, _argv, _directory, given) => {
  const { args: theirs, cwd } = given as { args: string[]; cwd: string };
  windows.show();
  openWanted(readArguments(theirs, cwd));
});
app.on('browser-window-focus', (_event, window) => {
  commands = commandsOf.get(window.webContents.id) ?? commands;
  buildMenu();
});
// With the tray icon the program, and so the node, stays.
app.on('window-all-closed', () => !tray.shown && app.quit());

/** macOS tells files and links by events, also before it is ready. */
const early: Wanted = { files: [], links: [] };
app.on('open-file', (event, path) => {
  event.preventDefault();
  if (app.isReady()) void openFiles([path]);
  else early.files.push(path);
});
app.on('open-url', (event, url) => {
  event.preventDefault();
  if (!isLink(url)) return;
  if (app.isReady()) openWanted({ files: [], links: [url] });
  else early.links.push(url);
});

let stopped = false;
app.on('will-quit', (event) => {
  if (stopped) return;
  event.preventDefault();
  // None begins any more.
  nodeStarted = true;
  terminals.closeAll();
  userFiles?.close();
  void supervisor.stop().then(() => {
    stopped = true;
    // Not within the event itself, where no node runs and this comes at once: a quit that is being refused hears of no other.
    setImmediate(() => app.quit());
  });
});

let userFiles: ReturnType<typeof openUserFiles> | undefined;

// Not awaited at the top level: Electron is ready only after this module has been evaluated.
void app.whenReady().then(() => {
  const { defaultSession } = sessions;
  defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  defaultSession.setPermissionCheckHandler((_contents, permission) => permission === 'clipboard-sanitized-write');
  defaultSession.protocol.handle(APP_SCHEME, (request) =>
    serveAsset(workbench, request, connectSources(readConnections(textOf('connections.json')))),
  );
  const own = openUserFiles(profile, (file, text) => {
    windows.tell('userFile', { file, text });
    if (file === 'settings.json') void follow(shellSettings(text), settings);
  });
  userFiles = own;
  handleMessages(ipcMain, {
    'voike:ready': ({ sender }) => windows.ready(sender),
    'voike:session': () => {
      startNode();
      return supervisor.session();
    },
    'voike:restartNode': () => supervisor.start(),
    'voike:nodeState': () => supervisor.state,
    'voike:openFile': ({ sender }) => files.openFile(dialogsOf(sender)),
    'voike:saveFile': ({ sender }, request) => files.saveFile(dialogsOf(sender), request),
    'voike:chooseInputFile': ({ sender }) => files.choose(dialogsOf(sender), 'data'),
    'voike:chooseFolder': ({ sender }) => files.choose(dialogsOf(sender), 'folder'),
    'voike:recentFiles': () => recent.list(),
    'voike:openRecentFile': (_event, path) => {
      if (!recent.has(path)) throw new Error(`${path} is not in the list of recent files.`);
      return files.read(path).catch((error: unknown) => {
        recent.drop(path);
        throw error;
      });
    },
    'voike:clearRecentFiles': () => recent.clear(),
    'voike:newWindow': () => void windows.open(),
    'voike:setCommands': ({ sender }, list) => {
      commandsOf.set(sender.id, list);
      if (BrowserWindow.getFocusedWindow()?.webContents.id !== sender.id && commands.length > 0) return;
      commands = list;
      buildMenu();
    },
    'voike:notify': (_event, notification) => notify(notification),
    'voike:readUserFile': (_event, file) => own.read(file),
    'voike:writeUserFile': (_event, file, text) => own.write(file, text),
    'voike:keepSecret': (_event, connection, secret) => secrets.keep(connection, secret),
    'voike:readSecret': (_event, connection) => secrets.read(connection),
    'voike:removeSecret': (_event, connection) => secrets.remove(connection),
    'voike:crashReports': () => crashes.list(),
    'voike:removeCrashReports': (_event, ids) => crashes.remove(ids),
    'voike:openTerminal': ({ sender }, size) => terminals.open(sender.id, size),
    'voike:writeTerminal': ({ sender }, id, data) => terminals.write(sender.id, id, data),
    'voike:resizeTerminal': ({ sender }, id, size) => terminals.resize(sender.id, id, size),
    'voike:closeTerminal': ({ sender }, id) => terminals.close(sender.id, id),
    'voike:updateState': () => updates.state,
    'voike:checkForUpdate': () => updates.check(),
    'voike:downloadUpdate': () => updates.download(),
    'voike:installUpdate': () => updates.install(),
  });
  for (const event of ['suspend', 'resume'] as const)
    powerMonitor.on(event as 'resume', () => {
      supervisor.power(event);
      windows.tell('power', event);
    });
  // Linux has it from the desktop entry, macOS from the bundle; Windows is told here.
  if (app.isPackaged && process.platform === 'win32') app.setAsDefaultProtocolClient(LINK_SCHEME);
  void follow(settings);
  windows.restore();
  // What starts beside the first look takes its processors away: the node begins when a page asks for it, which is after
  // the first text, or when no page does.
  setTimeout(startNode, 2000);
  openWanted(readArguments(args, process.cwd()));
  openWanted(early);
  buildMenu();
  app.on('activate', () => void windows.show());
  // Looking is not downloading; only where the person named a feed.
  if (updates.state.state !== 'off') void updates.check();
});
