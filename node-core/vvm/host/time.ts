/** `time.now`. */
import type { Answer } from './answer.ts';

export const TIME = {
  'time.now': { thread: () => BigInt(Date.now()) },
} satisfies Record<string, Answer>;
