/** Inputs of a run on another machine: a path means nothing there, and what was uploaded here is not there yet. */
import { Problem } from '../../node-core/errors/problem.ts';
import { confirm } from '../ui/dialogs.ts';
import { problemOf } from '../ui/problem.ts';
import { client, useConnection } from './connection.ts';
import type { FlowDocument } from './documents.ts';
import { useSamples } from './samples.ts';

/**
 * The inputs as the node understands them. Those of a sample take the node's own file in place of a path that came with
 * the sample from another node. A file of this machine is uploaded to the other node when the person agrees, and so is
 * one that was uploaded to the local node.
 *
 * @throws Problem `input-local-path` when a file of this machine cannot be read here, `cancelled` when it shall not be sent
 */
export async function inputsFor(document: Pick<FlowDocument, 'inputs' | 'origin'>): Promise<Record<string, unknown>> {
  if (client().sameMachine) return document.inputs;
  const sample = useSamples.getState().samples?.find(({ name }) => document.origin === `sample:${name}`);
  const inputs: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(document.inputs)) {
    const own = sample?.inputs[name];
    if (isPath(value)) inputs[name] = isPath(own) ? own : await send(name, value.$file);
    else inputs[name] = value;
    if (isBlob(value)) await bring(value);
  }
  return inputs;
}

/** Which files may go to which node, by what was answered in this window. */
const agreed = new Set<string>();

/** Larger files are sent without asking first whether they are there. */
const HASHED = 256 * 2 ** 20;

/** Gives a file of this machine to the node that the window is on, unless its bytes are there already. */
async function send(input: string, path: string): Promise<{ $blob: string; name: string }> {
  const here = client();
  const { at } = useConnection.getState();
  const name = path.split(/[\\/]/).at(-1) ?? path;
  if (here.homeGet === undefined)
    throw new Problem('input-local-path', `The input “${input}” names a file of this machine.`, {
      status: 422,
      hint: `Choose the file again: it is then uploaded to ${at.name}.`,
    });
  const asked = JSON.stringify([at.id, path]);
  if (!agreed.has(asked)) {
    const yes = await confirm({
      title: `Upload ${name} to ${at.name}?`,
      body: `The input “${input}” is the file ${path} of this machine. ${at.name} gets a copy of it, and the plan runs with that copy; after a change the file is uploaded again.`,
      action: 'Upload and run',
    });
    if (!yes) throw new Problem('cancelled', 'The file was not uploaded.');
    agreed.add(asked);
  }
  const bytes = await (await here.homeGet('/workspaces/bytes', { path })).blob();
  if (bytes.size <= HASHED) {
    const id = hex(await crypto.subtle.digest('SHA-256', await bytes.arrayBuffer()));
    if (await isThere(id)) return { $blob: id, name };
  }
  return { $blob: (await here.upload(bytes, name)).id, name };
}

const hex = (bytes: ArrayBuffer): string =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

async function isThere(id: string): Promise<boolean> {
  try {
    await client().call('blobs.get', { id });
    return true;
  } catch (thrown) {
    if (problemOf(thrown).code !== 'blob-not-found') throw thrown;
    return false;
  }
}

/** Copies a blob of the local node to the one that the window is on, unless it is there. */
async function bring({ $blob: id, name }: { $blob: string; name?: string }): Promise<void> {
  const here = client();
  if (here.homeGet === undefined || (await isThere(id))) return;
  const bytes = await (await here.homeGet(`/blobs/${encodeURIComponent(id)}/stream`, {})).blob();
  await here.upload(bytes, name ?? 'input');
}

const isPath = (value: unknown): value is { $file: string } =>
  typeof value === 'object' && value !== null && typeof (value as { $file?: unknown }).$file === 'string';
const isBlob = (value: unknown): value is { $blob: string; name?: string } =>
  typeof value === 'object' && value !== null && typeof (value as { $blob?: unknown }).$blob === 'string';
