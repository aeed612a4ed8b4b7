/** `--input name=value`: what it means depends on the type that the plan gives the input. */
import { DEEPEST, isDeeperThan } from '../canonical/depth.ts';
import type { Input } from '../flow/syntax/ast.ts';
import type { Connection } from './connection.ts';
import { usage } from './exit.ts';
import { host } from './host.ts';
import { readStdinText, readTextFile } from './sources.ts';

/** Types whose value is a file rather than what stands in it. */
const FILES = new Set(['file', 'table', 'blob', 'image', 'tensor']);

/**
 * The inputs of a run, by name. `@path` is a file: for a file input the file itself, for others its contents; `@-` is stdin,
 * and `@@…` is text that begins with an at sign. A node on this machine reads the file itself; another one gets it uploaded.
 *
 * @param declared the INPUTS of the plan, as far as they are known.
 */
export async function readInputArguments(
  given: readonly string[],
  declared: readonly Input[],
  connection: Connection,
): Promise<Record<string, unknown>> {
  const types = new Map(declared.map((input) => [input.name.name, input.type]));
  const inputs: Record<string, unknown> = {};
  for (const argument of given) {
    const at = argument.indexOf('=');
    if (at <= 0) throw usage(`"${argument}" does not say which input it is.`, 'Write --input name=value.');
    const name = argument.slice(0, at);
    const text = argument.slice(at + 1);
    const type = types.get(name);
    if (types.size > 0 && type === undefined) {
      throw usage(`This flow has no input called "${name}".`, `Its inputs are ${[...types.keys()].join(', ')}.`);
    }
    inputs[name] = await valueOf(name, text, type, connection);
  }
  return inputs;
}

async function valueOf(name: string, text: string, type: string | undefined, connection: Connection): Promise<unknown> {
  const isFile = type !== undefined && FILES.has(type);
  if (text.startsWith('@@')) return text.slice(1);
  if (text === '@-') {
    if (isFile || type === undefined) return { $blob: (await connection.upload(host().stdin(), name)).id, name };
    return literal(name, await readStdinText(), type);
  }
  if (text.startsWith('@') || isFile) {
    const path = text.startsWith('@') ? text.slice(1) : text;
    await mustBeFile(host().path.resolve(path), name);
    if (type === undefined || isFile) return host().inputFile(path, name, connection);
    return literal(name, await readTextFile(path), type);
  }
  return literal(name, text, type);
}

/** Says at once what a run would only say at its start. */
async function mustBeFile(path: string, input: string): Promise<void> {
  const found = await host()
    .find(path)
    .catch(() => undefined);
  if (found === undefined)
    throw usage(`There is no file ${path} for the input "${input}".`, 'Check the path after the equals sign.');
  if (found.kind === 'folder')
    throw usage(`${path} is a folder; the input "${input}" is a file.`, 'Name a file in it.');
}

/** Text as a value of the type. */
function literal(name: string, text: string, type: string | undefined): unknown {
  switch (type) {
    case 'number': {
      const value = Number(text);
      if (text.trim() === '' || !Number.isFinite(value))
        throw usage(`The input "${name}" is a number, and "${text}" is none.`);
      return value;
    }
    case 'bool':
      if (/^(true|yes|1)$/i.test(text)) return true;
      if (/^(false|no|0)$/i.test(text)) return false;
      throw usage(`The input "${name}" is true or false, and "${text}" is neither.`);
    case 'json':
    case 'record':
    case 'list':
      try {
        const value: unknown = JSON.parse(text);
        if (!isDeeperThan(value)) return value;
      } catch {
        throw usage(
          `The input "${name}" must be JSON.`,
          `Write it like --input '${name}=${type === 'list' ? '[1, 2]' : '{"a": 1}'}', or --input ${name}=@file.json.`,
        );
      }
      throw usage(`The input "${name}" is nested more than ${DEEPEST} deep.`, 'Flatten it.');
    default:
      return text;
  }
}
