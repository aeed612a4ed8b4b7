/**
 * What a command is, and running one by its id. The list is put together in app/commands.ts from the folders' own
 * `commands.ts`; panes use this file, so that they need not know the frame.
 */
import { create } from 'zustand';

export interface Command {
  /** `area.verb`, stable: key bindings are kept by it. */
  id: string;
  /** What it does, as the palette shows it: `Save as…`. */
  title: string;
  /**
   * The default key as VS Code has it: `Mod+S`, `Shift+F5`, and with two strokes `Mod+K Mod+S`. Mod is Ctrl, or Cmd on a
   * Mac. Letters and digits by their physical key, everything else by what it prints or is called (`F8`, `\`, `ArrowLeft`).
   */
  keys?: string;
  /** More default keys. */
  moreKeys?: readonly string[];
  /** True when the code editor answers the key itself while it has the focus, with more context than we have. */
  editorsOwn?: boolean;
  /** An argument is given by links and menus; the keyboard and the palette give none. */
  run: (argument?: unknown) => void;
  /** False when it makes no sense now; it is then not offered, and its key does nothing. */
  when?: () => boolean;
  /** What `when` asks for, as "needs an open plan": while it is not there, the palette shows the command greyed with this. */
  needs?: string;
  /** True for what is reached by its key or from a menu alone, and would only be noise in the palette. */
  hidden?: boolean;
}

interface Commands {
  commands: readonly Command[];
}

export const useCommands = create<Commands>()(() => ({ commands: [] }));

let byId = new Map<string, Command>();

/** Called once by app/commands.ts. */
export function registerCommands(commands: readonly Command[]): void {
  byId = new Map(commands.map((command) => [command.id, command]));
  useCommands.setState({ commands });
}

export function commandById(id: string): Command | undefined {
  return byId.get(id);
}

export const canRun = (command: Command): boolean => command.when?.() !== false;

/** Runs a command when it makes sense now; false when it did not run. */
export function runCommand(id: string, argument?: unknown): boolean {
  const command = byId.get(id);
  if (command === undefined || !canRun(command)) return false;
  command.run(argument);
  return true;
}
