/** The shape and colour of a run's or step's state; the word stands in its label for screen readers and hovers. */
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

const FACES: Record<RunState | StepState, { Icon: LucideIcon; color: string; word: string }> = {
  queued: { Icon: Clock, color: 'var(--text-3)', word: 'queued' },
  waiting: { Icon: CircleDashed, color: 'var(--text-3)', word: 'waiting' },
  running: { Icon: LoaderCircle, color: 'var(--running)', word: 'running' },
  succeeded: { Icon: CircleCheck, color: 'var(--done)', word: 'succeeded' },
  done: { Icon: CircleCheck, color: 'var(--done)', word: 'done' },
  reused: { Icon: History, color: 'var(--reused)', word: 'reused' },
  failed: { Icon: CircleX, color: 'var(--failed)', word: 'failed' },
  skipped: { Icon: CircleSlash, color: 'var(--skipped)', word: 'skipped' },
  cancelled: { Icon: Ban, color: 'var(--skipped)', word: 'cancelled' },
  paused: { Icon: CirclePause, color: 'var(--warn)', word: 'paused' },
  interrupted: { Icon: CirclePause, color: 'var(--warn)', word: 'interrupted' },
};

/** The colour token and the word of a state, for charts and text. */
export function stateFace(state: RunState | StepState): { color: string; word: string } {
  return FACES[state];
}

export function StateIcon({ state, size = 16 }: { state: RunState | StepState; size?: number }) {
  const { Icon, color, word } = FACES[state];
  return (
    <Icon
      size={size}
      role="img"
      aria-label={word}
      style={{ color, flex: 'none' }}
      {...(state === 'running' ? { className: 'ui-spin' } : {})}
    />
  );
}
