/**
 * Loaded into Electron before the shell: holds `ready` until the test library is attached. A page that navigates while the
 * library attaches is lost to it: it then waits for a first navigation that it has missed.
 */
const { app } = require('electron');

// The shell reads its arguments as if this file were not among them.
const at = process.argv.indexOf('-r');
process.argv.splice(at, 2);

const begin = app.emit.bind(app);
const whenReady = app.whenReady();
let held;
let isReady = false;
let release;
const released = new Promise((resolve) => (release = resolve));
app.emit = (event, ...rest) => {
  if (event !== 'ready' || isReady) return begin(event, ...rest);
  held = rest;
  return true;
};
app.isReady = () => isReady;
app.whenReady = () => released;
/** Called by the test library once it hears the program; the name is the library's. */
globalThis.__playwright_run = async () => {
  await whenReady;
  isReady = true;
  release();
  begin('ready', ...held);
};
