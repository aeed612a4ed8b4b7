// @ts-check
// The bridge, in the sandboxed preload: CommonJS because a sandboxed preload can be nothing else. No logic here;
// main checks every message (ipc.ts).
const { contextBridge, ipcRenderer } = require('electron');

/** @type {(channel: import('./bridge.ts').Channel) => (...args: any[]) => Promise<any>} */
const ask =
  (channel) =>
  (...args) =>
    ipcRenderer.invoke(channel, ...args);

/** @type {Partial<Record<import('./bridge.ts').ShellEvent, import('./bridge.ts').Channel>>} */
const present = { nodeState: 'voike:nodeState', updateState: 'voike:updateState' };

/** @type {import('./bridge.ts').VoikeBridge['on']} */
const on = (event, listener) => {
  /** @param {unknown} _event @param {string} name @param {any} detail */
  const relay = (_event, name, detail) => void (name === event && listener(detail));
  ipcRenderer.on('voike:event', relay);
  const now = present[event];
  if (now !== undefined) void ipcRenderer.invoke(now).then(listener);
  return () => ipcRenderer.off('voike:event', relay);
};

/** @type {import('./bridge.ts').VoikeBridge} */
const bridge = {
  on,
  ready: ask('voike:ready'),
  session: ask('voike:session'),
  restartNode: ask('voike:restartNode'),
  onNodeState: (listener) => on('nodeState', listener),
  openFile: ask('voike:openFile'),
  saveFile: ask('voike:saveFile'),
  chooseInputFile: ask('voike:chooseInputFile'),
  chooseFolder: ask('voike:chooseFolder'),
  recentFiles: ask('voike:recentFiles'),
  openRecentFile: ask('voike:openRecentFile'),
  clearRecentFiles: ask('voike:clearRecentFiles'),
  newWindow: ask('voike:newWindow'),
  setCommands: ask('voike:setCommands'),
  notify: ask('voike:notify'),
  readUserFile: ask('voike:readUserFile'),
  writeUserFile: ask('voike:writeUserFile'),
  keepSecret: ask('voike:keepSecret'),
  readSecret: ask('voike:readSecret'),
  removeSecret: ask('voike:removeSecret'),
  crashReports: ask('voike:crashReports'),
  removeCrashReports: ask('voike:removeCrashReports'),
  openTerminal: ask('voike:openTerminal'),
  writeTerminal: ask('voike:writeTerminal'),
  resizeTerminal: ask('voike:resizeTerminal'),
  closeTerminal: ask('voike:closeTerminal'),
  checkForUpdate: ask('voike:checkForUpdate'),
  downloadUpdate: ask('voike:downloadUpdate'),
  installUpdate: ask('voike:installUpdate'),
};

contextBridge.exposeInMainWorld('voike', bridge);
