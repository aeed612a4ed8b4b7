/** Inputs of a run on another machine: a path names a file of this one there, and what was uploaded here is not there yet. */
import { Problem } from '../../node-core/errors/problem.ts';
import { problemOf } from '../ui/problem.ts';
import { client, useConnection } from './connection.ts';
import type { FlowDocument } from './documents.ts';
import { useSamples } from './samples.ts';

/**
 * The inputs as the node understands them. Those of a sample take the node's own file in place of a path that came with
 * the sample from another node; a file that was uploaded to the local node is uploaded to the other as well.
 *
 * @throws Problem when another node is given a path of this machine
 */
export async function inputsFor(document: Pick<FlowDocument, 'inputs' | 'origin'>): Promise<Record<string, unknown>> {
  if (client().sameMachine) return document.inputs;
  const sample = useSamples.getState().samples?.find(({ name }) => document.origin === `sample:${name}`);
  const inputs: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(document.inputs)) {
    const own = sample?.inputs[name];
    inputs[name] = isPath(value) && isPath(own) ? own : value;
    if (isPath(inputs[name]) && inputs[name] !== own)
      throw new Problem('input-local-path', `The input “${name}” names a file of this machine.`, {
        status: 422,
        hint: `Choose the file again: it is then uploaded to ${useConnection.getState().at.name}.`,
      });
    if (isBlob(value)) await bring(value);
  }
  return inputs;
}

/** Copies a blob of the local node to the one that the window is on, unless it is there. */
async function bring({ $blob: id, name }: { $blob: string; name?: string }): Promise<void> {
  const here = client();
  try {
    await here.call('blobs.get', { id });
  } catch (thrown) {
    if (problemOf(thrown).code !== 'blob-not-found' || here.homeGet === undefined) throw thrown;
    const bytes = await (await here.homeGet(`/blobs/${encodeURIComponent(id)}/stream`, {})).blob();
    await here.upload(bytes, name ?? 'input');
  }
}

const isPath = (value: unknown): boolean => typeof value === 'object' && value !== null && '$file' in value;
const isBlob = (value: unknown): value is { $blob: string; name?: string } =>
  typeof value === 'object' && value !== null && typeof (value as { $blob?: unknown }).$blob === 'string';
