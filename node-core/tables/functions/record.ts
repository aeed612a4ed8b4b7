/** The functions of records and JSON as SQL. */
import { type Compiled, raise, toType } from '../compiled.ts';
import { quoteText } from '../sql-types.ts';
import { arg, chosen, type Functions, made, sqlOf, TEXT, unsupported, wrongKind } from './call.ts';

/** Records and JSON. */
export const recordFunctions: Functions = {
  KEYS: (call) => {
    const value = arg(call, 0);
    if (value.type.k === 'json') return made(call, `json_keys(${value.sql})`, { k: 'list', of: TEXT });
    if (value.type.k !== 'record') throw wrongKind(call, 0);
    return made(
      call,
      `(CASE WHEN ${value.sql} IS NULL THEN NULL ELSE [${value.type.fields.map((field) => quoteText(field.name)).join(', ')}] END)`,
      { k: 'list', of: TEXT },
    );
  },
  VALUES: (call) => {
    const value = arg(call, 0);
    if (value.type.k === 'json') {
      const failure = raise('type-mismatch', call.range, 'This row does not hold a record here.');
      return made(
        call,
        `(CASE WHEN ${value.sql} IS NULL OR json_type(${value.sql}) = 'NULL' THEN NULL WHEN json_type(${value.sql}) = 'OBJECT' THEN json_extract(${value.sql}, '$.*') ELSE CAST(${failure} AS JSON[]) END)`,
        { k: 'list', of: { k: 'json' } },
        true,
      );
    }
    if (value.type.k !== 'record') throw wrongKind(call, 0);
    const fields = value.type.fields.map((field) => ({
      sql: `struct_extract(${value.sql}, ${quoteText(field.name)})`,
      type: field.type,
      fails: false,
    }));
    const all = chosen(call, fields);
    return made(call, `(CASE WHEN ${value.sql} IS NULL THEN NULL ELSE [${all.sql.join(', ')}] END)`, {
      k: 'list',
      of: all.type,
    });
  },
  MERGE: (call) => {
    const fields = new Map<string, Compiled>();
    for (const value of call.args) {
      if (value.type.k === 'none') continue;
      if (value.type.k !== 'record') {
        throw unsupported(
          call,
          'needs records of which the fields are known',
          'Name the fields that you need: { a: first.a, b: second.b }; or FOR EACH over the rows, where any records go together.',
        );
      }
      for (const field of value.type.fields) {
        fields.set(field.name, {
          sql: `struct_extract(${value.sql}, ${quoteText(field.name)})`,
          type: field.type,
          fails: false,
        });
      }
    }
    return made(call, `{${[...fields].map(([name, value]) => `${quoteText(name)}: ${value.sql}`).join(', ')}}`, {
      k: 'record',
      fields: [...fields].map(([name, value]) => ({ name, type: value.type })),
    });
  },
  JSON_STRINGIFY: (call) => {
    const value = arg(call, 0);
    const json = value.type.k === 'json' ? value.sql : toType(value, { k: 'json' }).sql;
    return made(call, `coalesce(CAST(${json} AS VARCHAR), 'null')`, TEXT);
  },
  JSON_PARSE: (call) =>
    made(
      call,
      `(CASE WHEN ${sqlOf(call, 0)} IS NULL THEN NULL WHEN json_valid(${sqlOf(call, 0)}) THEN CAST(${sqlOf(call, 0)} AS JSON) ELSE CAST(${raise('bad-argument', call.range, 'The text of this row is not JSON.')} AS JSON) END)`,
      { k: 'json' },
      true,
    ),
};
