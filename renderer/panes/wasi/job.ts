/** The WASI job of this window: its module, what it is given, and how it ended. It stays when the tab is closed. */
import { create } from 'zustand';
import { toBase64 } from './base64.ts';
import { argumentsIn } from './arguments-in.ts';
import type { ProblemDocument } from '../../../node-core/errors/problem.ts';
import { client, onNodeLeft } from '../../state/connection.ts';
import { problemOf } from '../../ui/problem.ts';

/** As the operation gives it. */
export interface Ran {
  exitCode: number;
  stdout: string;
  stderr: string;
  ms: number;
  module: { id: string; capabilities: string[] };
}

export const WASI_GRANTS = ['time', 'random'] as const;
export type WasiGrant = (typeof WASI_GRANTS)[number];

interface Job {
  module: File | undefined;
  /** As typed: words as in a shell. */
  args: string;
  stdin: string;
  /** What it reads in its folder, by name. */
  files: readonly File[];
  grants: readonly WasiGrant[];
  running: boolean;
  ended: { ran: Ran } | { problem: ProblemDocument } | undefined;
}

export const useJob = create<Job>()(() => ({
  module: undefined,
  args: '',
  stdin: '',
  files: [],
  grants: [],
  running: false,
  ended: undefined,
}));

let stop: AbortController | undefined;
onNodeLeft(() => stop?.abort());

export function letJob(grant: WasiGrant, allowed: boolean): void {
  useJob.setState(({ grants }) => ({
    grants: WASI_GRANTS.filter((one) => (one === grant ? allowed : grants.includes(one))),
  }));
}

/** Those of the same name take the place of those before. */
export function giveFiles(given: readonly File[]): void {
  const names = new Set(given.map(({ name }) => name));
  useJob.setState(({ files }) => ({ files: [...files.filter(({ name }) => !names.has(name)), ...given] }));
}

export async function runJob(): Promise<void> {
  const { module, args, stdin, files, grants, running } = useJob.getState();
  const words = argumentsIn(args);
  if (module === undefined || words === undefined || running) return;
  stop = new AbortController();
  const { signal } = stop;
  useJob.setState({ running: true, ended: undefined });
  try {
    const contents = await Promise.all(files.map(async (file) => [file.name, toBase64(await bytesOf(file))] as const));
    const ran = await client().call<Ran>(
      'wasi.run',
      {
        binary: toBase64(await bytesOf(module)),
        name: module.name,
        args: words,
        stdin,
        files: Object.fromEntries(contents),
        grants: [...grants],
      },
      { signal },
    );
    useJob.setState({ ended: { ran } });
  } catch (thrown) {
    useJob.setState({ ended: signal.aborted ? undefined : { problem: problemOf(thrown) } });
  } finally {
    useJob.setState({ running: false });
  }
}

const bytesOf = async (file: File): Promise<Uint8Array> => new Uint8Array(await file.arrayBuffer());

export const stopJob = (): void => stop?.abort();
