/**
 * Addresses of what can be looked at: `voike://node/<project>/run/<id>/step/<name>` on the local node, another node by where
 * it is (`voike://eu-1.example/<project>/…`), and the same path as a route of the page, `#/run/<id>/step/<name>`. Pure. Paths:
 *   run/<id>[/step/<name>]   a run, and a step in it
 *   ledger/<seq>             an entry of the ledger
 *   file/<place>?line&column a text: a path, `sample:<name>`, or the name of a file that is open
 *   view/<id>?name=value     any view, with its parameters; `settings`, `keys`, `runs`, `ledger` for short, and
 *   table/<name>             a stored table
 */
import { nodeAddress } from '../../node-core/client/connections.ts';
import type { ViewParams } from './views.ts';

export type Address =
  | { kind: 'run'; run: string; step?: string }
  | { kind: 'entry'; seq: number }
  | { kind: 'file'; place: string; line?: number; column?: number }
  | { kind: 'view'; view: string; params: ViewParams };

const SHORT = new Set(['settings', 'keys', 'runs', 'ledger']);
const part = encodeURIComponent;

function query(values: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const written = Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${part(name)}=${part(String(value))}`);
  return written.length === 0 ? '' : `?${written.join('&')}`;
}

/** The path of an address, without a slash in front. */
export function addressPath(address: Address): string {
  switch (address.kind) {
    case 'run':
      return `run/${part(address.run)}${address.step === undefined ? '' : `/step/${part(address.step)}`}`;
    case 'entry':
      return `ledger/${address.seq}`;
    case 'file':
      return `file/${part(address.place)}${query({ line: address.line, column: address.column })}`;
    case 'view': {
      const { view, params } = address;
      const { name, ...more } = params;
      if (view === 'table' && typeof name === 'string') return `table/${part(name)}${query(more)}`;
      return `${SHORT.has(view) ? view : `view/${part(view)}`}${query(params)}`;
    }
  }
}

/**
 * `voike://node/<project>/…`, to be copied and opened anywhere.
 *
 * @param url of the node when it is not the local one
 */
export function formatAddress(address: Address, project: string | undefined, url?: string): string {
  const node = url === undefined ? LOCAL : new URL(url).host;
  return `voike://${node}/${part(project ?? 'local')}/${addressPath(address)}`;
}

const LOCAL = 'node';

export interface ParsedAddress {
  address: Address;
  /** The project that it names; a route of the page names none. */
  project?: string;
  /** The address of the node that it names; undefined for the local one, and for a route of the page. */
  node?: string;
}

/** Reads an address or a route (`#/…`); undefined when it is neither. */
export function parseAddress(text: string): ParsedAddress | undefined {
  const whole = text.trim();
  const named = /^voike:\/\/([\w.-]+(?::\d{1,5})?|\[[\da-f:.]+\](?::\d{1,5})?)\/([^/?#]+)\/(.+)$/i.exec(whole);
  const route = /^#\/(.+)$/.exec(whole);
  const rest = named?.[3] ?? route?.[1];
  if (rest === undefined) return undefined;
  try {
    const address = parsePath(rest);
    if (address === undefined) return undefined;
    if (named === null) return { address };
    const project = decodeURIComponent(named[2]!);
    return named[1] === LOCAL ? { address, project } : { address, project, node: nodeAddress(named[1]!) };
  } catch {
    // A percent sign that encodes nothing, or a port that is none.
    return undefined;
  }
}

function parsePath(text: string): Address | undefined {
  const [path = '', search = ''] = text.split('?', 2);
  const [kind = '', first, second, third] = path.split('/').map(decodeURIComponent);
  const values = Object.fromEntries(new URLSearchParams(search));
  switch (kind) {
    case 'run':
      if (first === undefined || first === '') return undefined;
      return { kind: 'run', run: first, ...(second === 'step' && third !== undefined ? { step: third } : {}) };
    case 'ledger':
      if (first === undefined) return { kind: 'view', view: 'ledger', params: values };
      return /^\d{1,15}$/.test(first) ? { kind: 'entry', seq: Number(first) } : undefined;
    case 'file': {
      if (first === undefined || first === '') return undefined;
      const line = positive(values['line']);
      const column = positive(values['column']);
      return {
        kind: 'file',
        place: first,
        ...(line === undefined ? {} : { line }),
        ...(line === undefined || column === undefined ? {} : { column }),
      };
    }
    case 'table':
      return first === undefined || first === ''
        ? undefined
        : { kind: 'view', view: 'table', params: { ...values, name: first } };
    case 'view':
      return first === undefined || first === '' ? undefined : { kind: 'view', view: first, params: values };
    default:
      return SHORT.has(kind) && first === undefined ? { kind: 'view', view: kind, params: values } : undefined;
  }
}

const positive = (text: string | undefined): number | undefined =>
  text !== undefined && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;

/** Whether two addresses lead to the same thing, wherever in it the cursor is. */
export function sameThing(a: Address, b: Address): boolean {
  return a.kind === 'file' && b.kind === 'file' ? a.place === b.place : addressPath(a) === addressPath(b);
}
