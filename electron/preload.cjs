// @ts-check
// The bridge, in the sandboxed preload: CommonJS because a sandboxed preload can be nothing else. No logic here;
// main checks every message (ipc.ts).
const { contextBridge, ipcRenderer } = require('electron');

/** @type {import('./bridge.ts').VoikeBridge} */
const bridge = {
  session: () => ipcRenderer.invoke('voike:session'),
  openFile: () => ipcRenderer.invoke('voike:openFile'),
  saveFile: (request) => ipcRenderer.invoke('voike:saveFile', request),
  chooseInputFile: () => ipcRenderer.invoke('voike:chooseInputFile'),
  restartNode: () => ipcRenderer.invoke('voike:restartNode'),
  onNodeState: (listener) => {
    /** @param {unknown} _event @param {import('./bridge.ts').NodeState} state */
    const relay = (_event, state) => listener(state);
    ipcRenderer.on('voike:nodeStateChanged', relay);
    void ipcRenderer.invoke('voike:nodeState').then(listener);
    return () => ipcRenderer.off('voike:nodeStateChanged', relay);
  },
};

contextBridge.exposeInMainWorld('voike', bridge);
