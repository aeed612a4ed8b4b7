/**
 * `GET /events`: what happens in a project, as a WebSocket (one event a message, as JSON) or as server-sent events
 * (WHATWG HTML, section 9.2). Whoever comes back names the last id seen (`?last=`, `Last-Event-ID`) and gets the rest.
 * A browser's WebSocket cannot send headers, so a key may come as the subprotocol `voike-key.<key>` beside `voike-events`.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket, WebSocketServer } from 'ws';
import type { NodeEvent } from '../runs/schema.ts';
import type { Authenticator } from './auth.ts';
import type { Guard } from './guard.ts';
import { asProblem } from './problems.ts';
import type { ServedNode } from './served.ts';

/** Bytes that may wait for a client before it counts as too slow; it comes back and resumes, or gets `reset`. */
const MOST_WAITING = 8 * 1024 * 1024;
/** Between signs of life, milliseconds; the timer runs only while somebody is connected. */
const HEARTBEAT = 25_000;

export const EVENTS_PROTOCOL = 'voike-events';
export const KEY_PROTOCOL = 'voike-key.';

export interface EventStreams {
  /** Answers a plain GET with server-sent events. */
  sse(request: IncomingMessage, response: ServerResponse, projectId: string, last: string | undefined): void;
  /** Asks every client to go; they come back when the node does. */
  close(): void;
  /** Ends whatever is still open. */
  kill(): void;
  readonly clients: number;
}

interface Client {
  beat(): void;
  end(): void;
  kill(): void;
}

export function createEventStreams(parts: {
  node: ServedNode;
  guard: Guard;
  authenticator: Authenticator;
  server: Server;
}): EventStreams {
  const { node, guard, authenticator, server } = parts;
  const clients = new Set<Client>();
  let heartbeat: NodeJS.Timeout | undefined;
  let sockets: WebSocketServer | undefined;
  let closed = false;

  function add(client: Client): void {
    clients.add(client);
    heartbeat ??= setInterval(() => clients.forEach((one) => one.beat()), HEARTBEAT).unref();
  }
  function remove(client: Client): void {
    clients.delete(client);
    if (clients.size === 0) {
      clearInterval(heartbeat);
      heartbeat = undefined;
    }
  }

  function serveSocket(socket: WebSocket, projectId: string, last: string | undefined): void {
    let alive = true;
    const client: Client = {
      beat() {
        if (!alive) return socket.terminate();
        alive = false;
        socket.ping();
      },
      end: () => socket.close(1001, 'the node stops'),
      kill: () => socket.terminate(),
    };
    socket.on('pong', () => (alive = true));
    // Nothing is expected of clients; what they send is not read.
    socket.on('message', () => {});
    socket.on('error', () => socket.terminate());
    add(client);
    const leave = node.events.subscribe(projectId, last, (event: NodeEvent) => {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > MOST_WAITING) return socket.close(1013, 'too slow: come back and resume');
      socket.send(JSON.stringify(event));
    });
    socket.once('close', () => {
      leave();
      remove(client);
    });
  }

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const onError = () => socket.destroy();
    socket.on('error', onError);
    try {
      guard.check(request.headers);
      const url = new URL(request.url ?? '/', 'http://node');
      if (url.pathname !== '/events' || closed)
        return refuse(socket, 404, { code: 'not-found', detail: 'There is no WebSocket here.' });
      const protocols = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim());
      const key = protocols.find((one) => one.startsWith(KEY_PROTOCOL))?.slice(KEY_PROTOCOL.length);
      const { project } = authenticator.identify(request, 'project', ...(key === undefined ? [] : [key]));
      if (sockets === undefined) {
        const { WebSocketServer } = await import('ws');
        sockets ??= new WebSocketServer({
          noServer: true,
          maxPayload: 4096,
          clientTracking: false,
          handleProtocols: (offered) => (offered.has(EVENTS_PROTOCOL) ? EVENTS_PROTOCOL : false),
        });
      }
      socket.off('error', onError);
      sockets.handleUpgrade(request, socket, head, (open) =>
        serveSocket(open, project!.id, url.searchParams.get('last') ?? undefined),
      );
    } catch (error) {
      const problem = asProblem(error, 'events');
      if (problem.status >= 500) node.log.error({ err: error }, 'upgrade failed');
      refuse(socket, problem.status, problem);
    }
  }

  server.on('upgrade', (request, socket, head) => void upgrade(request, socket, head));

  return {
    sse(request, response, projectId, last) {
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      // The first bytes tell the client that it is connected; `retry` is how long it waits before it comes back.
      response.write('retry: 1000\n\n');
      const client: Client = {
        beat: () => void response.write(': alive\n\n'),
        end: () => void response.end(),
        kill: () => void response.destroy(),
      };
      add(client);
      const leave = node.events.subscribe(projectId, last, (event) => {
        if (response.writableEnded || response.destroyed) return;
        if (response.writableLength > MOST_WAITING) return void response.destroy();
        response.write(`id: ${event.id}\ndata: ${JSON.stringify(event)}\n\n`);
      });
      request.socket.setTimeout(0);
      response.once('close', () => {
        leave();
        remove(client);
      });
      if (closed) client.end();
    },
    close() {
      closed = true;
      for (const client of clients) client.end();
    },
    kill() {
      for (const client of clients) client.kill();
    },
    get clients() {
      return clients.size;
    },
  };
}

function refuse(socket: Duplex, status: number, problem: unknown): void {
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${status} Refused\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
