/** The functions of lists as SQL. */
import { raise } from '../compiled.ts';
import { arg, type Functions, INT, listArg, made, whole } from './call.ts';

/** Lists. */
export const listFunctions: Functions = {
  FIRST: (call) => made(call, `list_extract(${listArg(call, 0).sql}, 1)`, listArg(call, 0).of),
  LAST: (call) => made(call, `list_extract(${listArg(call, 0).sql}, -1)`, listArg(call, 0).of),
  SLICE: (call) => {
    const list = listArg(call, 0);
    const start = whole(arg(call, 1), 'The start', call.range);
    const size = `len(${list.sql})`;
    const from = `greatest((CASE WHEN ${start} < 0 THEN ${size} + ${start} ELSE ${start} END), 0)`;
    const end = call.args[2] === undefined ? undefined : whole(arg(call, 2), 'The end', call.range);
    const to = end === undefined ? size : `greatest((CASE WHEN ${end} < 0 THEN ${size} + ${end} ELSE ${end} END), 0)`;
    return made(
      call,
      `(CASE WHEN ${list.sql} IS NULL OR ${start} IS NULL${end === undefined ? '' : ` OR ${end} IS NULL`} THEN NULL WHEN ${to} <= ${from} THEN list_slice(${list.sql}, 1, 0) ELSE list_slice(${list.sql}, ${from} + 1, ${to}) END)`,
      { k: 'list', of: list.of },
    );
  },
  REVERSE: (call) => made(call, `list_reverse(${listArg(call, 0).sql})`, { k: 'list', of: listArg(call, 0).of }),
  UNIQUE: (call) => {
    const list = listArg(call, 0);
    return made(call, `list_filter(${list.sql}, lambda x, i: list_position(${list.sql}, x) = i)`, {
      k: 'list',
      of: list.of,
    });
  },
  SORT_LIST: (call) =>
    made(call, `list_sort(${listArg(call, 0).sql}, 'ASC', 'NULLS LAST')`, { k: 'list', of: listArg(call, 0).of }),
  RANGE: (call) => {
    const [from, to] = [
      whole(arg(call, 0), 'The first number', call.range),
      whole(arg(call, 1), 'The end', call.range),
    ];
    return made(
      call,
      `(CASE WHEN ${to} - ${from} > 1000000 THEN CAST(${raise('bad-argument', call.range, 'RANGE makes at most 1,000,000 numbers.')} AS BIGINT[]) ELSE range(${from}, ${to}) END)`,
      { k: 'list', of: INT },
      true,
    );
  },
};
