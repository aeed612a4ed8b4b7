/** How a run is steered: where it ends, where it stops, what it was told to go on with. */
import { Problem } from '../errors/problem.ts';
import type { PreparedPlan } from './prepare.ts';
import type { Control } from './records.ts';

/** Steps by position. Changes while the run is under way. */
export interface Steering {
  /** The steps that the run is for; undefined: all. */
  until: readonly number[] | undefined;
  /** What these need, themselves included; undefined: all. */
  needed: ReadonlySet<number> | undefined;
  breakpoints: Set<number>;
  /** Stops before every step. */
  stepping: boolean;
  /** Steps that it stood before and was told to go on with. */
  released: Set<number>;
  keep: boolean;
}

/** Positions of the named steps: `step:load`, `output:Top`, or a step's name. @throws Problem `step-not-found` */
export function stepsNamed(plan: PreparedPlan, names: readonly string[]): number[] {
  return names.map((name) => {
    const step = plan.indexOf.get(name) ?? plan.indexOf.get(`step:${name}`) ?? plan.indexOf.get(`output:${name}`);
    if (step !== undefined) return step;
    throw new Problem('step-not-found', `The plan has no step ${JSON.stringify(name)}.`, {
      status: 404,
      hint: `Its steps are ${plan.steps
        .map((one) => one.node.id)
        .slice(0, 20)
        .join(', ')}.`,
    });
  });
}

/** @throws Problem `step-not-found` */
export function steeringOf(plan: PreparedPlan, control: Control): Steering {
  const until = control.until === undefined || control.until.length === 0 ? undefined : stepsNamed(plan, control.until);
  return {
    until,
    needed: until && neededFor(plan, until),
    breakpoints: new Set(stepsNamed(plan, control.breakpoints ?? [])),
    stepping: control.stepping ?? false,
    released: new Set(stepsNamed(plan, control.released ?? [])),
    keep: control.keep ?? false,
  };
}

/** The stored form of a steering; undefined when it says nothing. */
export function controlOf(plan: PreparedPlan, steering: Steering): Control | undefined {
  const ids = (steps: Iterable<number>): string[] => [...steps].map((step) => plan.steps[step]!.node.id);
  const control: Control = {
    ...(steering.until === undefined ? {} : { until: ids(steering.until) }),
    ...(steering.breakpoints.size === 0 ? {} : { breakpoints: ids(steering.breakpoints) }),
    ...(steering.stepping ? { stepping: true } : {}),
    ...(steering.released.size === 0 ? {} : { released: ids(steering.released) }),
    ...(steering.keep ? { keep: true } : {}),
  };
  return Object.keys(control).length === 0 ? undefined : control;
}

/** The steps with all that must have ended before them. */
export function neededFor(plan: PreparedPlan, steps: readonly number[]): Set<number> {
  const needed = new Set(steps);
  for (const step of needed) for (const before of plan.before[step]!) needed.add(before);
  return needed;
}

/** The steps with all that must come after them. */
export function withAfter(plan: PreparedPlan, steps: Iterable<number>): Set<number> {
  const found = new Set(steps);
  if (found.size === 0) return found;
  const after: number[][] = plan.steps.map(() => []);
  for (const [step, before] of plan.before.entries()) for (const one of before) after[one]!.push(step);
  for (const step of found) for (const next of after[step]!) found.add(next);
  return found;
}
