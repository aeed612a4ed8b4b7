/** Finds out whether a node can be worked with, before anything is left for it; what is wrong is a sentence. */
import { type Client, createClient } from '../../node-core/client/client.ts';
import { isAllowed, type SavedConnection } from '../../node-core/client/connections.ts';
import { Problem } from '../../node-core/errors/problem.ts';
import type { RunSummary } from '../../node-core/runs/schema.ts';
import type { NodeInfo } from './connection.ts';
import { problemOf } from '../ui/problem.ts';

export interface Reached {
  client: Client;
  info: NodeInfo;
  /** The newest runs: what the key was tried with. */
  recent: RunSummary[];
}

/** Longer than a slow network takes, shorter than patience. */
const PATIENCE = 15_000;

/** What the policy of this page lets it connect to (the server writes it into the page). */
function allowedSources(): string[] {
  return (document.querySelector<HTMLMetaElement>('meta[property="csp-connect"]')?.content ?? '').split(' ');
}

/** Whether this page may talk to that address at all; in the desktop window a page that is loaded anew may talk to more. */
export const mayReach = (url: string): boolean => isAllowed(allowedSources(), url);

/** A redirect would carry the key elsewhere. */
const straight: typeof fetch = (input, init) => fetch(input, { ...init, redirect: 'error' });

/**
 * Asks the node what it is, then tries the key.
 *
 * @throws Problem
 */
export async function reach({ name, url }: Pick<SavedConnection, 'name' | 'url'>, key: string): Promise<Reached> {
  if (!mayReach(url)) throw notAllowed(name, url);
  const signal = AbortSignal.timeout(PATIENCE);
  let info: NodeInfo;
  try {
    const answer = await createClient({ baseUrl: url, fetch: straight }).get('/info', {}, { signal });
    info = (await answer.json()) as NodeInfo;
  } catch (thrown) {
    throw await unreachable(name, url, thrown);
  }
  if (info.name !== 'VOIKE' || typeof info.version !== 'string') throw notANode(name, url);
  const client = createClient({ baseUrl: url, key, fetch: straight });
  try {
    const { runs } = (await client.callAny('flow.listRuns', { limit: 50 }, { signal })) as { runs: RunSummary[] };
    return { client, info, recent: runs };
  } catch (thrown) {
    const problem = problemOf(thrown);
    if (problem.code === 'wrong-key')
      throw new Problem('wrong-key', `${name} does not know this key.`, {
        status: 401,
        hint: 'Copy the key again, or make a new one on that node with `voike keys create`.',
      });
    if (problem.code === 'operation-not-found')
      throw new Problem('node-too-old', `${name} runs VOIKE ${info.version}, which this workbench cannot work with.`, {
        hint: 'Update VOIKE there.',
      });
    throw thrown;
  }
}

/** A warning when the two differ; undefined when they are of one version. */
export function versionNote(name: string, theirs: unknown, ours: unknown): string | undefined {
  if (typeof theirs !== 'string' || typeof ours !== 'string' || theirs === ours) return undefined;
  const [a, b] = [theirs, ours].map((version) => version.split('.').map((part) => Number.parseInt(part, 10) || 0));
  const at = a!.findIndex((part, index) => part !== (b![index] ?? 0));
  if (at === -1) return undefined;
  return a![at]! < (b![at] ?? 0)
    ? `${name} runs VOIKE ${theirs}, older than this workbench (${ours}): it may not know everything that is offered here.`
    : `${name} runs VOIKE ${theirs}, newer than this workbench (${ours}): not everything that it can do is offered here.`;
}

function notAllowed(name: string, url: string): Problem {
  if (window.voike !== undefined)
    return new Problem(
      'page-must-load',
      `This window was opened before ${name} was added, and may not talk to it yet.`,
      {
        hint: 'Load the window again. Your text, your tabs and the layout are kept.',
      },
    );
  const { hostname, port } = new URL(url);
  const forwarded = port || '8738';
  return new Problem(
    'page-may-not',
    `In a browser tab the workbench talks to nodes on this machine alone, not to ${url}.`,
    {
      hint: `Start the node that serves this page with \`voike serve --allow-connect ${url}\`, or forward the port with \`ssh -L ${forwarded}:127.0.0.1:${forwarded} ${hostname}\` and give http://127.0.0.1:${forwarded}. VOIKE Desktop needs neither.`,
    },
  );
}

const notANode = (name: string, url: string): Problem =>
  new Problem('not-a-node', `Something answers at ${url}, but it is not a VOIKE node.`, {
    hint: `Check the address of ${name}, above all its port. A node prints it when it starts.`,
  });

async function unreachable(name: string, url: string, thrown: unknown): Promise<Problem> {
  const { code, detail, hint } = problemOf(thrown);
  if (code === 'foreign-host')
    return new Problem(code, detail, {
      hint: `Start ${name} with \`voike serve --allow-host ${new URL(url).host}\`.`,
    });
  if (code === 'unexpected-answer' || thrown instanceof SyntaxError) return notANode(name, url);
  if (code !== 'node-unreachable')
    return code === 'cancelled'
      ? new Problem('node-unreachable', `${name} did not answer within ${PATIENCE / 1000} seconds.`, {
          hint: 'Try again, or check the network.',
        })
      : new Problem(code, detail, hint === undefined ? {} : { hint });
  // A page is not told why. An answer that it may not read shows that somebody is there.
  const answers = await fetch(`${url}/health`, { mode: 'no-cors', signal: AbortSignal.timeout(PATIENCE) }).then(
    () => true,
    () => false,
  );
  if (answers)
    return new Problem('page-not-let-in', `${url} answers, but does not let this page in.`, {
      hint: `Start ${name} with \`voike serve --allow-origin ${location.origin}\`. If it is not a VOIKE node, check the address.`,
    });
  return new Problem('node-unreachable', `${name} does not answer at ${url}.`, {
    hint: url.startsWith('https:')
      ? 'Check that it runs and that the address is right. A certificate that this system does not trust looks the same: open the address in a browser to see.'
      : 'Check that it runs (`voike status` there) and that the port is right.',
  });
}
