/** The node, in the utility process: serves on a port of its choice, tells the shell where, ends when asked to. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Problem } from '../node-core/errors/problem.ts';
import { type ServingNode, startServing } from '../node-core/http/start.ts';
import { defaultDataDir } from '../node-core/store/store.ts';
import type { HostMessage } from './node-supervisor.ts';

const say = (message: HostMessage) => process.parentPort.postMessage(message);

const { home, data: dataDir = defaultDataDir() } = parseArgs({
  options: { home: { type: 'string', default: '.' }, data: { type: 'string' } },
}).values;
let serving: ServingNode | undefined;
process.parentPort.on('message', ({ data }) => {
  // A node that does not serve yet has nothing under way.
  if (data.type === 'stop') void Promise.resolve(serving?.close()).finally(() => process.exit(0));
  // Timers may have stood still while the machine slept.
  if (data.type === 'resume') serving?.node.schedules.wake();
});
try {
  serving = await startServing({
    dataDir,
    port: 0,
    workbench: join(home, 'out', 'renderer'),
    // In the packaged program these lie beside the archive: the table engine reads samples itself, and knows no archives.
    root: home.replace(/app\.asar$/, 'app.asar.unpacked'),
  });
  const { id, name } = serving.node.local().project;
  say({ type: 'ready', session: { baseUrl: serving.http.url, key: serving.node.localKey, project: { id, name } } });
} catch (error) {
  // A Problem (a locked directory, a newer one) says what to do; starting again would not help. Anything else is a crash.
  if (!(error instanceof Problem)) throw error;
  say({ type: 'failed', reason: [error.message, error.hint].filter(Boolean).join(' ') });
  // The message is on its way when the port has been drained.
  setImmediate(() => process.exit(3));
}
