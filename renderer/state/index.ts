/** The workbench's state, in one import. Each store is a zustand hook; actions are plain functions. */
export * from './connection.ts';
export * from './cursor.ts';
export * from './documents.ts';
export * from './editor-actions.ts';
export * from './language.ts';
export * from './layout.ts';
export * from './ledger.ts';
export * from './run.ts';
export * from './samples.ts';
export * from './selection.ts';
export * from './theme.ts';
