/** Keys of records. Browser-safe. */
import { typeName } from '../../../vasm/type.ts';
import { contractIndex } from '../../contracts/registry.ts';
import type { Analysis } from '../../plan/model.ts';
import { functionIn, mayBeLeftOut, splitProgram } from '../../plan/programs.ts';
import * as T from '../../syntax/lex.ts';
import type { Tokens } from '../../syntax/lex.ts';
import { printKey } from '../../syntax/print.ts';
import { displayColumnType } from '../../types/display.ts';
import type { Context, OpContext } from '../context.ts';
import { textOf } from '../tokens.ts';
import { columnsOf } from './chain.ts';
import { sourcesOf } from './columns.ts';
import type { Slot } from './grammar.ts';
import type { Items } from './items.ts';

/** Is the cursor where a key of a record begins? */
export function isKeyPlace(tokens: Tokens, before: number, op: OpContext): boolean {
  const open = op.open.at(-1)!;
  return tokens.kind[open] === T.T_LBRACE && (before === open || tokens.kind[before] === T.T_COMMA);
}

/** Keys that fit here; false when nothing is known of them. */
export function keys(items: Items, context: Context, op: OpContext, analysis: Analysis, slot: Slot): boolean {
  const { tokens } = context;
  const assign = op.open.length === 0 ? ' = ' : ': ';
  if (op.words === 'MAP' && op.open.length === 1) {
    for (const { column } of columnsOf(sourcesOf(context, op, analysis))) {
      const value = /^[A-Za-z_]\w*$/.test(column.name) ? column.name : '';
      items.add(0, 'column', column.name, {
        insert: `${printKey(column.name)}: ${value}`,
        detail: displayColumnType(column),
      });
    }
    return true;
  }
  if (op.open.length > 1) return true;
  if (op.clause === 'OPTIONS') {
    const contract = contractIndex(analysis.environment.contracts).get(op.words.replace(' ', '_'));
    for (const option of contract?.options ?? [])
      items.add(0, 'key', option.name, { insert: `${option.name}: `, detail: option.kind, documentation: option.doc });
    return true;
  }
  if (op.words === 'APX_EXEC') {
    const name = stringAfter(tokens, op.first);
    const operation = analysis.environment.operations?.find((candidate) => candidate.name === name);
    const required = operation?.input.required ?? [];
    for (const [key, schema] of Object.entries(operation?.input.properties ?? {})) {
      items.add(required.includes(key) ? 0 : 1, 'key', key, {
        insert: `${printKey(key)}${assign}`,
        detail: `${typeof schema.type === 'string' ? schema.type : 'any'}${required.includes(key) ? ', needed' : ''}`,
        ...(schema.description === undefined ? {} : { documentation: schema.description }),
      });
    }
    return operation !== undefined;
  }
  if (op.words === 'RUN VASM' || op.words === 'RUN JOB') {
    const written = stringAfter(tokens, op.first);
    const { path, func } = splitProgram(written ?? '');
    const { paths, inputs } = analysis.environment.programs ?? {};
    const info = written === undefined ? inputs?.[textOf(tokens, op.first)] : paths?.[path];
    const found = info === undefined ? undefined : functionIn(info, func);
    for (const param of found?.params ?? [])
      items.add(mayBeLeftOut(param) ? 1 : 0, 'key', param.name, {
        insert: `${printKey(param.name)}${assign}`,
        detail: typeName(param.type),
      });
    return found !== undefined;
  }
  if (op.words === 'QUERY') {
    for (const match of (stringAfter(tokens, op.first) ?? '').matchAll(/(?<!:)[:$]([A-Za-z_]\w*)/g))
      items.add(0, 'key', match[1]!, { insert: `${match[1]!}${assign}`, detail: 'parameter of the SQL' });
    return true;
  }
  if (op.words === 'ASK_AI' && op.open.length === 0) items.add(0, 'key', 'context', { insert: 'context ' });
  return slot === 'keys' && op.open.length > 0;
}

function stringAfter(tokens: Tokens, index: number): string | undefined {
  const kind = tokens.kind[index];
  if (kind !== T.T_STRING && kind !== T.T_RAW) return undefined;
  return T.stringValue(tokens.source, kind, tokens.flags[index]!, tokens.start[index]!, tokens.end[index]!);
}
