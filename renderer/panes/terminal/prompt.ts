/**
 * The `voike` prompt on a terminal: reads lines with history and completion, runs each on a host of the page, and shows
 * what it says. One command at a time; Ctrl-C asks it to stop, a second one gives the prompt back.
 */
import type { Terminal } from '@xterm/xterm';
import { createProgram } from '../../../node-core/cli/program.ts';
import { asProblem, EXIT, exitCodeOf } from '../../../node-core/cli/exit.ts';
import { setHost } from '../../../node-core/cli/host.ts';
import { printProblem, width } from '../../../node-core/cli/print.ts';
import { useConnection } from '../../state/connection.ts';
import { commonStart, complete } from './complete.ts';
import { readHistory, remember } from './history.ts';
import { emptyLine, insert, KEYS, type Line, press } from './line.ts';
import { names } from './names.ts';
import { pageHost, type Screen } from './page-host.ts';
import { splitWords } from './words.ts';

const PROMPT = 'voike> ';
const BOLD = '\u001b[1;36m';
const PLAIN = '\u001b[0m';
const FAILED = '\u001b[31m';

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
  let ended = false;

  const program = () =>
    createProgram({ version: String(useConnection.getState().info?.version ?? ''), reaching: false });

  const rows = (size: number): number => Math.floor(size / terminal.cols);

  /** Draws prompt and line over what was drawn before, and puts the cursor where it belongs. */
  const draw = (): void => {
    const end = PROMPT.length + width(line.text);
    const at = PROMPT.length + width(line.text.slice(0, line.cursor));
    let out = `${above > 0 ? `\u001b[${above}A` : ''}\r\u001b[J${BOLD}${PROMPT}${PLAIN}${line.text}`;
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
    const words = splitWords(text);
    const args = words.map((word) => word.text);
    if (args[0] === 'voike') args.shift();
    if (args.length === 0) return;
    if (args[0] === 'clear' && args.length === 1) return terminal.clear();
    if (words.some((word) => word.open !== undefined))
      return terminal.writeln(`${FAILED}A quote is opened and not closed.${PLAIN}`);
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
        setHost(await pageHost(screen));
        return await program().run(args[0] === 'help' ? [...args.slice(1), '--help'] : args);
      } catch (error) {
        const problem = asProblem(error);
        if (!left) printProblem(problem);
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
    if (terminal.buffer.active.cursorX > 0) terminal.write('\r\n');
    if (!ended) newPrompt();
  };

  const tab = async (): Promise<void> => {
    if (completing) return;
    completing = true;
    const asked = line;
    try {
      const typed = line.text.slice(0, line.cursor);
      const shift = /^\s*voike\s+/.exec(typed)?.[0].length ?? 0;
      const found = await complete(program().program, typed.slice(shift), names);
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

  const heard = terminal.onData((data) => {
    if (data === '\u0003') return interrupt();
    if (running !== undefined) return;
    if (data === '\r') return void enter();
    if (data === '\t') return void tab();
    if (data === '\u000c') {
      terminal.clear();
      return draw();
    }
    const key = KEYS[data as keyof typeof KEYS];
    if (key !== undefined) line = press(line, key, history);
    else if (!data.startsWith('\u001b')) line = insert(line, data.replace(/(?![\t\r\n])\p{Cc}/gu, ''));
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
