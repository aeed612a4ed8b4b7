/** Operations that work on the text of a flow: edits through the graph, lineage, differences, flows by example. */
import { Type } from 'typebox';
import { Problem } from '../errors/problem.ts';
import { diffPlans } from '../flow/diff/diff.ts';
import { editGraph } from '../flow/edit/graph-edit.ts';
import { GraphEditSchema, TextEditSchema } from '../flow/edit/schema.ts';
import type { GraphEdit } from '../flow/edit/types.ts';
import { planByExample } from '../flow/example/example.ts';
import type { Environment } from '../flow/plan/environment.ts';
import { lineageOf } from '../flow/plan/lineage.ts';
import { applyEdits } from '../flow/service/navigation.ts';
import type { Column } from '../flow/types/type.ts';
import { type CallContext, operation } from '../operations/operation.ts';
import { FileRef } from './schema.ts';

const READ = { access: 'project', capability: 'flow.read', effect: 'read' } as const;
const Source = Type.String({ description: 'FLOW text', maxLength: 10_000_000 });
const Inputs = Type.Optional(
  Type.Record(Type.String(), Type.Unknown(), {
    description: 'File references by the name of the input: then the columns of these files are known',
  }),
);
const Opaque = Type.Unknown();

export interface EditServices {
  /** What the node knows around a source, with the columns of the files that are given. */
  environment(context: CallContext<'project'>, inputs: Record<string, unknown> | undefined): Promise<Environment>;
  /** Format, columns and name of a file, from its beginning. */
  example(
    context: CallContext<'project'>,
    file: FileRef,
  ): Promise<{ name: string; format: 'CSV' | 'JSON' | 'NDJSON' | 'PARQUET'; columns: Column[] }>;
}

export function editOperations({ environment, example }: EditServices) {
  return {
    'flow.edit': operation({
      summary: 'Edits a FLOW source through its graph',
      description:
        'Each edit changes as little of the text as it can: comments and everything untouched stay letter for letter. Several edits are made one after the other, all or none. An edit that cannot be made gives `ok: false` with the reason and its number.',
      http: { method: 'POST', path: '/flow/edit' },
      ...READ,
      input: Type.Object({
        source: Source,
        edits: Type.Array(GraphEditSchema, { minItems: 1, maxItems: 1000 }),
        inputs: Inputs,
      }),
      output: Type.Union([
        Type.Object({
          ok: Type.Literal(true),
          source: Type.String(),
          /** Of the last edit, on the text before it. */
          edits: Type.Array(TextEditSchema),
          select: Type.Array(Type.String()),
        }),
        Type.Object({ ok: Type.Literal(false), reason: Type.String(), edit: Type.Integer({ minimum: 0 }) }),
      ]),
      async handler(context, { source, edits, inputs }) {
        const around = await environment(context, inputs);
        let text = source;
        let last: Extract<ReturnType<typeof editGraph>, { ok: true }> = { ok: true, edits: [], select: [] };
        for (const [i, edit] of edits.entries()) {
          const result = editGraph(text, edit as GraphEdit, around);
          if (!result.ok) return { ok: false as const, reason: result.reason, edit: i };
          text = applyEdits(text, result.edits);
          last = result;
        }
        return { ok: true as const, source: text, edits: last.edits, select: last.select };
      },
    }),

    'flow.lineage': operation({
      summary: 'Follows a column back to its sources and forward to what it feeds',
      http: { method: 'POST', path: '/flow/lineage' },
      ...READ,
      input: Type.Object({
        source: Source,
        node: Type.String({ description: 'A step, input or output by its id or name: `step:top`, `top`' }),
        column: Type.String({ description: 'A column of its table, or a field of its record' }),
        inputs: Inputs,
      }),
      output: Opaque,
      async handler(context, { source, node, column, inputs }) {
        const around = await environment(context, inputs);
        const ids = /^(?:step|input|output):/.test(node) ? [node] : [`step:${node}`, `input:${node}`, `output:${node}`];
        for (const id of ids) {
          const found = lineageOf(source, id, column, around);
          if (found !== undefined) return found;
        }
        throw new Problem('column-not-found', `The flow has no column "${column}" at "${node}".`, {
          status: 404,
          hint: 'Name a step of the flow and a column of its table. With `inputs` the columns of files are known.',
        });
      },
    }),

    'flow.diff': operation({
      summary: 'Tells two versions of a flow apart by their structure',
      description:
        'Steps, inputs and outputs that came, went, changed, were renamed or moved, and which part changed. Layout and comments are told apart from meaning; white space is no difference.',
      http: { method: 'POST', path: '/flow/diff' },
      ...READ,
      input: Type.Object({ old: Source, new: Source }),
      output: Opaque,
      handler: (_context, input) => diffPlans(input.old, input.new),
    }),

    'flow.byExample': operation({
      summary: 'Makes a flow that loads a file, from what the file looks like',
      http: { method: 'POST', path: '/flow/by-example' },
      ...READ,
      input: Type.Object({
        file: FileRef,
        name: Type.Optional(Type.String({ maxLength: 1000, description: 'Name of the file, when it is another' })),
      }),
      output: Type.Object({
        source: Type.String(),
        title: Type.String(),
        input: Type.String({ description: 'Name of the file input' }),
        step: Type.String({ description: 'Id of the node that loads it' }),
        format: Type.String(),
        columns: Type.Array(Opaque),
      }),
      async handler(context, { file, name }) {
        const found = await example(context, file);
        const plan = planByExample({ ...found, ...(name === undefined ? {} : { name }) });
        return { ...plan, format: found.format, columns: found.columns };
      },
    }),
  };
}
