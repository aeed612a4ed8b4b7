/** What may end an operation: `WITH …`, `INTO name` and `AS "label"`. Browser-safe. */
import type { Op, RecordExpr, SourceRange } from '../ast.ts';
import { type Cursor, M_KEY } from '../cursor.ts';
import * as T from '../lex.ts';
import { atEntry, parseExpr, parseKey, parseRecord } from '../parse-expression.ts';
import { W } from '../words.ts';
import { name } from './parts.ts';

/** `WITH …`, `INTO name` and `AS "label"` at the end of an operation, in any order. */
export function tail(p: Cursor, op: Op): void {
  while (!p.panic) {
    const word = p.peekWord();
    if (word === W.WITH) {
      const record = parseWith(p);
      if (!op.with) op.with = record;
      else {
        op.with = {
          kind: 'record',
          entries: [...op.with.entries, ...record.entries],
          range: { start: op.with.range.start, end: record.range.end },
        };
      }
    } else if (word === W.INTO && op.op === 'ASK_AI' && !op.into) {
      p.keyword();
      op.into = name(p, 'the name to keep the answer under');
    } else if (
      word === W.AS &&
      (op.op === 'OUTPUT' || op.op === 'OUTPUT_TEXT' || op.op === 'OUTPUT_JSON') &&
      !op.label
    ) {
      const label = parseLabel(p);
      if (label) op.label = label;
    } else return;
  }
}

/** `AS "label"`, or `AS label`. The AS is there. */
export function parseLabel(p: Cursor): { value: string; range: SourceRange } | undefined {
  p.keyword();
  if (p.atString()) return p.string();
  if (p.peek() === T.T_NAME && !p.atBoundary()) {
    const { name: value, range } = p.ident();
    return { value, range };
  }
  p.fail('FLOW1012', 'A label is missing after `AS`: `AS "Top ten"`.');
  return undefined;
}

/** `WITH { … }`, `WITH k = e, k = e`, `WITH context e`. The WITH is there. */
function parseWith(p: Cursor): RecordExpr {
  p.keyword();
  const start = p.offset;
  if (p.peek() === T.T_LBRACE) return parseRecord(p);
  const record: RecordExpr = { kind: 'record', entries: [], range: { start, end: start } };
  if (!atEntry(p)) {
    if (
      p.peek() === T.T_NAME &&
      !p.atBoundary() &&
      p.beginsOperand(1) &&
      !p.atBoundary(1) &&
      !p.isClauseWord(1) &&
      p.peek(1) !== T.T_MINUS &&
      (p.peek(1) !== T.T_LPAREN || p.peekWord(0) !== 0 || p.text().toLowerCase() === 'context')
    ) {
      const key = p.ident();
      record.entries.push({ key, value: parseExpr(p) });
    } else if (p.peek() === T.T_NAME && !p.atBoundary()) {
      const text = p.text();
      p.fail('FLOW1013', `\`WITH\` takes a record or fields: \`WITH ${text} = …\`.`, p.range(), {
        title: `Insert ${text} =`,
        edits: [{ range: { start, end: start }, text: `${text} = ` }],
      });
    } else
      p.fail(
        'FLOW1011',
        'Something is missing after `WITH`: a record, or fields as in `WITH limit = 5`.',
        p.atEnd || p.onNewLine() ? p.range(p.at - 1) : undefined,
      );
    record.range = p.from(start);
    return record;
  }
  for (;;) {
    const key = parseKey(p);
    p.mark(M_KEY);
    p.at++;
    record.entries.push({ key, value: parseExpr(p) });
    if (p.panic) break;
    if (p.peek() === T.T_COMMA) {
      p.at++;
      if (atEntry(p)) continue;
      p.fail('FLOW1012', `A field is expected after the comma, not ${p.found()}.`, p.range(p.at - 1));
      break;
    }
    // Without a comma only `key =` goes on: `DEFAULT:` and `CASE "x":` are not fields.
    if (p.peek() !== T.T_NAME || p.peek(1) !== T.T_ASSIGN) break;
  }
  record.range = p.from(start);
  return record;
}
