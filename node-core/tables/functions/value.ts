/** The functions that take values of any kind as SQL. */
import { type Compiled, holdsJson, literal, toText, toType } from '../compiled.ts';
import { quoteText, type SqlType } from '../sql-types.ts';
import { arg, BOOL, chosen, type Functions, made, TEXT, unsupported } from './call.ts';

/** Values of any kind. */
export const valueFunctions: Functions = {
  COALESCE: (call) => {
    const all = chosen(call, call.args);
    return made(call, `coalesce(${all.sql.join(', ')})`, all.type);
  },
  IF: (call) => {
    const [condition, then, otherwise = literal(null)] = call.args as [Compiled, Compiled, Compiled?];
    const all = chosen(call, [then, otherwise]);
    return made(
      call,
      `(CASE WHEN ${toType(condition, BOOL, call.range).sql} THEN ${all.sql[0]} ELSE ${all.sql[1]} END)`,
      all.type,
    );
  },
  IS_NONE: (call) => {
    const value = arg(call, 0);
    return made(
      call,
      value.type.k === 'json' ? `(${value.sql} IS NULL OR json_type(${value.sql}) = 'NULL')` : `(${value.sql} IS NULL)`,
      BOOL,
    );
  },
  TYPE_OF: (call) => {
    const value = arg(call, 0);
    if (value.type.k === 'json') {
      return made(
        call,
        `(CASE json_type(${value.sql}) WHEN 'VARCHAR' THEN 'text' WHEN 'BOOLEAN' THEN 'bool' WHEN 'ARRAY' THEN 'list' WHEN 'OBJECT' THEN 'record' WHEN 'NULL' THEN 'none' ELSE CASE WHEN ${value.sql} IS NULL THEN 'none' ELSE 'number' END END)`,
        TEXT,
      );
    }
    const word = value.type.k === 'int' || value.type.k === 'double' ? 'number' : value.type.k;
    return made(call, `(CASE WHEN ${value.sql} IS NULL THEN 'none' ELSE '${word}' END)`, TEXT);
  },
  HASH: (call) => {
    const value = arg(call, 0);
    if (value.type.k === 'json' || holdsJson(value.type)) {
      throw unsupported(
        call,
        'cannot take JSON of which the fields are not known',
        'Hash its text, which keeps the order of its fields: HASH(JSON_STRINGIFY(…)).',
      );
    }
    const text =
      value.type.k === 'list' || value.type.k === 'record' ? canonicalSql(value.sql, value.type) : toText(value).sql;
    return made(call, `sha256(coalesce(${text}, 'null'))`, TEXT);
  },
  UUID: (call) => made(call, 'CAST(uuid() AS VARCHAR)', TEXT),
};

/** Canonical JSON (RFC 8785) of a value, as HASH takes it; NULL for none. `depth` keeps the names of lambdas apart. */
function canonicalSql(sql: string, type: SqlType, depth = 0): string {
  switch (type.k) {
    case 'list': {
      const item = `x${depth}`;
      const inner = `coalesce(${canonicalSql(item, type.of, depth + 1)}, 'null')`;
      return `('[' || array_to_string(list_transform(${sql}, lambda ${item}: ${inner}), ',') || ']')`;
    }
    case 'record': {
      // Names in the order of their UTF-16 units, which is JavaScript's own.
      const fields = [...type.fields]
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map((field) => {
          const inner = canonicalSql(`struct_extract(${sql}, ${quoteText(field.name)})`, field.type, depth);
          return `${quoteText(`${JSON.stringify(field.name)}:`)} || coalesce(${inner}, 'null')`;
        });
      return `(CASE WHEN ${sql} IS NULL THEN NULL ELSE '{' || ${fields.join(` || ',' || `)} || '}' END)`;
    }
    case 'text': {
      let quoted = `replace(replace(${sql}, '\\', '\\\\'), '"', '\\"')`;
      const simple = `('"' || ${quoted} || '"')`;
      for (let code = 0; code < 32; code++) {
        quoted = `replace(${quoted}, chr(${code}), ${quoteText(JSON.stringify(String.fromCharCode(code)).slice(1, -1))})`;
      }
      return `(CASE WHEN regexp_matches(${sql}, '[\\x00-\\x1F]') THEN '"' || ${quoted} || '"' ELSE ${simple} END)`;
    }
    case 'date':
    case 'timestamp':
      return `('"' || ${toText({ sql, type, fails: false }).sql} || '"')`;
    default:
      return toText({ sql, type, fails: false }).sql;
  }
}
