/** Modules that one thread compiled, in a form that others take up without compiling anything. */
import { deserialize, serialize } from 'node:v8';
import type { WasmProgram } from './wasm/engine.ts';
import type { WasmModule } from './wasm/web-assembly.ts';

/** As it is sent from thread to thread; the node's own only hands it on. */
export interface SharedProgram {
  id: string;
  /** Everything but the compiled module. */
  rest: Uint8Array;
  compiled: WasmModule;
}

export function share(id: string, { compiled, ...rest }: WasmProgram): SharedProgram {
  return { id, rest: serialize(rest), compiled };
}

export const takeUp = ({ rest, compiled }: SharedProgram): WasmProgram => ({
  ...(deserialize(rest) as Omit<WasmProgram, 'compiled'>),
  compiled,
});

/** What was used last, as many as `most`. */
export class Recent<Value> {
  readonly #kept = new Map<string, Value>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): Value | undefined {
    const value = this.#kept.get(key);
    if (value === undefined) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, value);
    return value;
  }

  set(key: string, value: Value): void {
    this.#kept.delete(key);
    this.#kept.set(key, value);
    if (this.#kept.size > this.#most) this.#kept.delete(this.#kept.keys().next().value!);
  }

  has(key: string): boolean {
    return this.#kept.has(key);
  }
}
