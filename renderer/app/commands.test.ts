import { describe, expect, it } from 'vitest';
import { COMMANDS } from './commands.ts';

describe('commands', () => {
  it('have an id and a key of their own', () => {
    const keys = COMMANDS.flatMap((command) => command.keys ?? []);
    expect(new Set(COMMANDS.map((command) => command.id)).size).toBe(COMMANDS.length);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
