/** The workbench as the node serves it to a browser tab: the renderer's build, or a page that says how to make one. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { connectSources, LOOPBACK_SOURCES, nodeAddress } from '../client/connections.ts';
import { NONCE_PLACEHOLDER, withStyleNonce } from './headers.ts';

/**
 * @param folder `out/renderer`, with index.html and hashed files under `assets/`.
 * @param connect origins of nodes on other machines that the page may talk to, as `https://eu-1.example`
 */
export async function registerWorkbench(
  app: FastifyInstance,
  folder: string,
  connect: readonly string[] = [],
): Promise<void> {
  const sources = [...LOOPBACK_SOURCES, ...connectSources(connect.map((url) => ({ url: nodeAddress(url) })))];
  const { default: fastifyStatic } = await import('@fastify/static');
  await app.register(fastifyStatic, {
    root: folder,
    serve: false,
    // Set per file below: what is hashed never changes, the rest is asked for again each time.
    cacheControl: false,
    preCompressed: true,
  });

  const send = (reply: FastifyReply, path: string) => {
    const hashed = path.startsWith('assets/');
    void reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    return reply.sendFile(path);
  };
  const page = async (reply: FastifyReply) => {
    const built = join(folder, 'index.html');
    const found = existsSync(built);
    // Not kept by the browser: the nonce in the page and the one in its header belong to one answer.
    const { html, policy } = withStyleNonce(found ? await readFile(built, 'utf8') : NOT_BUILT, {
      connect: sources,
    });
    return reply
      .code(found ? 200 : 503)
      .header('content-security-policy', policy)
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(html);
  };

  app.get('/', (_request, reply) => page(reply));
  app.get('/playground/flow-ui', (_request, reply) => page(reply));
  // The page names its files relative to itself, so they are also found beside its second address.
  for (const at of ['/assets/*', '/playground/assets/*']) {
    app.get(at, (request, reply) => send(reply, `assets/${(request.params as { '*': string })['*']}`));
  }
  for (const at of ['/', '/playground/']) {
    // Files at the top of the build: icons, the script that sets the theme before the first paint.
    app.get(`${at}:file(^[\\w-]+\\.(?:js|svg|ico|png|webmanifest|txt)$)`, (request, reply) =>
      send(reply, (request.params as { file: string }).file),
    );
  }
}

const NOT_BUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>VOIKE node</title>
<style nonce="${NONCE_PLACEHOLDER}">
  body { font: 15px/1.5 system-ui; max-width: 40em; margin: 4em auto; padding: 0 1em }
  h1 { font-size: 20px }
</style>
<h1>The node is running. Its workbench has not been built.</h1>
<p>Build it with <code>npm run build</code> in the project's folder and load this page again; <code>npm start</code> does both.</p>
<p>What the node can do without it: <a href="/openapi.json">/openapi.json</a>, <a href="/health">/health</a>, and the <code>voike</code> command.</p>
`;
