/** Reads the head of a plan: its name, its description, and the ends of blocks. Browser-safe. */
import type { Plan } from './ast.ts';
import { type Cursor, M_STATEMENT } from './cursor.ts';
import * as T from './lex.ts';
import { W } from './words.ts';

/** `FLOW "name"`, or what stands in its place. */
export function header(p: Cursor, plan: Plan): void {
  const start = p.offset;
  if (p.peekWord() === W.FLOW) {
    p.breakHere(0);
    p.keyword();
  } else if (p.looksLike('FLOW') && p.atString(1)) {
    p.warn(
      'FLOW1022',
      `A plan begins with \`FLOW\`; \`${p.text()}\` is probably that.`,
      p.range(),
      p.replacement('FLOW'),
    );
    p.breakHere(0);
    p.keyword();
  } else {
    p.warn('FLOW1002', 'A plan begins with `FLOW "name"`.', p.range(), {
      title: 'Begin with FLOW',
      edits: [{ range: { start, end: start }, text: 'FLOW "My plan"\n\n' }],
    });
    // Without its head, text that is no plan at all should not yield a message a line.
    if (!p.atStatement() && p.peekWord() !== W.INPUTS && p.peekWord() !== W.DESCRIPTION) {
      p.panic = true;
      while (!p.atEnd && !p.atStatement() && p.peekWord() !== W.INPUTS) p.at++;
      p.panic = false;
    }
    return;
  }
  if (p.atString()) {
    plan.name = p.string();
    return;
  }
  if (p.peek() === T.T_NAME && !p.onNewLine()) {
    // FLOW My plan: take the rest of the line.
    const from = p.offset;
    while (!p.atEnd && !p.onNewLine()) p.at++;
    const range = p.from(from);
    const value = p.source.slice(range.start, range.end);
    plan.name = { value, range };
    p.warn('FLOW1012', 'The name of a plan stands in quotes.', range, p.replacement(JSON.stringify(value), range));
    return;
  }
  p.warn(
    'FLOW1012',
    'The plan needs a name: `FLOW "name"`.',
    p.range(p.at - 1),
    p.insertion('Give it a name', ' "My plan"'),
  );
}

/** `DESCRIPTION … END DESCRIPTION`, whose first word is there. */
export function description(p: Cursor, plan: Plan): void {
  const at = p.at;
  p.breakHere(0);
  p.mark(M_STATEMENT);
  p.keyword();
  while (p.atString()) {
    p.breakHere(1);
    plan.description.push(p.string());
  }
  if (p.peekWord() !== W.END && !p.atStatement() && p.peekWord() !== W.INPUTS) {
    p.fail('FLOW1011', 'The lines of a DESCRIPTION stand in quotes.', p.range());
    while (!p.atEnd && !p.atStatement() && !(p.peekWord() === W.INPUTS && p.onNewLine())) p.at++;
    p.panic = false;
  }
  endOfBlock(p, W.DESCRIPTION, 'DESCRIPTION', at);
}

/** `END INPUTS`, `END DESCRIPTION`. A missing one is reported with the mend. */
export function endOfBlock(p: Cursor, word: number, text: string, opened: number): void {
  if (p.peekWord() === W.END && p.peekWord(1) === word) {
    p.breakHere(0);
    p.keyword();
    p.keyword();
    return;
  }
  // END INPTUS, or END alone
  if (p.peekWord() === W.END && p.peekWord(1) !== W.FLOW) {
    const misspelt = !p.onNewLine(1) && p.looksLike(text, 1);
    if (misspelt) {
      p.warn(
        'FLOW1022',
        `The block ends with \`END ${text}\`.`,
        p.range(p.at + 1),
        p.replacement(text, p.range(p.at + 1)),
      );
      p.at += 2;
      return;
    }
    if (p.onNewLine(1) || p.peek(1) === T.T_EOF) {
      p.at++;
      p.warn(
        'FLOW1004',
        `The block ends with \`END ${text}\`.`,
        p.range(p.at - 1),
        p.insertion(`Insert ${text}`, ` ${text}`),
      );
      return;
    }
  }
  p.warn(
    'FLOW1004',
    `\`END ${text}\` is missing: this block is not closed.`,
    p.range(opened),
    p.insertion(`Insert END ${text}`, `\nEND ${text}`),
  );
}
