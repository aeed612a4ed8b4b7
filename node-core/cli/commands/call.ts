/** `voike call area.verb` */
import type { Where } from '../connection.ts';
import { EXIT, usage } from '../exit.ts';
import { host } from '../host.ts';
import { print, printJson, textTable } from '../print.ts';
import { readStdinText, readTextFile } from '../sources.ts';
import { withConnection } from './runs.ts';

export async function callCommand(
  name: string | undefined,
  given: string[],
  options: Where & { list?: boolean; help?: boolean; json?: boolean },
): Promise<number> {
  if (options.list) {
    const list = await host().listOperations(options);
    if (options.json) printJson(list);
    else
      print(
        textTable(
          [{ name: 'OPERATION' }, { name: 'ACCESS' }, { name: 'EFFECT' }, { name: 'WHAT' }],
          list.map((one) => [one.name, one.access, one.effect, one.summary]),
        ),
      );
    return EXIT.ok;
  }
  if (name === undefined) {
    print(USAGE);
    return options.help ? EXIT.ok : EXIT.usage;
  }
  if (options.help) {
    const { summary, description, http, access, effect, input, output } = await host().describeOperation(options, name);
    print(
      `${name}: ${summary}${description === undefined ? '' : `\n\n${description}`}\n\n${http.method} ${http.path}   access ${access}, effect ${effect}\n`,
    );
    print(`Input\n${JSON.stringify(input, null, 2)}\n\nOutput\n${JSON.stringify(output, null, 2)}`);
    return EXIT.ok;
  }
  const input = await inputOf(given);
  return withConnection(options, async (connection) => {
    printJson(await connection.callAny(name, input));
    return EXIT.ok;
  });
}

const USAGE = `Usage: voike call <operation> [input...]

Calls any operation of the node and prints its answer as JSON. The input is a JSON object, @file, - for stdin, or name=value …
(values that are JSON are taken as such, others as text).

  --list            the operations that there are
  -h, --help        with an operation: what it takes and gives
  --data, --node, --key, --admin-token as everywhere

Examples
  $ voike call --list
  $ voike call flow.execute --help
  $ voike call flow.listRuns limit=5`;

async function inputOf(given: string[]): Promise<Record<string, unknown>> {
  const [first] = given;
  if (first === undefined) return {};
  if (given.length === 1 && (first === '-' || first.startsWith('@') || first.trimStart().startsWith('{'))) {
    const text =
      first === '-' ? await readStdinText() : first.startsWith('@') ? await readTextFile(first.slice(1)) : first;
    const value = parseJson(text);
    if (value === undefined || value === null || typeof value !== 'object' || Array.isArray(value)) {
      throw usage('The input must be a JSON object.', `Write it like '{"limit": 5}', or as limit=5.`);
    }
    return value as Record<string, unknown>;
  }
  return Object.fromEntries(
    given.map((argument) => {
      const at = argument.indexOf('=');
      if (at <= 0) throw usage(`"${argument}" is neither JSON nor name=value.`, 'Write it like limit=5.');
      const text = argument.slice(at + 1);
      return [argument.slice(0, at), parseJson(text) ?? text];
    }),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
