/** The part of the engine's WebAssembly interface that is used here, with the options that its types do not know yet. */

/** A compiled module; may be sent to a worker thread. */
export type WasmModule = object & { readonly wasmModule: unique symbol };

export interface WasmGlobal {
  value: bigint;
}

/** A table of functions. */
export interface WasmTable {
  get(index: number): WasmFunction;
}

// An exported function takes and gives whatever its WebAssembly type says.
// oxlint-disable-next-line typescript/no-explicit-any
export type WasmFunction = (...args: any[]) => any;

interface Api {
  Module: {
    new (bytes: Uint8Array, options?: { builtins?: string[] }): WasmModule;
    imports(module: WasmModule): { module: string; name: string; kind: string }[];
    exports(module: WasmModule): { name: string; kind: string }[];
  };
  Instance: new (
    module: WasmModule,
    imports: Record<string, Record<string, unknown>>,
  ) => { exports: Record<string, unknown> };
  validate(bytes: Uint8Array, options?: { builtins?: string[] }): boolean;
  RuntimeError: new () => Error;
}

export const webAssembly = (globalThis as unknown as { WebAssembly: Api }).WebAssembly;
