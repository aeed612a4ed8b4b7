/** The tables and files among a run's inputs: found, hashed, and of this project. */
import { Problem } from '../errors/problem.ts';
import { type InputNode, takesFile } from '../flow/plan/graph.ts';
import type { ScopeValue } from '../flow/values/value.ts';
import type { Project } from '../projects/project.ts';
import { hashFile, readInputs } from './inputs.ts';
import { mustMayName } from './local-files.ts';
import type { RunStore } from './records.ts';
import { decodeResult, isFile, isTable } from './results.ts';
import type { Launch, RunsOptions } from './service.ts';

export interface Given {
  /** In the order of the plan's inputs. */
  inputs: ScopeValue[];
  /** SHA-256 of each file, by the name of its input. */
  files: Record<string, string>;
  /** Paths that were named. */
  named: Set<string>;
}

/** @throws Problem that names the input in `more.input` */
export async function readGiven(
  node: Pick<RunsOptions, 'engine' | 'blobs' | 'root'>,
  project: Project,
  store: RunStore,
  nodes: readonly InputNode[],
  request: Launch,
): Promise<Given> {
  const inputs = readInputs(nodes, request.given ?? request.inputs ?? {});
  const files: Record<string, string> = {};
  const named = new Set<string>();
  for (const [position, input] of inputs.entries()) {
    if (isTable(input)) {
      // What the reference says of rows and columns is not taken from it.
      const lazy = store.result(input.key);
      const found =
        (await node.engine(project).stored(input.key)) ?? (lazy?.kind === 'lazy' ? decodeResult(lazy) : undefined);
      if (found === undefined) {
        throw new Problem('table-unknown', 'This project has no such result.', {
          status: 404,
          hint: 'Give the result of a step of one of its runs.',
          more: { input: nodes[position]!.name },
        });
      }
      inputs[position] = found as ScopeValue;
      continue;
    }
    if (!isFile(input) || !takesFile(nodes[position]!)) continue;
    const name = nodes[position]!.name;
    if (input.blob !== undefined && !node.blobs.has(project, input.blob)) {
      throw new Problem('blob-not-found', `The file of the input "${name}" was not uploaded to this project.`, {
        status: 404,
        hint: 'Upload it with POST /blobs first.',
        more: { input: name },
      });
    }
    if (input.path !== undefined) mustMayName(request, input.path, node.root, name);
    const hash = await hashFile(input.path ?? node.blobs.files.path(input.blob!), request.signal);
    if (input.blob !== undefined && hash !== input.blob) {
      throw new Problem('blob-damaged', `The uploaded file of the input "${name}" was damaged on the disk.`, {
        status: 500,
        hint: 'Upload it again, and check the disk.',
        more: { input: name },
      });
    }
    input.hash = hash;
    if (input.path !== undefined) named.add(input.path);
    files[name] = hash;
  }
  return { inputs, files, named };
}
