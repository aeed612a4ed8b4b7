/** The rules of schedules in words, the same in the form and on the page. */
import type { CatchUp, NotifyRule, OverlapRule } from '../../../node-core/schedules/schema.ts';

export const OVERLAP_WORDS: Record<OverlapRule, string> = {
  skip: 'the next one is skipped',
  queue: 'the next one waits',
  parallel: 'several run at once',
  cancel: 'it is cancelled for the next one',
};
export const CATCH_UP_WORDS: Record<CatchUp['rule'], string> = {
  none: 'is left out',
  once: 'is run once',
  all: 'is run time for time',
};
export const NOTIFY_WORDS: Record<NotifyRule, string> = {
  always: 'after each run',
  failure: 'when it fails',
  change: 'when it fails first, and when it works again',
  never: 'never',
};
