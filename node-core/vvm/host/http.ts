/**
 * `http.get` and `http.post`: requests to hosts that were granted. Answers are `{ status, type, body }`, the body as JSON where it is
 * JSON, else as text. A redirect of a get is followed where its host was granted as well; that of a post is an answer.
 */
import { lookup } from 'node:dns';
import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { Problem } from '../../errors/problem.ts';
import { Stop, type Value } from '../engine.ts';
import { JSON_HOST } from '../json-host.ts';
import type { Json } from '../json.ts';
import { addressOf, isOwnName, isPublic } from './address.ts';
import type { Answer, ThreadContext } from './answer.ts';
import type { NodeContext } from './node-context.ts';

/** Bytes of one answer, and milliseconds until it is there. */
const MOST_BYTES = 8 << 20;
const MS = 30_000;
const MOST_REDIRECTS = 5;

const scope = ([url]: Value[]): string => addressOf(url as string).host;

export const HTTP = {
  'http.get': {
    scope,
    thread([text], context) {
      let url = addressOf(text as string);
      for (let turn = 0; ; turn++) {
        const answer = send('GET', url, null, context);
        const location = answer.get('location');
        if (typeof location !== 'string') return shown(answer);
        if (turn === MOST_REDIRECTS) throw new Stop('failed', `It is sent on more than ${MOST_REDIRECTS} times.`);
        const next = addressOf(URL.parse(location, url.href)?.href ?? location);
        if (url.protocol === 'https:' && next.protocol === 'http:')
          throw new Stop('failed', `${url.host} sends on to an address that is not encrypted.`);
        context.need(`http.fetch:${next.host}`);
        url = next;
      }
    },
    node: sendRequest,
  },
  'http.post': {
    scope,
    thread([url, body], context) {
      const text = JSON_HOST['json.toString'](body as Json);
      return shown(send('POST', addressOf(url as string), text, context));
    },
    node: sendRequest,
  },
} satisfies Record<string, Answer>;

/** What the node found: status, type, bytes, and of a redirect where it leads. */
type Found = Map<Value, Value>;

function send(method: 'GET' | 'POST', url: URL, body: string | null, { ask, needNamed }: ThreadContext): Found {
  const own = isOwnName(url.hostname);
  // All hosts means all that are public.
  if (own) needNamed(`http.fetch:${url.host}`);
  return ask([method, url.href, body, own]) as Found;
}

function shown(found: Found): Value {
  const type = found.get('type') as string;
  const text = new TextDecoder().decode(found.get('bytes') as Uint8Array);
  const isJson = /^application\/(json|[\w.+-]+\+json)\s*(;|$)/i.test(type);
  const body = isJson && text !== '' ? JSON_HOST['json.parse'](text) : text;
  return { status: found.get('status') as number, type, body } as unknown as Value;
}

/** Asks a name for its addresses, and takes them only when all are public. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '', 0);
    const found = addresses as { address: string; family: number }[];
    if (!found.every(({ address }) => isPublic(address)))
      return callback(
        new Stop('refused', `${hostname} leads to an address of this machine or its net, which its name does not say.`),
        '',
        0,
      );
    if (options.all) return callback(null, found);
    return callback(null, found[0]!.address, found[0]!.family);
  });
};

async function sendRequest([method, address, body, own]: Value[], context: NodeContext): Promise<Value> {
  const url = new URL(address as string);
  const options: RequestOptions = {
    method: method as string,
    signal: AbortSignal.any([context.signal, AbortSignal.timeout(MS)]),
    agent: false,
    headers: {
      'user-agent': 'voike',
      accept: 'application/json, text/*;q=0.9, */*;q=0.1',
      'accept-encoding': 'identity',
      // Whoever is asked can then know a request again that was sent before the node ended.
      ...(context.idempotencyKey === undefined || method === 'GET'
        ? {}
        : { 'idempotency-key': context.idempotencyKey }),
      ...(body === null ? {} : { 'content-type': 'application/json' }),
    },
    // What a person granted by name may be anywhere; a name of the public net may only lead there.
    ...(own === true ? {} : { lookup: publicLookup }),
  };
  try {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const made = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options, resolve);
      made.on('error', reject);
      made.end(body ?? undefined);
    });
    const bytes = await gather(answer);
    const status = answer.statusCode ?? 0;
    if (method === 'POST') await record(url, status, context);
    const { location } = answer.headers;
    return new Map<Value, Value>([
      ['status', status],
      ['type', answer.headers['content-type'] ?? ''],
      ['bytes', bytes],
      ['location', method === 'GET' && status >= 301 && status <= 308 && location !== undefined ? location : null],
    ]);
  } catch (error) {
    if (error instanceof Stop || error instanceof Problem) throw error;
    const { name, message, code } = error as NodeJS.ErrnoException;
    const why = name === 'TimeoutError' ? `it did not answer within ${MS / 1000} s` : (code ?? message);
    throw new Stop('failed', `${url.host} cannot be reached: ${why}.`);
  }
}

async function gather(answer: IncomingMessage): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > MOST_BYTES) {
      answer.destroy();
      throw new Stop('failed', `The answer is larger than ${MOST_BYTES >> 20} MB.`);
    }
    pieces.push(piece);
  }
  return new Uint8Array(Buffer.concat(pieces));
}

/** What was sent out is an effect: an entry says where to, without what stands in the query. */
async function record(url: URL, status: number, { project, actor, module }: NodeContext): Promise<void> {
  const { id, name } = module;
  const payload = { module: { id, name }, method: 'POST', url: url.origin + url.pathname, status };
  await project.write((tx) => void tx.append('http.sent', payload, { actor }));
}
