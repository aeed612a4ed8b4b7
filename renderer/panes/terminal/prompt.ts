/**
 * The `voike` prompt on a terminal: reads lines with history and completion, runs each on a host of the page, and shows
 * what it says. One command at a time; Ctrl-C asks it to stop, a second one gives the prompt back.
 */
import type { Terminal } from '@xterm/xterm';
import { createProgram } from '../../../node-core/cli/program.ts';
import { asProblem, EXIT, exitCodeOf } from '../../../node-core/cli/exit.ts';
import { problemText, width } from '../../../node-core/cli/print.ts';
import { useConnection } from '../../state/connection.ts';
import { commonStart, complete } from './complete.ts';
import { readHistory, remember } from './history.ts';
import { emptyLine, insert, KEYS, type Line, press } from './line.ts';
import { names } from './names.ts';
import type { Screen } from './page-host.ts';
import { lastPart, readPipeline } from './pipeline.ts';
import { runPipeline } from './run-pipeline.ts';
import { beginSearch, lineOf, type Search, searchLabel, searchOn } from './search.ts';

const PROMPT = 'voike> ';
const BOLD = '\u001b[1;36m';
const PLAIN = '\u001b[0m';
const FAILED = '\u001b[31m';

const PIPES = `
In this terminal
  COMMAND | grep, head, tail, sort, uniq, wc   for its result; or another command, which reads it as -
  COMMAND > FILE                               into an open document or folder, else a download; >> adds to it
  Ctrl+R                                       looks back for what was entered
`;

export interface Prompt {
  /** Runs a line as if it had been typed. */
  enter(line: string): void;
  dispose(): void;
}

export function startPrompt(terminal: Terminal): Prompt {
  let history = readHistory();
  let line: Line = emptyLine(history);
  /** Rows between the first row of the prompt and the one with the cursor, as it was drawn last. */
  let above = 0;
  /** The command that runs: what Ctrl-C calls. */
  let running: { interrupt: (() => void) | undefined; asked: boolean; leave(): void } | undefined;
  let completing = false;
  let search: Search | undefined;
  let ended = false;

  const program = () => {
    const made = createProgram({
      version: String(useConnection.getState().info?.version ?? ''),
      reaching: false,
    });
    made.program.addHelpText('after', PIPES);
    return made;
  };

  const rows = (size: number): number => Math.floor(size / terminal.cols);

  /** Draws prompt and line over what was drawn before, and puts the cursor where it belongs. */
  const draw = (): void => {
    const prompt = search === undefined ? PROMPT : searchLabel(search);
    const end = width(prompt) + width(line.text);
    const at = width(prompt) + width(line.text.slice(0, line.cursor));
    let out = `${above > 0 ? `\u001b[${above}A` : ''}\r\u001b[J${BOLD}${prompt}${PLAIN}${line.text}`;
    // A full last row keeps the cursor on itself until something follows.
    if (end % terminal.cols === 0) out += '\r\n';
    const up = rows(end) - rows(at);
    out += `${up > 0 ? `\u001b[${up}A` : ''}\r${at % terminal.cols > 0 ? `\u001b[${at % terminal.cols}C` : ''}`;
    above = rows(at);
    terminal.write(out);
  };

  const newPrompt = (): void => {
    line = emptyLine(history);
    above = 0;
    draw();
  };

  const run = async (text: string): Promise<void> => {
    if (text.trim() === 'clear') return terminal.clear();
    let left = false;
    const screen: Screen = {
      out: (what) => left || terminal.write(what),
      note: (what) => left || terminal.write(what),
      columns: () => terminal.cols,
      onInterrupt: (first) => running !== undefined && (running.interrupt = first),
    };
    const gone = new Promise<number>((resolve) => {
      running = {
        interrupt: undefined,
        asked: false,
        leave: () => {
          left = true;
          resolve(EXIT.interrupted);
        },
      };
    });
    const work = (async () => {
      try {
        const asked = readPipeline(text);
        if (asked.stages.length === 0) return EXIT.ok;
        return await runPipeline(asked, screen, (args) =>
          program().run(args[0] === 'help' ? [...args.slice(1), '--help'] : args),
        );
      } catch (error) {
        const problem = asProblem(error);
        screen.note(`${problemText(problem)}\n`);
        return exitCodeOf(problem);
      }
    })();
    const code = await Promise.race([work, gone]);
    running = undefined;
    if (code !== EXIT.ok && code !== EXIT.usage) terminal.write(`${FAILED}exit ${code}${PLAIN}\r\n`);
  };

  const enter = async (): Promise<void> => {
    const { text } = line;
    line = press(line, 'end', history);
    draw();
    terminal.write('\r\n');
    history = remember(history, text);
    await run(text);
    // What was written is on the screen a moment later, and with it the place of the cursor.
    await new Promise<void>((resolve) => terminal.write('', resolve));
    if (terminal.buffer.active.cursorX > 0) terminal.write('\r\n');
    if (!ended) newPrompt();
  };

  const tab = async (): Promise<void> => {
    if (completing) return;
    completing = true;
    const asked = line;
    try {
      const typed = line.text.slice(0, line.cursor);
      const part = lastPart(typed);
      const shift = part.start + (/^\s*voike\s+/.exec(typed.slice(part.start))?.[0].length ?? 0);
      const found = await complete(program().program, typed.slice(shift), names, part.kind);
      if (line !== asked || found.choices.length === 0) return;
      const start = found.start + shift;
      const common = found.choices.length === 1 ? `${found.choices[0]!} ` : commonStart(found.choices);
      if (common.length > line.cursor - start) {
        line = insert(
          { ...line, text: line.text.slice(0, start) + line.text.slice(line.cursor), cursor: start },
          common,
        );
      } else {
        // Nothing more is sure: the choices are shown above a new prompt.
        terminal.write(`\r\n${columns(found.choices, terminal.cols)}\r\n`);
        above = 0;
      }
      draw();
    } finally {
      completing = false;
    }
  };

  const interrupt = (): void => {
    if (running === undefined) {
      terminal.write('^C\r\n');
      newPrompt();
    } else if (running.asked || running.interrupt === undefined) running.leave();
    else {
      running.asked = true;
      running.interrupt();
    }
  };

  /** What a key does while one looks back; false when it is for the line that was found. */
  const searching = (now: Search, data: string): boolean => {
    const go = (next: Search | undefined): true => {
      search = next;
      line = lineOf(next ?? now, history);
      draw();
      return true;
    };
    if (data === '\u0012') return go(searchOn(now, now.typed, history, true));
    if (data === '\u007f' || data === '\b') return go(searchOn(now, now.typed.slice(0, -1), history));
    if (data === '\u0003' || data === '\u0007' || data === '\u001b') {
      search = undefined;
      line = now.before;
      draw();
      return true;
    }
    const text = plain(data);
    if (text !== '' && KEYS[data as keyof typeof KEYS] === undefined)
      return go(searchOn(now, now.typed + text, history));
    search = undefined;
    draw();
    return false;
  };

  const heard = terminal.onData((data) => {
    if (search !== undefined && searching(search, data)) return;
    if (data === '\u0003') return interrupt();
    if (running !== undefined) return;
    if (data === '\r') return void enter();
    if (data === '\t') return void tab();
    if (data === '\u0012') {
      search = beginSearch(line);
      return draw();
    }
    if (data === '\u000c') {
      terminal.clear();
      return draw();
    }
    const key = KEYS[data as keyof typeof KEYS];
    if (key !== undefined) line = press(line, key, history);
    else line = insert(line, plain(data));
    draw();
  });
  const resized = terminal.onResize(() => running === undefined && draw());
  newPrompt();

  return {
    enter: (text) => {
      if (running !== undefined) return;
      line = insert(emptyLine(history), text);
      void enter();
    },
    dispose: () => {
      ended = true;
      running?.leave();
      heard.dispose();
      resized.dispose();
    },
  };
}

/** What was typed or pasted, without the keys that are no text. */
const plain = (data: string): string =>
  data.startsWith('\u001b') || data === '\r' || data === '\t' ? '' : data.replace(/(?![\t\r\n])\p{Cc}/gu, '');

/** Words in as many columns as fit. */
function columns(words: readonly string[], room: number): string {
  const wide = Math.max(...words.map((word) => word.length)) + 2;
  const across = Math.max(1, Math.floor(room / wide));
  const lines: string[] = [];
  for (let at = 0; at < words.length; at += across)
    lines.push(
      words
        .slice(at, at + across)
        .map((word) => word.padEnd(wide))
        .join('')
        .trimEnd(),
    );
  return lines.join('\r\n');
}
