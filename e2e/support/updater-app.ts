/**
 * A small Electron program with the real updater in it, started by e2e/electron/updates.spec.ts with the address of a feed and
 * the key. It looks for an update, says yes to every question, and prints each state as a line of JSON.
 */
import { join } from 'node:path';
import { app, net } from 'electron';
import updater from 'electron-updater';
import { DEFAULTS } from '../../electron/settings.ts';
import { createUpdates } from '../../electron/updates.ts';

const [url = '', key = ''] = process.argv.slice(-2);
const say = (what: object) => console.log(`state ${JSON.stringify(what)}`);

void app.whenReady().then(async () => {
  const updates = createUpdates({
    settings: () => ({ ...DEFAULTS, 'updates.url': url, 'updates.key': key }),
    cannot: undefined,
    platform: 'linux',
    arch: 'x64',
    load: () => {
      const made = new updater.DebUpdater();
      // It runs from a folder here, where the library would not look for updates otherwise.
      made.forceDevUpdateConfig = true;
      made.updateConfigPath = join(app.getAppPath(), 'dev-app-update.yml');
      made.logger = null;
      // The library also tells errors as events; the promises that are awaited here carry the same ones.
      made.on('error', () => undefined);
      return Promise.resolve(made);
    },
    fetch: async (address) => {
      const answer = await net.fetch(address, { cache: 'no-store' });
      if (!answer.ok) throw new Error(`${address} answered ${answer.status}.`);
      return answer.bytes();
    },
    confirm: (asked) => {
      say({ asked });
      return Promise.resolve(true);
    },
    changed: say,
  });
  await updates.check();
  await updates.download();
  app.exit(0);
});
