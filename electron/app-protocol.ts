/** The workbench's own scheme: `app://voike/…` serves the built files and nothing else, under a strict policy. */
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { LOOPBACK_SOURCES } from '../node-core/client/connections.ts';
import { contentSecurityPolicy, withStyleNonce } from '../node-core/http/headers.ts';

export const APP_SCHEME = 'app';
export const APP_ORIGIN = 'app://voike';

const mediaTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
};

/** The file that a URL of our scheme names below `folder`, or undefined when it names none or tries to leave it. */
export function assetPath(folder: string, url: string): string | undefined {
  let parsed: URL;
  let path: string;
  try {
    parsed = new URL(url);
    path = decodeURIComponent(parsed.pathname);
  } catch {
    return undefined;
  }
  if (parsed.protocol !== `${APP_SCHEME}:` || parsed.host !== 'voike' || path.includes('\0') || path.includes('\\'))
    return undefined;
  const file = normalize(join(folder, path === '/' || path === '' ? 'index.html' : path));
  return file.startsWith(folder + sep) ? file : undefined;
}

/** Files that were read before they were asked for; each is handed out once. */
const ahead = new Map<string, Promise<Buffer>>();

/**
 * Reads the page and the files that it names while the rest of the program starts: reading them when the page asks costs
 * a start a tenth of its time.
 */
export async function readAhead(folder: string): Promise<void> {
  const read = (file: string): Promise<Buffer> => {
    const content = readFile(file);
    ahead.set(file, content);
    return content;
  };
  try {
    const page = (await read(join(folder, 'index.html'))).toString('utf8');
    const named = [...page.matchAll(/(?:src|href)="\.(\/[^"]+)"/g)].map(([, path]) => `${APP_ORIGIN}${path}`);
    const files = named.map((url) => assetPath(folder, url)).filter((file) => file !== undefined);
    await Promise.all(files.map(read));
  } catch {
    // What cannot be read is said when it is asked for.
  }
}

function contentOf(file: string): Promise<Buffer> {
  const content = ahead.get(file) ?? readFile(file);
  ahead.delete(file);
  return content;
}

/**
 * Answers a request of our scheme from `folder`.
 *
 * @param nodes what the page may talk to beside loopback: the nodes of connections.json (`connectSources`)
 */
export async function serveAsset(
  folder: string,
  request: { url: string; method: string },
  nodes: readonly string[] = [],
): Promise<Response> {
  const file = request.method === 'GET' || request.method === 'HEAD' ? assetPath(folder, request.url) : undefined;
  const connect = [...LOOPBACK_SOURCES, ...nodes];
  const type = file === undefined ? undefined : mediaTypes[extname(file)];
  if (file === undefined || type === undefined) return new Response('Not found', { status: 404 });
  try {
    const content = await contentOf(file);
    const page = type.startsWith('text/html') ? withStyleNonce(content.toString('utf8'), { connect }) : undefined;
    return new Response(page?.html ?? content, {
      headers: {
        'content-type': type,
        'content-security-policy': page?.policy ?? contentSecurityPolicy({ connect }),
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        // Names of built files carry their hash; only the page itself may change under its name.
        'cache-control': page === undefined ? 'max-age=31536000, immutable' : 'no-store',
      },
    });
  } catch {
    return new Response('Not found', { status: 404 });
  }
}
