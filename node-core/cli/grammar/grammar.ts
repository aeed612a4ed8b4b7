/** What every part of the command line's grammar is made with. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { EXPORT_FORMATS } from '../../results/schema.ts';

/** The options of a command, as commander gives them. */
export type Options = Record<string, any>;

/** What commands are added to, and how. */
export interface Grammar {
  program: Command;
  version: string;
  /** Whether a command may say which node it means; else there is one, the host's. */
  mayReach: boolean;
  /** Loads a command's code and keeps the exit code that it gives. */
  run: (load: () => Promise<(...args: any[]) => Promise<number>>) => (...args: unknown[]) => Promise<void>;
  /** Gives a command the options that say which node it means, and --json. */
  reaching: (command: Command) => Command;
}

/** Gives a command the options of writing rows to a file. */
export const exporting = (command: Command): Command =>
  command
    .option('-o, --output <file>', 'the file; one that is there is replaced')
    .addOption(
      new Option(
        '-f, --format <format>',
        'what to write; by the end of the name when there is a file, else csv',
      ).choices(EXPORT_FORMATS),
    );

/** Examples at the end of a help text. */
export const examples = (...lines: string[]) => `\nExamples\n${lines.map((line) => `  $ ${line}`).join('\n')}`;
/** Of an option that can be given several times. */
export const collect = (value: string, before: string[] = []) => [...before, value];

/** A whole number from 0, or the sentence that says so. */
export function whole(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

/** A whole number from 1. */
export function positive(text: string): number {
  const value = whole(text);
  if (value === 0) throw new InvalidArgumentError('It must be at least 1.');
  return value;
}

/** A port, or 0 for a free one. */
export function port(text: string): number {
  const value = whole(text);
  if (value > 65_535) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return value;
}
