/** Reads LOAD and STORE. Browser-safe. */
import type { Op } from '../ast.ts';
import type { Cursor } from '../cursor.ts';
import * as T from '../lex.ts';
import { nearest } from '../nearest.ts';
import { parseExpr, parseRecord } from '../parse-expression.ts';
import { W, wordText } from '../words.ts';
import { choose, columns, type Head, type Readers, source } from './parts.ts';

const FORMATS = { [W.CSV]: 'CSV', [W.JSON]: 'JSON', [W.NDJSON]: 'NDJSON', [W.PARQUET]: 'PARQUET' } as Record<
  number,
  'CSV' | 'JSON' | 'NDJSON' | 'PARQUET'
>;

const LOADABLE = [W.CSV, W.JSON, W.NDJSON, W.PARQUET, W.TABLE, W.MODEL];

function load(p: Cursor, head: Head, known = 0): Op {
  const word = known || choose(p, head, LOADABLE, 'LOAD');
  if (word === 0) return { ...head, op: 'BROKEN' };
  if (word === W.TABLE) {
    p.takeWord(W.FROM);
    return { ...head, op: 'LOAD_TABLE', table: parseExpr(p) };
  }
  if (word === W.MODEL) {
    p.takeWord(W.FROM);
    const model = parseExpr(p);
    return {
      ...head,
      op: 'LOAD_MODEL',
      model,
      ...(!p.panic && p.takeWord(W.VERSION) ? { version: parseExpr(p) } : {}),
    };
  }
  const format = FORMATS[word]!;
  if (p.peekWord() !== W.FROM && p.beginsOperand() && !p.atBoundary() && !p.looksLike('FROM')) {
    p.warn(
      'FLOW1010',
      `\`FROM\` is missing: \`LOAD ${format} FROM file\`.`,
      p.range(),
      p.insertion('Insert FROM', ' FROM'),
    );
  } else p.expectWord(W.FROM, `\`LOAD ${format}\` says \`FROM\` which file`);
  const from = parseExpr(p);
  const op: Op = { ...head, op: 'LOAD', format, from };
  if (!p.panic && p.peekWord() === W.OPTIONS) {
    p.keyword();
    if (p.peek() === T.T_LBRACE) op.options = parseRecord(p);
    else p.fail('FLOW1011', 'A record is missing after `OPTIONS`: `OPTIONS { delimiter: ";" }`.', p.range(p.at - 1));
  }
  return op;
}

/** LOAD and STORE. */
export const storageReaders: Readers = {
  [W.LOAD]: (p, head) => load(p, head),
  [W.LOAD_CSV]: (p, head) => load(p, head, W.CSV),
  [W.LOAD_JSON]: (p, head) => load(p, head, W.JSON),
  [W.LOAD_NDJSON]: (p, head) => load(p, head, W.NDJSON),
  [W.LOAD_PARQUET]: (p, head) => load(p, head, W.PARQUET),
  [W.LOAD_TABLE]: (p, head) => load(p, head, W.TABLE),
  [W.LOAD_MODEL]: (p, head) => load(p, head, W.MODEL),
  [W.STORE]: (p, head) => {
    const from = source(p, W.AS, 'What to store');
    const op: Op = {
      ...head,
      op: 'STORE',
      source: from,
      as: 'TABLE',
      name: { kind: 'error', range: p.from(p.prevEnd) },
      mode: 'replace',
    };
    if (!p.expectWord(W.AS, '`STORE` says `AS` what, as in `STORE rows AS TABLE "sales"`')) return op;
    const word = p.peekWord();
    if (word === W.TABLE || word === W.BLOB || word === W.MODEL) {
      op.as = wordText(word) as 'TABLE' | 'BLOB' | 'MODEL';
      p.keyword();
    } else if (p.atString()) {
      p.warn(
        'FLOW1023',
        '`AS` goes on with `TABLE`, `BLOB` or `MODEL`.',
        p.range(),
        p.insertion('Insert TABLE', ' TABLE'),
      );
    } else {
      const meant =
        p.peek() === T.T_NAME && !p.atBoundary()
          ? nearest(p.text().toUpperCase(), ['TABLE', 'BLOB', 'MODEL'])
          : undefined;
      if (meant) {
        p.warn('FLOW1022', `\`${p.text()}\` is probably \`${meant}\`.`, p.range(), p.replacement(meant));
        op.as = meant as typeof op.as;
        p.keyword();
      } else p.fail('FLOW1023', '`AS` goes on with `TABLE`, `BLOB` or `MODEL`.');
    }
    op.name = parseExpr(p);
    if (!p.panic && p.takeWord(W.MODE)) {
      const text = p.peek() === T.T_NAME ? p.text().toLowerCase() : '';
      const mode =
        (['append', 'replace', 'upsert'] as const).find((known) => known === text) ??
        (nearest(text, ['append', 'replace', 'upsert']) as typeof op.mode | undefined);
      if (mode === undefined)
        p.fail(
          'FLOW1023',
          '`MODE` is one of `replace`, `append`, `upsert BY column`.',
          p.atBoundary() ? p.range(p.at - 1) : p.range(),
        );
      else {
        if (mode !== text)
          p.warn('FLOW1022', `\`${p.text()}\` is probably \`${mode}\`.`, p.range(), p.replacement(mode));
        op.mode = mode;
        p.at++;
      }
    }
    if (!p.panic && p.takeWord(W.BY)) op.by = columns(p);
    else if (!p.panic && op.mode === 'upsert') {
      p.warn(
        'FLOW1010',
        '`MODE upsert` needs `BY` and the columns that tell rows apart.',
        p.range(p.at - 1),
        p.insertion('Insert BY id', ' BY id'),
      );
    }
    return op;
  },
};
