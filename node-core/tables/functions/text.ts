/** The functions of text as SQL. */
import { typeMismatch } from '../../flow/values/semantics.ts';
import { comparable, type Compiled, contained, raise, toText, toType } from '../compiled.ts';
import { describeType, nativeOf } from '../sql-types.ts';
import { arg, BOOL, type Call, type Functions, INT, listArg, made, SPACE, sqlOf, TEXT, whole } from './call.ts';

/** Text. */
export const textFunctions: Functions = {
  CONCAT: (call) => made(call, `concat(${call.args.map((value) => toText(value).sql).join(', ')})`, TEXT),
  LEN: (call) => {
    const value = arg(call, 0);
    if (value.type.k === 'list') return made(call, `len(${value.sql})`, INT);
    if (value.type.k === 'record')
      return made(call, `(CASE WHEN ${value.sql} IS NULL THEN NULL ELSE ${value.type.fields.length} END)`, INT);
    if (value.type.k === 'json') {
      return made(
        call,
        `CAST((CASE json_type(${value.sql}) WHEN 'ARRAY' THEN json_array_length(${value.sql}) WHEN 'OBJECT' THEN len(json_keys(${value.sql})) ` +
          `WHEN 'VARCHAR' THEN length(${value.sql} ->> '$') WHEN 'NULL' THEN NULL ELSE CAST(${raise('type-mismatch', call.range, 'LEN takes text, lists and records.')} AS BIGINT) END) AS BIGINT)`,
        INT,
        true,
      );
    }
    return made(call, `length(${value.sql})`, INT);
  },
  LOWER: (call) => made(call, `lower(${sqlOf(call, 0)})`, TEXT),
  UPPER: (call) => made(call, `upper(${sqlOf(call, 0)})`, TEXT),
  TRIM: (call) => made(call, `regexp_replace(${sqlOf(call, 0)}, '^${SPACE}+|${SPACE}+$', '', 'g')`, TEXT),
  REPLACE: (call) =>
    made(
      call,
      `(CASE WHEN ${sqlOf(call, 1)} = '' THEN CASE WHEN ${sqlOf(call, 2)} IS NULL THEN NULL ELSE ${sqlOf(call, 0)} END ELSE replace(${sqlOf(call, 0)}, ${sqlOf(call, 1)}, ${sqlOf(call, 2)}) END)`,
      TEXT,
    ),
  SUBSTRING: (call) => {
    const text = sqlOf(call, 0);
    const start = whole(arg(call, 1), 'The start', call.range);
    const constant = arg(call, 1).constant;
    const from =
      typeof constant === 'number' && constant >= 0
        ? String(constant)
        : `(CASE WHEN ${start} < 0 THEN length(${text}) + ${start} ELSE ${start} END)`;
    const begin = `greatest(${from}, 0)`;
    if (call.args[2] === undefined) return made(call, `substring(${text}, ${begin} + 1)`, TEXT);
    const length = whole(arg(call, 2), 'The length', call.range);
    return made(
      call,
      `substring(${text}, ${begin} + 1, greatest(${from} + (CASE WHEN ${length} < 0 THEN 0 ELSE ${length} END) - ${begin}, 0))`,
      TEXT,
    );
  },
  STARTS_WITH: (call) => made(call, `starts_with(${sqlOf(call, 0)}, ${sqlOf(call, 1)})`, BOOL),
  ENDS_WITH: (call) => made(call, `ends_with(${sqlOf(call, 0)}, ${sqlOf(call, 1)})`, BOOL),
  CONTAINS: (call) => {
    const [container, what] = [arg(call, 0), arg(call, 1)];
    if (container.type.k === 'list') {
      return made(
        call,
        `(CASE WHEN ${container.sql} IS NULL OR ${what.sql} IS NULL THEN NULL ELSE ${contained(what, container, call.range).sql} END)`,
        BOOL,
      );
    }
    if (what.type.k !== 'text' && what.type.k !== 'none')
      throw typeMismatch(`A text contains text, not ${describeType(what.type)}.`, call.range);
    return made(call, `contains(${container.sql}, ${toType(what, TEXT).sql})`, BOOL);
  },
  INDEX_OF: (call) => {
    const [container, what] = [arg(call, 0), arg(call, 1)];
    if (container.type.k === 'list') {
      const sides = comparable(
        what,
        { sql: 'NULL', type: container.type.of, fails: false },
        { left: call, right: call, range: call.range },
        true,
      );
      const list = `CAST(${container.sql} AS ${nativeOf(sides.left.type)}[])`;
      return made(
        call,
        `(CASE WHEN ${container.sql} IS NULL OR ${what.sql} IS NULL THEN NULL ELSE coalesce(list_position(${list}, ${sides.left.sql}), 0) - 1 END)`,
        INT,
      );
    }
    if (what.type.k !== 'text' && what.type.k !== 'none')
      throw typeMismatch(`A text contains text, not ${describeType(what.type)}.`, call.range);
    return made(call, `(instr(${container.sql}, ${toType(what, TEXT).sql}) - 1)`, INT);
  },
  SPLIT: (call) =>
    made(
      call,
      `(CASE WHEN ${sqlOf(call, 1)} IS NULL THEN NULL WHEN ${sqlOf(call, 1)} = '' AND ${sqlOf(call, 0)} = '' THEN CAST([] AS VARCHAR[]) ELSE string_split(${sqlOf(call, 0)}, ${sqlOf(call, 1)}) END)`,
      { k: 'list', of: TEXT },
    ),
  JOIN_TEXT: (call) => {
    const list = listArg(call, 0);
    const item = toText({ sql: 'x', type: list.of, fails: false }).sql;
    const separator = call.args[1]?.sql ?? `''`;
    return made(
      call,
      `(CASE WHEN ${list.sql} IS NULL OR ${separator} IS NULL THEN NULL ELSE coalesce(array_to_string(list_transform(list_filter(${list.sql}, lambda x: x IS NOT NULL), lambda x: ${item}), ${separator}), '') END)`,
      TEXT,
    );
  },
  PAD_START: (call) => pad(call, 'lpad'),
  PAD_END: (call) => pad(call, 'rpad'),
  TEXT: (call) => ({ ...toText(arg(call, 0)) }),
};

function pad(call: Call, fn: 'lpad' | 'rpad'): Compiled {
  const text = sqlOf(call, 0);
  const length = whole(arg(call, 1), 'The length', call.range);
  const fill = call.args[2]?.sql ?? `' '`;
  return made(
    call,
    `(CASE WHEN ${length} IS NULL OR ${fill} IS NULL THEN NULL WHEN length(${text}) >= ${length} OR ${fill} = '' THEN ${text} ELSE ${fn}(${text}, CAST(${length} AS INTEGER), ${fill}) END)`,
    TEXT,
  );
}
