/** In the thread of a debugged call: stops where it should, sleeps until an order comes, and says how things look. */
import { slotsOf } from '../../vasm/module.ts';
import type { Trap } from '../../vasm/trap.ts';
import { typeName } from '../../vasm/type.ts';
import { placeOf, type Value } from '../engine.ts';
import type { Frame, Stepping } from '../interpret.ts';
import type { Loaded } from '../load.ts';
import { linesOf, writtenSlots } from './lines.ts';
import type { FrameFacts, FromDebugged, Look, Order, SlotFacts, WatchFacts } from './protocol.ts';
import { shown } from './shown.ts';
import { type Breakpoints, Stops, type Why } from './stops.ts';
import { evaluateWatch, NoValue } from './watch.ts';

/** Frames that are told of; of deeper stacks the innermost and the outermost. */
const MOST_FRAMES = 200;
const OUTERMOST = 20;

export interface ControlParts {
  loaded: Loaded;
  breakpoints: Breakpoints;
  stopAtStart: boolean;
  tell(told: FromDebugged): void;
  /** The next order; sleeps until there is one. */
  wait(): Order;
  /** Orders that came while it ran, without waiting. */
  arrived(): Order[];
  /** Lines of `log` so far. */
  log(): readonly string[];
}

export function createControl({ loaded, tell, wait, arrived, log, ...parts }: ControlParts): Stepping {
  const { module, functions } = loaded.verified;
  const lines = linesOf(loaded);
  const stops = new Stops(
    lines,
    module.functions.map(({ name }) => name),
  );
  stops.setBreakpoints(parts.breakpoints);
  let isStart = parts.stopAtStart;

  const facts = (func: number, at: number): FrameFacts => {
    const { range } = placeOf(module, func, at);
    const line = lines.lineOf(func, at);
    return {
      func: module.functions[func]!.name,
      at,
      ...(line === 0 ? {} : { line }),
      ...(range === undefined || loaded.program === undefined ? {} : { range }),
    };
  };

  function stop(frames: readonly Frame[], why: Why, fuelUsed: bigint, trap?: Trap): void {
    const top = frames.at(-1)!;
    const at = trap?.place.at ?? top.at;
    tell({
      kind: 'stopped',
      why,
      place: facts(top.func, at),
      fuelUsed: Number(fuelUsed),
      ...(trap === undefined ? {} : { trap: trap.message }),
    });
    for (;;) {
      const order = wait();
      if (order.kind === 'breakpoints') stops.setBreakpoints(order.breakpoints);
      else if (order.kind === 'look')
        tell({ kind: 'looked', number: order.number, look: look(frames, at, order, fuelUsed) });
      else if (order.kind === 'go') {
        stops.go(order.how, order.unit, frames);
        tell({ kind: 'going' });
        return;
      }
    }
  }

  function look(
    frames: readonly Frame[],
    topAt: number,
    { frame: chosen, watches }: Order & { kind: 'look' },
    fuelUsed: bigint,
  ): Look {
    const depth = frames.length;
    // The innermost first. A caller stands at its CALL, one before what comes next.
    const placeIn = (index: number): number => (index === depth - 1 ? topAt : frames[index]!.at - 1);
    const indexes = Array.from({ length: depth }, (_, i) => depth - 1 - i).filter(
      (_, i) => i < MOST_FRAMES - OUTERMOST || i >= depth - OUTERMOST,
    );
    const index = indexes[Math.max(0, Math.min(chosen, indexes.length - 1))]!;
    const frame = frames[index]!;
    const at = placeIn(index);
    const slots = slotsOf(module.functions[frame.func]!);
    const types = functions[frame.func]!.stack[at];
    return {
      frames: indexes.map((one) => facts(frames[one]!.func, placeIn(one))),
      depth,
      frame: indexes.indexOf(index),
      locals: slots.map(({ name, type }, slot): SlotFacts => {
        const value = frame.locals[slot];
        // Only none is null; anything else that is null was not put there yet.
        const isThere = value !== null || type.kind === 'Option' || type.kind === 'None' || type.kind === 'JSON';
        return { name, type: typeName(type), ...(isThere ? { value: shown(value) } : {}) };
      }),
      stack: frame.stack.map((value, i) => {
        const type = types?.at(i);
        return { type: type === undefined ? '' : typeName(type), value: shown(value) };
      }),
      watches: watches.map((expression) => watch(frame, expression)),
      fuelUsed: Number(fuelUsed),
      log: log().slice(-500),
    };
  }

  function watch(frame: Frame, expression: string): WatchFacts {
    const written = writtenSlots(loaded, frame.func);
    const local = (name: string): Value | undefined => {
      // A second variable of the name has a number behind it; the one that was set is the one that is meant.
      const same = written.filter((slot) => slot.name === name || slot.name.replace(/_\d+$/, '') === name);
      const found = same.findLast(({ slot }) => frame.locals[slot] !== null) ?? same.at(-1);
      return found && frame.locals[found.slot];
    };
    try {
      return { expression, value: shown(evaluateWatch(expression, local)) };
    } catch (error) {
      if (!(error instanceof NoValue)) throw error;
      return { expression, problem: error.message };
    }
  }

  return {
    before(frames, fuelUsed) {
      for (const order of arrived()) {
        if (order.kind === 'pause') stops.pause(order.unit);
        else if (order.kind === 'breakpoints') stops.setBreakpoints(order.breakpoints);
      }
      const why = isStart ? 'start' : stops.before(frames);
      isStart = false;
      if (why !== undefined) stop(frames, why, fuelUsed);
    },
    trapped(frames, trap) {
      stop(frames, 'trap', trap.fuelUsed, trap);
    },
  };
}
