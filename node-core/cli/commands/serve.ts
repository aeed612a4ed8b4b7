/** `voike serve`: a node that keeps running, with the workbench on it. */
import { startServing } from '../../http/start.ts';
import { createLog } from '../../log/log.ts';
import { defaultDataDir } from '../../store/store.ts';
import { EXIT } from '../exit.ts';
import { print, printJson } from '../print.ts';
import { onInterrupt } from '../signals.ts';

export interface ServeArguments {
  data?: string;
  port?: number;
  host?: string;
  allowHost?: string[];
  allowOrigin?: string[];
  allowConnect?: string[];
  workbench?: string;
  json?: boolean;
  verbose?: boolean;
}

/** Resolves with the exit code when a signal has stopped the node. */
export async function serveCommand(options: ServeArguments): Promise<number> {
  const dataDir = options.data ?? defaultDataDir();
  const serving = await startServing({
    dataDir,
    ...(options.verbose ? { log: createLog({ level: 'debug', stderr: 'short' }) } : {}),
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.host === undefined ? {} : { host: options.host }),
    ...(options.allowHost === undefined ? {} : { hosts: options.allowHost }),
    ...(options.allowOrigin === undefined ? {} : { origins: options.allowOrigin }),
    ...(options.allowConnect === undefined ? {} : { connect: options.allowConnect }),
    ...(options.workbench === undefined ? {} : { workbench: options.workbench }),
  });
  const { url, port, launchUrl } = serving.http;
  if (options.json) printJson({ url, port, launchUrl, dataDir: serving.node.dataDir, pid: process.pid });
  else {
    print(`VOIKE node ${serving.node.version} on ${serving.node.dataDir}`);
    print(`Workbench  ${launchUrl}`);
    print('Ctrl-C stops it.');
  }
  await new Promise<void>((resolve) => onInterrupt(resolve));
  await serving.close();
  return EXIT.ok;
}
