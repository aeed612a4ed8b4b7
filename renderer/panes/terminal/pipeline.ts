/** What a line at the prompt asks for: commands joined by pipes, and the file that the result goes to. Pure. */
import { usage } from '../../../node-core/cli/exit.ts';
import { splitWords, type Word } from './words.ts';

export interface Pipeline {
  /** The words of each command; what one says is piped into the next. Empty for an empty line. */
  stages: string[][];
  /** Where the result goes instead of the screen. */
  target?: { file: string; append: boolean };
}

/** @throws Problem `usage` that says what the prompt cannot do. */
export function readPipeline(line: string): Pipeline {
  const words = splitWords(line);
  const open = words.find((word) => word.open !== undefined);
  if (open !== undefined) throw usage('A quote is opened and not closed.');
  const stages: string[][] = [[]];
  let target: Pipeline['target'];
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word.sign !== true) stages.at(-1)!.push(word.text);
    else if (word.text === '|') {
      if (target !== undefined) throw usage('What goes to a file is not piped on.', 'Write > FILE at the end.');
      stages.push([]);
    } else if (word.text === '>' || word.text === '>>') {
      const file: Word | undefined = words[++at];
      if (file === undefined || file.sign === true) throw usage(`After ${word.text} the name of a file is missing.`);
      if (target !== undefined) throw usage('The result goes to one file.');
      target = { file: file.text, append: word.text === '>>' };
    } else
      throw usage(
        `This prompt has no ${word.text}: it takes one command a line.`,
        'There are | for a pipe, > and >> for a file. A sign that is meant as text stands in quotes.',
      );
  }
  for (const stage of stages) if (stage[0] === 'voike') stage.shift();
  if (stages.length === 1 && stages[0]!.length === 0) {
    if (target !== undefined) throw usage('There is no command whose result could go to a file.');
    return { stages: [] };
  }
  if (stages.some((stage) => stage.length === 0)) throw usage('On one side of | the command is missing.');
  return target === undefined ? { stages } : { stages, target };
}

/** What is being typed at the end of the line: the command that it belongs to, or the file after `>`. */
export function lastPart(line: string): { kind: 'command' | 'piped' | 'file'; start: number } {
  const sign = splitWords(line).findLast((word) => word.sign === true);
  if (sign === undefined) return { kind: 'command', start: 0 };
  return { kind: sign.text.startsWith('>') ? 'file' : 'piped', start: sign.end };
}
