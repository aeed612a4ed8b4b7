/** Editing a plan through its graph. Browser-safe. */
export { formOf } from './form.ts';
export { editGraph } from './graph-edit.ts';
export { inverseEdits, Refusal } from './change.ts';
export { paletteOf } from './palette.ts';
export { mayConnect, portsOf, VALUES_PORT } from './ports.ts';
export * from './types.ts';
