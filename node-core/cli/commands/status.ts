/** `voike status` */
import { connect, type Where } from '../connection.ts';
import { EXIT } from '../exit.ts';
import { duration, print, printJson } from '../print.ts';

/** Exit code 3 when no node runs on the data directory. */
export async function statusCommand(options: Where & { json?: boolean }): Promise<number> {
  const connection = await connect({ ...options, running: true });
  const [health, info] = await Promise.all([connection.call('node.health', {}), connection.call('node.info', {})]);
  if (options.json) printJson({ url: connection.url, ...health, ...info });
  else {
    print(`The node at ${connection.url} is up since ${duration(health.uptimeMs)}.`);
    print(`VOIKE ${info.version}, node ${info.nodeId}, Node.js ${info.runtime} on ${info.platform}`);
    print(`It has ${info.areas.join(', ')}.`);
  }
  await connection.close();
  return EXIT.ok;
}
