/** A node that serves: what `voike serve` and the desktop's node host start. */
import { join } from 'node:path';
import { type NodeOptions, openNode, type VoikeNode } from '../node.ts';
import { removeEndpoint, writeEndpoint } from './endpoint.ts';
import { type HttpFace, serve, type ServeOptions } from './server.ts';

export interface ServingNode {
  node: VoikeNode;
  http: HttpFace;
  /** Finishes what is under way, within about two seconds, and gives the data directory back. */
  close(): Promise<void>;
}

/** @throws Problem of opening the data directory or of listening; nothing is left open then. */
export async function startServing(options: NodeOptions & ServeOptions): Promise<ServingNode> {
  const node = await openNode(options);
  let http: HttpFace;
  try {
    http = await serve(node, { sessionsFile: join(node.dataDir, 'sessions.json'), ...options });
    writeEndpoint(node.dataDir, { url: http.url, pid: process.pid, key: node.localKey, adminToken: node.adminToken });
    node.describe({ url: http.url });
  } catch (error) {
    await node.close();
    throw error;
  }
  // In its own time: whoever opened the node does not wait for what the night missed.
  node.schedules.start().catch((err: unknown) => node.log.error({ err }, 'the schedules could not be started'));
  node.log.info({ url: http.url, dataDir: node.dataDir }, 'the node serves');
  let closing: Promise<void> | undefined;
  return {
    node,
    http,
    close() {
      closing ??= (async () => {
        removeEndpoint(node.dataDir);
        await http.close();
        await node.close();
        node.log.info('the node has stopped');
      })();
      return closing;
    },
  };
}
