/** Runs a line of the prompt: its commands one after the other, each given what the one before said. */
import { EXIT, usage } from '../../../node-core/cli/exit.ts';
import { type CliHost, setHost } from '../../../node-core/cli/host.ts';
import { count } from '../../../node-core/cli/print.ts';
import { filter } from './filters.ts';
import { pageHost, type Screen } from './page-host.ts';
import type { Pipeline } from './pipeline.ts';

/** Where the output of a command goes. */
interface Sink {
  write(piece: string | Uint8Array): void;
  /** There is no more; gives the exit code of what followed. */
  end(): Promise<number>;
}

/**
 * @param run runs one command on the host that is set, and gives its exit code
 * @returns the exit code of the first command that did not end well
 * @throws Problem of a command, or `usage` for a filter with nothing piped into it.
 */
export async function runPipeline(
  { stages, target }: Pipeline,
  screen: Screen,
  run: (args: string[]) => Promise<number>,
): Promise<number> {
  const host = await pageHost(screen);
  const command = async (args: string[], input: Uint8Array | undefined, next: Sink): Promise<number> => {
    setHost({
      ...host,
      out: (text) => next.write(text),
      async outBytes(bytes) {
        for await (const piece of bytes) next.write(piece);
      },
      async *stdin() {
        if (input !== undefined) yield input;
      },
    });
    const code = await run(args);
    return (await next.end()) || code;
  };
  let sink: Sink = target === undefined ? onScreen(screen) : intoFile(host, target);
  // From the last to the second: a filter reads as it comes, a command has its input whole.
  for (const words of stages.slice(1).toReversed()) {
    const next = sink;
    const made = filter(words, next.write);
    sink =
      made === undefined
        ? gathering((input) => command(words, input, next))
        : asText(made.write, async () => {
            const code = made.end();
            return (await next.end()) || code;
          });
  }
  const [first] = stages;
  if (filter(first!, () => undefined) !== undefined)
    throw usage(
      `${first![0]} reads what is piped into it.`,
      `Write a command before it: tables list | ${first!.join(' ')}`,
    );
  return command(first!, undefined, sink);
}

/** Pieces as text, also where a letter is cut in two. */
function asText(write: (text: string) => void, end: () => Promise<number>): Sink {
  const decoder = new TextDecoder();
  return {
    write: (piece) => write(typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true })),
    end: () => {
      write(decoder.decode());
      return end();
    },
  };
}

const onScreen = (screen: Screen): Sink => asText(screen.out, async () => EXIT.ok);

function gathering(then: (bytes: Uint8Array) => Promise<number>): Sink {
  const pieces: BlobPart[] = [];
  return {
    write: (piece) => void pieces.push(piece as BlobPart),
    end: async () => then(new Uint8Array(await new Blob(pieces).arrayBuffer())),
  };
}

function intoFile(host: CliHost, { file, append }: NonNullable<Pipeline['target']>): Sink {
  return gathering(async (bytes) => {
    const before = append ? await host.readFile(file).catch(() => undefined) : undefined;
    const size = await host.saveFile(
      file,
      (async function* () {
        if (before !== undefined) yield before;
        yield bytes;
      })(),
    );
    host.note(`${count(size)} ${size === 1 ? 'byte' : 'bytes'} in ${file}\n`);
    return EXIT.ok;
  });
}
