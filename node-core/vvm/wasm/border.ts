/**
 * Carries values over the border between JavaScript and a translated module. What is shared or contains itself on one side is and
 * does so on the other; nothing here recurs, so that no value is nested too deep.
 */
import type { Module } from '../../vasm/module.ts';
import { type Type, typeName } from '../../vasm/type.ts';
import type { Value } from '../engine.ts';
import { isBoxedInMap, isPlain } from './types.ts';
import type { WasmFunction } from './web-assembly.ts';

/** Makes the outside of a value at once and plans the filling of it. */
type Carry = (value: unknown, trip: Trip) => unknown;

interface Carrier {
  in: Carry;
  out: Carry;
}

/** What was carried so far and what is to be filled yet. */
class Trip {
  readonly pending: (() => void)[] = [];
  readonly #carried = new Map<Carry, Map<unknown, unknown>>();

  /** The copy of `value`, made and filled once. */
  once<Copy>(carry: Carry, value: unknown, make: () => Copy, fill: (copy: Copy) => void): Copy {
    let known = this.#carried.get(carry);
    if (known === undefined) this.#carried.set(carry, (known = new Map()));
    const earlier = known.get(value);
    if (earlier !== undefined) return earlier as Copy;
    const copy = make();
    known.set(value, copy);
    this.pending.push(() => fill(copy));
    return copy;
  }

  finish(): void {
    for (let step = this.pending.pop(); step !== undefined; step = this.pending.pop()) step();
  }
}

const same: Carrier = { in: (value) => value, out: (value) => value };
const bool: Carrier = { in: (value) => (value === true ? 1 : 0), out: (value) => value === 1 };
const none: Carrier = { in: () => 0, out: () => null };

export class Border {
  readonly #entry: (name: string) => WasmFunction;
  readonly #module: Module;
  readonly #carriers = new Map<string, Carrier>();

  /** @param entry gives what border-exports.ts made, by its name. */
  constructor(module: Module, entry: (name: string) => WasmFunction) {
    this.#module = module;
    this.#entry = entry;
  }

  /** Arguments share what they share. */
  in(types: readonly Type[], values: readonly Value[]): unknown[] {
    const trip = new Trip();
    const carried = types.map((type, index) => this.#of(type).in(values[index], trip));
    trip.finish();
    return carried;
  }

  out(types: readonly Type[], values: readonly unknown[]): Value[] {
    const trip = new Trip();
    const carried = types.map((type, index) => this.#of(type).out(values[index], trip));
    trip.finish();
    return carried as Value[];
  }

  #of(type: Type): Carrier {
    switch (type.kind) {
      case 'Int':
      case 'Float':
      case 'String':
      case 'Bytes':
      case 'JSON':
        return same;
      case 'Bool':
        return bool;
      case 'None':
        return none;
    }
    const name = typeName(type);
    let carrier = this.#carriers.get(name);
    if (carrier === undefined) {
      carrier = this.#make(type, name);
      this.#carriers.set(name, carrier);
    }
    return carrier;
  }

  #make(type: Type, name: string): Carrier {
    switch (type.kind) {
      case 'List':
        return this.#list(type.of, name);
      case 'Record':
        return this.#record(type.name);
      case 'Option':
        return this.#option(type.of);
      default:
        return this.#map(type as Type & { kind: 'Map' });
    }
  }

  #list(of: Type, name: string): Carrier {
    const [make, append, length, get] = ['new', 'append', 'length', 'get'].map((verb) =>
      this.#entry(`${verb} ${name}`),
    );
    const from = of.kind === 'String' ? this.#entry(`from ${name}`) : undefined;
    const carrier: Carrier = {
      in: (value, trip) =>
        from === undefined
          ? trip.once(carrier.in, value, make!, (list) => {
              const element = this.#of(of);
              for (const one of value as Value[]) append!(list, element.in(one, trip));
            })
          : trip.once(
              carrier.in,
              value,
              () => from(value, (value as Value[]).length),
              () => {},
            ),
      out: (value, trip) =>
        trip.once(
          carrier.out,
          value,
          (): unknown[] => [],
          (list) => {
            const element = this.#of(of);
            const count = length!(value) as number;
            for (let index = 0; index < count; index++) list.push(element.out(get!(value, index), trip));
          },
        ),
    };
    return carrier;
  }

  #record(name: string): Carrier {
    const { fields } = this.#module.records.find((record) => record.name === name)!;
    const make = this.#entry(`new ${name}`);
    const access = fields.map((field, index) => ({
      ...field,
      get: this.#entry(`get ${name}.${index}`),
      set: this.#entry(`set ${name}.${index}`),
    }));
    const carrier: Carrier = {
      in: (value, trip) =>
        trip.once(carrier.in, value, make, (record) => {
          for (const { name: field, type, set } of access)
            set(record, this.#of(type).in((value as Record<string, Value>)[field], trip));
        }),
      out: (value, trip) =>
        trip.once(
          carrier.out,
          value,
          (): Record<string, unknown> => Object.create(null),
          (record) => {
            for (const { name: field, type, get } of access) record[field] = this.#of(type).out(get(value), trip);
          },
        ),
    };
    return carrier;
  }

  #option(of: Type): Carrier {
    const { in: inside, out } = isPlain(of) ? this.#box(of) : this.#of(of);
    return {
      in: (value, trip) => (value === null ? null : inside(value, trip)),
      out: (value, trip) => (value === null ? null : out(value, trip)),
    };
  }

  #box(of: Type): Carrier {
    const box = this.#entry(`box ${typeName(of)}`);
    const unbox = this.#entry(`unbox ${typeName(of)}`);
    return {
      in: (value, trip) => box(this.#of(of).in(value, trip)),
      out: (value, trip) => this.#of(of).out(unbox(value), trip),
    };
  }

  #map({ key, value: of }: Type & { kind: 'Map' }): Carrier {
    const carrier: Carrier = {
      in: (value, trip) =>
        trip.once(
          carrier.in,
          value,
          () => new Map<unknown, unknown>(),
          (map) => {
            const inside = isBoxedInMap(of) ? this.#box(of) : this.#of(of);
            for (const [one, held] of value as Map<Value, Value>) map.set(keyIn(one), inside.in(held, trip));
          },
        ),
      out: (value, trip) =>
        trip.once(
          carrier.out,
          value,
          () => new Map<unknown, unknown>(),
          (map) => {
            const inside = isBoxedInMap(of) ? this.#box(of) : this.#of(of);
            for (const [one, held] of value as Map<unknown, unknown>) map.set(keyOut(key, one), inside.out(held, trip));
          },
        ),
    };
    return carrier;
  }
}

/** A key as translated code has it: see maps.ts. */
function keyIn(key: Value): unknown {
  if (typeof key === 'boolean') return key ? 1 : 0;
  if (typeof key === 'bigint' && BigInt.asIntN(32, key) === key) return Number(key);
  return key;
}

export function keyOut(type: Type, key: unknown): Value {
  if (type.kind === 'Bool') return key === 1;
  return typeof key === 'number' ? BigInt(key) : (key as Value);
}
