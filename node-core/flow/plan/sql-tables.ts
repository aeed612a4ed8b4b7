/** Which tables a SQL text reads, as far as its text shows. Browser-safe. */

export interface SqlTable {
  name: string;
  /** Offsets in the SQL text. */
  start: number;
  end: number;
  /** Where it is named again: in a FROM or JOIN, or before one of its columns. */
  again: { start: number; end: number }[];
}

const TOKEN =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'[^']*(?:''[^']*)*(?:'|$)|"([^"]*(?:""[^"]*)*)(?:"|$)|([A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)|([(),.;])/g;

const NOT_ALIAS = new Set([
  'where',
  'group',
  'order',
  'having',
  'limit',
  'offset',
  'union',
  'intersect',
  'except',
  'window',
  'qualify',
  'on',
  'using',
  'join',
  'inner',
  'left',
  'right',
  'full',
  'outer',
  'cross',
  'natural',
  'semi',
  'anti',
  'asof',
  'positional',
  'lateral',
  'sample',
  'tablesample',
  'select',
  'as',
  'values',
  'fetch',
]);

/**
 * The names after FROM and JOIN, and after commas in a FROM list; not those that a WITH clause defines, and not
 * table functions. A text that is no SQL gives whatever looks like it; nothing throws. Each name once, with the places where it is named again.
 */
export function sqlTables(sql: string): SqlTable[] {
  const tokens: { text: string; lower: string; quoted: boolean; start: number; end: number }[] = [];
  for (const match of sql.matchAll(TOKEN)) {
    const [whole, quoted, word, mark] = match;
    const text = quoted !== undefined ? quoted.replaceAll('""', '"') : (word ?? mark);
    if (text === undefined) continue;
    tokens.push({
      text,
      lower: quoted === undefined ? text.toLowerCase() : '',
      quoted: quoted !== undefined,
      start: match.index,
      end: match.index + whole.length,
    });
  }
  const isName = (i: number): boolean => {
    const token = tokens[i];
    return token !== undefined && (token.quoted || /^[a-z_\u0080-\uffff]/.test(token.lower));
  };
  const defined = new Set<string>();
  const found = new Map<string, SqlTable>();
  // Inside parentheses a FROM list of its own may stand: one flag a level.
  const inFrom: boolean[] = [false];
  for (let i = 0; i < tokens.length; i++) {
    const { lower, text } = tokens[i]!;
    if (
      isName(i) &&
      tokens[i + 1]?.lower === 'as' &&
      (tokens[i + 2]?.text === '(' || /^(?:not|materialized)$/.test(tokens[i + 2]?.lower ?? ''))
    ) {
      // `name AS (…)` of a WITH clause; `x AS (` stands nowhere else.
      defined.add(text.toLowerCase());
    }
    if (text === '(') inFrom.push(false);
    else if (text === ')') {
      if (inFrom.length > 1) inFrom.pop();
    } else if (lower === 'from' || lower === 'join' || (text === ',' && inFrom.at(-1) === true)) {
      inFrom[inFrom.length - 1] = true;
      let at = i + 1;
      while (tokens[at]?.lower === 'lateral') at++;
      if (!isName(at) || (NOT_ALIAS.has(tokens[at]!.lower) && !tokens[at]!.quoted)) continue;
      if (tokens[at + 1]?.text === '(' || tokens[at + 1]?.text === '.') continue;
      const table = tokens[at]!;
      const { start, end } = table;
      const known = found.get(table.text);
      if (known === undefined) found.set(table.text, { name: table.text, start, end, again: [] });
      else known.again.push({ start, end });
    } else if (
      !tokens[i]!.quoted &&
      /^(?:where|group|order|having|limit|select|union|intersect|except|window|qualify)$/.test(lower)
    ) {
      inFrom[inFrom.length - 1] = false;
    }
  }
  for (const [i, { text, start, end }] of tokens.entries())
    if (isName(i) && tokens[i + 1]?.text === '.' && tokens[i - 1]?.text !== '.')
      found.get(text)?.again.push({ start, end });
  return [...found.values()].filter((table) => !defined.has(table.name.toLowerCase()));
}
