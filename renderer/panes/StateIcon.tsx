/** States of runs and steps: an icon, a word and a colour, the same everywhere. Never colour alone. */
import {
  Ban,
  CircleCheck,
  CircleDashed,
  CirclePause,
  CircleSlash,
  CircleX,
  Clock,
  History,
  LoaderCircle,
  type LucideIcon,
} from 'lucide-react';
import type { RunState, StepState } from '../../node-core/runs/schema.ts';

export type AnyState = RunState | StepState;

const FACES: Record<AnyState, { icon: LucideIcon; word: string; tone: string }> = {
  waiting: { icon: CircleDashed, word: 'waiting', tone: 'skipped' },
  queued: { icon: Clock, word: 'queued', tone: 'skipped' },
  running: { icon: LoaderCircle, word: 'running', tone: 'running' },
  done: { icon: CircleCheck, word: 'done', tone: 'done' },
  succeeded: { icon: CircleCheck, word: 'succeeded', tone: 'done' },
  reused: { icon: History, word: 'reused', tone: 'reused' },
  failed: { icon: CircleX, word: 'failed', tone: 'failed' },
  skipped: { icon: CircleSlash, word: 'skipped', tone: 'skipped' },
  cancelled: { icon: Ban, word: 'cancelled', tone: 'warn' },
  interrupted: { icon: CirclePause, word: 'interrupted', tone: 'warn' },
};

export function stateWord(state: AnyState): string {
  return FACES[state].word;
}

/** The name of the colour token of a state, for `var(--…)` and `data-tone`. */
export function stateTone(state: AnyState): string {
  return FACES[state].tone;
}

/** The icon in the colour of the state. Its word is read out unless the caller writes it beside the icon (`silent`). */
export function StateIcon({ state, size = 14, silent = false }: { state: AnyState; size?: number; silent?: boolean }) {
  const { icon: Icon, word, tone } = FACES[state];
  return (
    <Icon
      size={size}
      className={state === 'running' ? 'ui-spin' : undefined}
      style={{ color: `var(--${tone})`, flex: 'none' }}
      {...(silent ? { 'aria-hidden': true } : { role: 'img', 'aria-label': word })}
    />
  );
}
