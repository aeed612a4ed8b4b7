/**
 * A process that asks a server over and over on connections that stay open, the next request on each as soon as the answer is there.
 * Reads its orders from the command line as JSON and writes what it measured as JSON. Speaks HTTP by hand: a client library would
 * measure itself.
 */
import { connect, type Socket } from 'node:net';
import { percentile } from '../figure.ts';

export interface LoadOrder {
  port: number;
  connections: number;
  ms: number;
  /** Asked in turns. */
  requests: { method: string; path: string; body?: string }[];
  headers: Record<string, string>;
}

export interface LoadResult {
  perSecond: number;
  p50: number;
  p99: number;
}

const order = JSON.parse(process.argv[2]!) as LoadOrder;
const messages = order.requests.map(({ method, path, body }) => {
  const headers = {
    host: `127.0.0.1:${order.port}`,
    ...order.headers,
    ...(body === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`);
});

const taken: number[] = [];
let counting = false;
let stopped = false;
let turn = 0;

function ask(socket: Socket): void {
  let begun = 0;
  let text = '';
  const next = (): void => {
    if (stopped) return void socket.destroy();
    begun = performance.now();
    text = '';
    socket.write(messages[turn++ % messages.length]!);
  };
  socket.setNoDelay(true);
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    text += chunk;
    const end = text.indexOf('\r\n\r\n');
    if (end < 0) return;
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(text)?.[1] ?? 0);
    if (text.length < end + 4 + length) return;
    if (!/^HTTP\/1\.[01] 2/.test(text)) throw new Error(`The server answered ${text.slice(0, 300)}`);
    if (counting) taken.push(performance.now() - begun);
    next();
  });
  socket.on('close', () => {
    if (!stopped) throw new Error('The server closed a connection.');
  });
  socket.on('error', () => {});
  next();
}

for (let one = 0; one < order.connections; one++) {
  const socket = connect({ port: order.port, host: '127.0.0.1' }, () => ask(socket));
}
// What comes before is warming up.
await new Promise((resolve) => setTimeout(resolve, order.ms / 3));
counting = true;
const begun = performance.now();
await new Promise((resolve) => setTimeout(resolve, order.ms));
const seconds = (performance.now() - begun) / 1000;
counting = false;
stopped = true;
const result: LoadResult = {
  perSecond: taken.length / seconds,
  p50: percentile(taken, 50),
  p99: percentile(taken, 99),
};
process.stdout.write(JSON.stringify(result));
process.exit(0);
