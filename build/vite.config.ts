/**
 * Builds the workbench: root `renderer/`, result in `out/renderer`, relative addresses so that the same files are
 * served by a node over HTTP and by Electron over `app://`. `vite dev` forwards the node's routes to a running node:
 * VOIKE_NODE names it (default http://127.0.0.1:8737).
 */
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { collectPackages } from './packaging/licences.ts';

const top = fileURLToPath(new URL('..', import.meta.url));
const node = process.env['VOIKE_NODE'] ?? 'http://127.0.0.1:8737';

/** The terminal runs the command line's own parser in the page: what that imports of Node comes from one small file. */
const commandLine: Plugin = {
  name: 'commander-in-a-page',
  enforce: 'pre',
  resolveId: (source, importer) =>
    source.startsWith('node:') && /[\\/]commander[\\/]/.test(importer ?? '')
      ? `${top}renderer/panes/terminal/commander-node.ts`
      : undefined,
};

/** The page asks for the code of the frame and of the editor at once, while it paints what stands in index.html. */
const codeEarly: Plugin = {
  name: 'code-early',
  transformIndexHtml: {
    order: 'post',
    handler: (_html, { bundle }) =>
      Object.keys(bundle ?? {}).flatMap((file) => {
        const [, name, kind] = /\/(frame|editor)-[^/]*\.(js|css)$/.exec(file) ?? [];
        if (kind === undefined || (name === 'editor' && kind === 'css')) return [];
        const attrs =
          kind === 'css'
            ? { rel: 'preload', as: 'style' }
            : name === 'frame'
              ? { rel: 'modulepreload' }
              : { rel: 'preload', as: 'script' };
        return { tag: 'link', attrs: { ...attrs, crossorigin: true, href: `./${file}` }, injectTo: 'head' as const };
      }),
  },
};

export default defineConfig({
  root: `${top}renderer`,
  base: './',
  plugins: [
    commandLine,
    react(),
    codeEarly,
    collectPackages(top.replace(/\/$/, ''), `${top}out/licences/workbench.json`),
  ],
  cacheDir: `${top}node_modules/.vite`,
  worker: {
    format: 'es',
    plugins: () => [collectPackages(top.replace(/\/$/, ''), `${top}out/licences/workers.json`)],
  },
  build: {
    outDir: `${top}out/renderer`,
    emptyOutDir: true,
    target: 'chrome130',
    // Fonts and images stay files: the content security policy allows nothing else.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 6000,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // After the first frame a start reads two files: the frame, and what shows the first text. Left alone they are forty.
          groups: [
            // What lets the frame be fetched must not come with it.
            { name: 'start', test: /[\\/]renderer[\\/]start\.ts$|vite[\\/]preload-helper/, priority: 3 },
            { name: 'frame', test: /[\\/]renderer[\\/]main\.tsx$/, priority: 2 },
            { name: 'editor', test: /[\\/](docks[\\/]Docks|editor[\\/]CodeEditor)\.tsx$/, priority: 1 },
          ],
        },
      },
      // A busy machine is no reason for a warning.
      checks: { bundlerTimings: false },
    },
  },
  server: {
    port: 5183,
    host: '127.0.0.1',
    proxy: {
      // Exactly the routes of operations.md that exist; everything else is the workbench's own files.
      '^/(info|health|call|session|admin|flow|ledger|blobs|tables|results|events|openapi\\.json)(/|\\?|$)': {
        target: node,
        changeOrigin: true,
        ws: true,
        configure: (proxy) => {
          // The node refuses foreign origins; to it, the development server is itself.
          proxy.on('proxyReq', (request) => request.setHeader('origin', node));
          proxy.on('proxyReqWs', (request) => request.setHeader('origin', node));
        },
      },
    },
  },
});
