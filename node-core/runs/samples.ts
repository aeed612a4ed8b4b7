/** The flows that ship with the program, with their data. */
import { readFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { isProgram } from '../flow/program/form.ts';
import { parseProgram } from '../flow/program/parse.ts';
import { parse } from '../flow/syntax/parse.ts';

export interface Sample {
  /** Path under flows/ without its ending: `demo/airports-by-state`. */
  name: string;
  title: string;
  description: string;
  /** What it shows: `relational`, `join`, …; `program` of one that is no plan. */
  kind: string;
  source: string;
  /** Ready for `flow.execute`: file references and values. */
  inputs: Record<string, unknown>;
}

interface Manifest {
  samples: { name: string; kind: string; inputs: Record<string, { data: string } | { value: unknown }> }[];
}

/** Reads flows/samples.json and the flows that it names. `root` is the folder that holds flows/ and resources/. */
export function readSamples(root: string): Sample[] {
  const manifest = JSON.parse(readFileSync(join(root, 'flows', 'samples.json'), 'utf8')) as Manifest;
  return manifest.samples.map((sample) => {
    const source = readFileSync(join(root, 'flows', `${sample.name}.flow`), 'utf8');
    const inputs: Record<string, unknown> = {};
    for (const [name, given] of Object.entries(sample.inputs)) {
      inputs[name] = 'data' in given ? { $file: join(root, 'resources', 'data', given.data) } : given.value;
    }
    return {
      name: sample.name,
      ...(isProgram(source) ? aboutProgram(source, sample.name) : aboutPlan(source, sample.name)),
      kind: sample.kind,
      source,
      inputs,
    };
  });
}

function aboutPlan(source: string, name: string): { title: string; description: string } {
  const { plan } = parse(source);
  return {
    title: plan.name?.value ?? name,
    description: plan.description.map((line) => line.value).join('\n'),
  };
}

/** The first line of its doc string, and what follows. */
function aboutProgram(source: string, name: string): { title: string; description: string } {
  const [title = name, ...rest] = (parseProgram(source).program.docString ?? name).trim().split('\n');
  return { title, description: rest.join('\n').trim() };
}

/** The source of a flow under `folder`, undefined when `path` leads out of it or to nothing. */
export function flowIn(folder: string, path: string): string | undefined {
  const base = resolve(folder) + sep;
  const full = resolve(base, path.endsWith('.flow') ? path : `${path}.flow`);
  if (!full.startsWith(base) || path.includes('\0')) return undefined;
  try {
    return readFileSync(full, 'utf8');
  } catch {
    return undefined;
  }
}
