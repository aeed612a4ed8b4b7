/** The flows that ship with the node, read once a session. */
import { create } from 'zustand';
import { fileName } from '../ui/format.ts';
import { client, onNodeLeft } from './connection.ts';
import { useDocuments } from './documents.ts';

export interface Sample {
  name: string;
  title: string;
  description: string;
  /** `program` of one that is no plan. */
  kind: string;
  source: string;
  /** FileRef or value by input name, ready to run. */
  inputs: Record<string, unknown>;
}

interface Samples {
  samples: Sample[] | undefined;
  problem: unknown;
}

export const useSamples = create<Samples>()(() => ({ samples: undefined, problem: undefined }));

onNodeLeft(() => useSamples.setState({ samples: undefined, problem: undefined }));

export async function loadSamples(): Promise<void> {
  try {
    const { samples } = await client().call<{ samples: Sample[] }>('flow.samples');
    useSamples.setState({ samples, problem: undefined });
  } catch (problem) {
    useSamples.setState({ problem });
  }
}

export function openSample(sample: Sample): string {
  return useDocuments.getState().open({
    // Names of samples are paths in flows/: `demo/airports-by-state`.
    name: `${fileName(sample.name)}.flow`,
    text: sample.source,
    origin: `sample:${sample.name}`,
    inputs: sample.inputs,
  });
}
