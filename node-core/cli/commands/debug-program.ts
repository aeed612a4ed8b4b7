/** `voike debug FILE FUNC ARG…`: a call of a program or a module, step by step, by one letter a command. */
import { Problem, type ProblemDocument } from '../../errors/problem.ts';
import { isProgram } from '../../flow/program/form.ts';
import { isBinary } from '../../vasm/binary/decode.ts';
import type { Input } from '../../client/client.ts';
import type { Connection, Where } from '../connection.ts';
import { EXIT, usage } from '../exit.ts';
import { askForGrants } from '../grant-question.ts';
import { host } from '../host.ts';
import { placeOf } from '../module-place.ts';
import { count, note, print, printJson, visible } from '../print.ts';
import { readSourceBytes, sourceText } from '../sources.ts';
import { withConnection } from './runs.ts';
import { base64 } from './vasm-run.ts';

interface Options extends Where {
  break: string[];
  grant: string[];
  json?: boolean;
}

type State = Awaited<ReturnType<typeof start>>;

const HELP = `c  continue to the next breakpoint          n  next line      s  step in     o  step out
i  step by one instruction                 b LINE  breakpoint in a line, on or off
p EXPR  show a value, as p order.lines[0].price
v  variables      k  operand stack         w  calls under way     l  lines around
q  end the call   h  this help             an empty line repeats the last step`;

/** The call stands before its first line. Commands come from stdin, one a line; at its end the call goes on to its own end. */
export async function debugCommand(file: string, [func, ...args]: string[], options: Options): Promise<number> {
  const { name, bytes } = await readSourceBytes(file);
  const text = isBinary(bytes) ? undefined : sourceText(name, bytes);
  if (func === undefined)
    throw usage('Say which function is to be debugged.', 'As in: voike debug program.flow fib 10');
  const module =
    text === undefined ? { binary: base64(bytes) } : isProgram(text) ? { source: text, file: name } : { text };
  const lines = options.break.map(Number);
  if (lines.some((line) => !Number.isInteger(line) || line < 1))
    throw usage('--break takes the number of a line.', 'As in: --break 12');
  return withConnection(options, async (connection) => {
    const input = { ...module, ...placeOf(file), func, args, lines, stopAtStart: true };
    const state = await start(connection, input, options);
    return converse(connection, state, text?.split('\n') ?? [], new Set(lines), options);
  });
}

type StartInput = Input<'debug.start'>;

async function start(connection: Connection, input: StartInput, options: Options) {
  const begin = (grants: string[] | undefined) =>
    connection.call('debug.start', { ...input, ...(grants === undefined ? {} : { grants }) });
  const begun = await begin(options.grant.length === 0 ? undefined : options.grant);
  const problem = begun.problem as ProblemDocument | undefined;
  if (problem?.code !== 'vvm-undecided') return begun;
  return begin(await askForGrants(Problem.fromDocument(problem), input.origin, connection));
}

async function converse(
  connection: Connection,
  begun: State,
  source: readonly string[],
  breakpoints: Set<number>,
  options: Options,
): Promise<number> {
  const { id } = begun;
  const ended = attend(connection, id);
  host().onInterrupt(() => void connection.call('debug.stop', { id }).catch(() => undefined));
  let last = 'n';
  let told = 0;
  const say = async (state: Omit<State, 'id'>): Promise<boolean> => {
    if (state.state === 'ended') return false;
    if (state.state === 'running') {
      note('It is running: Ctrl-C ends it.');
      await nextStop(connection, id, ended);
      return say(await stateOf(connection, id));
    }
    const { log } = await connection.call('debug.look', { id });
    for (const line of log.slice(told)) note(`log: ${line}`);
    told = log.length;
    const { place, why, trap } = state;
    const where =
      place === undefined
        ? ''
        : `${place.func}, ${place.line === undefined ? `instruction ${place.at}` : `line ${place.line}`}`;
    print(visible(trap === undefined ? `${where} (${why})` : `${where}: ${trap} Going on ends the call.`));
    const line = place?.line === undefined ? undefined : source[place.line - 1];
    if (line !== undefined) print(visible(`  ${line.trim()}`));
    return true;
  };

  let going = await say(begun);
  for await (const typed of going ? commands() : []) {
    const [, letter = last, rest = ''] = /^\s*(\S+)?\s*(.*?)\s*$/.exec(typed)!;
    const go = async (
      how: 'continue' | 'in' | 'over' | 'out',
      unit: 'line' | 'instruction' = 'line',
    ): Promise<void> => {
      last = letter;
      going = await say(await connection.call('debug.go', { id, how, unit }));
    };
    try {
      switch (letter) {
        case 'c':
          await go('continue');
          break;
        case 'n':
          await go('over');
          break;
        case 's':
          await go('in');
          break;
        case 'o':
          await go('out');
          break;
        case 'i':
          await go('in', 'instruction');
          break;
        case 'b': {
          const line = Number(rest);
          if (!breakpoints.delete(line)) breakpoints.add(line);
          await connection.call('debug.breakpoints', { id, lines: [...breakpoints] });
          print(
            breakpoints.size === 0
              ? 'no breakpoint'
              : `breakpoints: ${[...breakpoints].sort((a, b) => a - b).join(', ')}`,
          );
          break;
        }
        case 'p': {
          const { watches } = await connection.call('debug.look', { id, watches: [rest] });
          print(visible(watches[0]?.problem ?? valueText(watches[0]?.value)));
          break;
        }
        case 'v': {
          const { locals } = await connection.call('debug.look', { id });
          for (const local of locals)
            if (!local.name.startsWith('_'))
              print(
                visible(`${local.name} ${local.type} = ${'value' in local ? valueText(local.value) : 'not set yet'}`),
              );
          break;
        }
        case 'k': {
          const { stack, fuelUsed } = await connection.call('debug.look', { id });
          for (const { type, value } of stack.toReversed()) print(visible(`${type} ${valueText(value)}`));
          note(`${stack.length === 0 ? 'the stack is empty, ' : ''}${count(fuelUsed)} fuel used`);
          break;
        }
        case 'w': {
          const { frames } = await connection.call('debug.look', { id });
          for (const { func, line, at } of frames)
            print(`${func}, ${line === undefined ? `instruction ${at}` : `line ${line}`}`);
          break;
        }
        case 'l': {
          const { frames } = await connection.call('debug.look', { id });
          const at = frames[0]?.line ?? 1;
          for (let line = Math.max(1, at - 5); line <= Math.min(source.length, at + 5); line++)
            print(visible(`${line === at ? '>' : ' '} ${String(line).padStart(4)}  ${source[line - 1]!}`));
          break;
        }
        case 'q':
          await connection.call('debug.stop', { id });
          going = false;
          break;
        default:
          note(HELP);
      }
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      note(`${error.message}${error.hint === undefined ? '' : ` ${error.hint}`}`);
    }
    if (!going) break;
  }
  if (going) await runOut(connection, id);
  return conclude(await ended, options);
}

/** Nobody commands it any more: it goes on to its end, through its breakpoints. */
async function runOut(connection: Connection, id: string): Promise<void> {
  await connection.call('debug.breakpoints', { id, lines: [] });
  const isStopped = (): Promise<boolean> =>
    connection.call('debug.look', { id }).then(
      () => true,
      () => false,
    );
  while (await isStopped()) await connection.call('debug.go', { id }).catch(() => undefined);
}

interface Ended {
  finished?: { value: unknown; type: string; fuelUsed: number; log: string[] };
  problem?: ProblemDocument;
}

async function attend(connection: Connection, id: string): Promise<Ended> {
  for (;;) {
    const answer = await connection.call('debug.attend', { id });
    if (answer.ended) return answer as Ended;
  }
}

function conclude({ finished, problem }: Ended, options: Options): number {
  if (finished === undefined) {
    if (problem?.code === 'cancelled') {
      note(problem.detail);
      return EXIT.interrupted;
    }
    throw Problem.fromDocument(problem!);
  }
  if (options.json) printJson(finished);
  else if (finished.type !== 'None') print(visible(`= ${valueText(finished.value)}`));
  note(`${finished.type}, ${count(finished.fuelUsed)} fuel`);
  return EXIT.ok;
}

const valueText = (value: unknown): string => (value === null || value === undefined ? 'none' : JSON.stringify(value));

/** Resolves at the next stop of the session, or when it has ended. */
async function nextStop(connection: Connection, id: string, ended: Promise<unknown>): Promise<void> {
  let close: (() => void) | undefined;
  const stopped = new Promise<void>((resolve) => {
    void connection
      .events((event) => {
        if (event.type === 'debug.changed' && event.session === id && event.state === 'stopped') resolve();
      })
      .then((stop) => (close = stop));
  });
  await Promise.race([stopped, ended]);
  close?.();
}

async function stateOf(connection: Connection, id: string): Promise<Omit<State, 'id'>> {
  const look = await connection.call('debug.look', { id }).catch(() => undefined);
  return look === undefined ? { state: 'ended' } : { state: 'stopped', why: 'breakpoint', place: look.frames[0]! };
}

/** What is typed or piped in, line by line; at a terminal with a prompt. */
async function* commands(): AsyncGenerator<string> {
  const asks = host().watched() !== undefined;
  const prompt = (): void => {
    if (asks) host().note('debug> ');
  };
  const decoder = new TextDecoder();
  let rest = '';
  prompt();
  for await (const part of host().stdin()) {
    rest += decoder.decode(part, { stream: true });
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      yield rest.slice(0, end);
      rest = rest.slice(end + 1);
      prompt();
    }
  }
  if (rest !== '') yield rest;
}
