/** What was decided about modules, on the wire. Browser-safe. */
import { type Static, Type } from 'typebox';
import { CAPABILITY } from '../vasm/module.ts';

export const ModuleNameSchema = Type.Object({
  id: Type.String({
    pattern: '^[0-9a-f]{64}$',
    description: 'SHA-256 of the binary form without its debug section',
  }),
  name: Type.String({ maxLength: 128 }),
  version: Type.String({ maxLength: 64 }),
});

export const Capability = Type.String({
  maxLength: 128,
  pattern: CAPABILITY.source,
  description: 'area.right or area.right:scope, as db.write:orders',
});

export const Decision = Type.Union([Type.Literal('always'), Type.Literal('never')]);

export const Origin = Type.String({
  minLength: 1,
  maxLength: 2000,
  description:
    'Where the module comes from, as the path of its file: what was decided about it holds for the next version from the same place',
});

export const GrantSchema = Type.Object({
  module: ModuleNameSchema,
  origin: Type.Optional(Origin),
  capability: Capability,
  decision: Decision,
  words: Type.String({ description: 'What the capability lets it do' }),
  actor: Type.String({ description: 'Who decided' }),
  time: Type.String(),
});
export type Grant = Static<typeof GrantSchema>;
