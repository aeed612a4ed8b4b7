/** The table engine. Its types; `openTableEngine` is added below. */
export type * from './engine-types.ts';
