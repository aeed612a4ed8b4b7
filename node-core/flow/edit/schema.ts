/** The edits of a plan graph as they come from outside. Browser-safe. */
import { type Static, Type } from 'typebox';
import { INPUT_TYPES } from '../syntax/ast.ts';

const Id = Type.String({ maxLength: 1000, description: 'Id of a node: `step:load`, `input:airports`, `output:Top`' });
const Ids = Type.Array(Id, { maxItems: 10_000 });
const Text = Type.String({ maxLength: 1_000_000 });
const Name = Type.String({ maxLength: 1000 });
const Point = Type.Object({ x: Type.Number(), y: Type.Number() });
const InputType = Type.Union(INPUT_TYPES.map((type) => Type.Literal(type)));
const OrNone = <T extends ReturnType<typeof Type.String>>(type: T) => Type.Union([type, Type.Null()]);

const Where = Type.Union([
  Type.Object({ place: Type.Literal('end') }),
  Type.Object({ place: Type.Literal('after'), nodes: Ids }),
  Type.Object({ place: Type.Literal('edge'), from: Id, to: Id }),
]);

/** A value of a form; its shape is checked against the part that it is for. */
const FieldValue = Type.Unknown({
  description:
    'FLOW text, a list of such, true or false, rows of the field, { expression }, or null to leave the part out',
});
const Values = Type.Record(Type.String({ maxLength: 200 }), FieldValue);

export const GraphEditSchema = Type.Union([
  Type.Object({
    kind: Type.Literal('insert'),
    item: Name,
    where: Where,
    name: Type.Optional(Name),
    values: Type.Optional(Values),
    at: Type.Optional(Point),
  }),
  Type.Object({
    kind: Type.Literal('addInput'),
    type: InputType,
    name: Type.Optional(Name),
    optional: Type.Optional(Type.Boolean()),
    default: Type.Optional(Text),
    help: Type.Optional(Text),
  }),
  Type.Object({
    kind: Type.Literal('changeInput'),
    node: Id,
    type: Type.Optional(InputType),
    optional: Type.Optional(Type.Boolean()),
    default: Type.Optional(OrNone(Text)),
    help: Type.Optional(OrNone(Text)),
  }),
  Type.Object({ kind: Type.Literal('addOutput'), of: Id, label: Type.Optional(Name) }),
  Type.Object({
    kind: Type.Literal('changeOutput'),
    node: Id,
    value: Type.Optional(Text),
    label: Type.Optional(OrNone(Name)),
  }),
  Type.Object({ kind: Type.Literal('connect'), from: Id, to: Id, port: Name }),
  Type.Object({ kind: Type.Literal('disconnect'), from: Id, to: Id, port: Type.Optional(Name) }),
  Type.Object({ kind: Type.Literal('configure'), node: Id, values: Values }),
  Type.Object({ kind: Type.Literal('rewrite'), node: Id, text: Text }),
  Type.Object({ kind: Type.Literal('rename'), node: Id, name: Name }),
  Type.Object({ kind: Type.Literal('delete'), nodes: Ids }),
  Type.Object({ kind: Type.Literal('duplicate'), nodes: Ids }),
  Type.Object({
    kind: Type.Literal('reorder'),
    nodes: Ids,
    before: Type.Optional(Id),
    after: Type.Optional(Id),
  }),
  Type.Object({
    kind: Type.Literal('move'),
    places: Type.Array(Type.Object({ node: Id, at: Point }), { maxItems: 10_000 }),
  }),
  Type.Object({ kind: Type.Literal('tidy'), nodes: Type.Optional(Ids) }),
  Type.Object({ kind: Type.Literal('group'), nodes: Ids, name: Name }),
  Type.Object({ kind: Type.Literal('ungroup'), nodes: Ids }),
  Type.Object({ kind: Type.Literal('renameGroup'), group: Name, name: Name }),
  Type.Object({ kind: Type.Literal('annotate'), node: Id, name: Name, arguments: OrNone(Text) }),
  Type.Object({ kind: Type.Literal('comment'), node: Id, text: Text }),
  Type.Object({
    kind: Type.Literal('flow'),
    name: Type.Optional(Name),
    description: Type.Optional(Text),
  }),
]);

export type GraphEditInput = Static<typeof GraphEditSchema>;

const Range = Type.Object({ start: Type.Integer({ minimum: 0 }), end: Type.Integer({ minimum: 0 }) });
export const TextEditSchema = Type.Object({ range: Range, text: Type.String() });
