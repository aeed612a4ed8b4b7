/** While a call stands in the shown program, the value of what the pointer is on. */
import { valueOf } from '../state/program-debug.ts';
import { documentOf, FLOW } from './models.ts';
import { monaco } from './monaco.ts';

/** Longer values are cut here; the debugger has them whole. */
const MOST = 1_000;

/** The name under a column (from 0) with what it is a part of: in `order.lines[0].price` on `lines`, `order.lines`. */
export function expressionAt(line: string, column: number): string | undefined {
  for (const { index, 0: word } of line.matchAll(/[A-Za-z_]\w*/g)) {
    if (index > column || column >= index + word.length) continue;
    const before = /(?:[A-Za-z_]\w*(?:\[[^[\]]*\])?\.)*$/.exec(line.slice(0, index))?.[0] ?? '';
    return before + word;
  }
  return undefined;
}

export function registerValueHover(): void {
  monaco.languages.registerHoverProvider(FLOW, {
    async provideHover(model, position) {
      const text = model.getLineContent(position.lineNumber);
      const expression = expressionAt(text, position.column - 1);
      if (expression === undefined) return null;
      const found = await valueOf(documentOf(model), expression);
      if (found === undefined || found.problem !== undefined || model.isDisposed()) return null;
      const value = JSON.stringify(found.value, null, 2) ?? 'none';
      const shown = value === 'null' ? 'none' : value.length > MOST ? `${value.slice(0, MOST)}…` : value;
      return { contents: [{ value: `\`\`\`\n${expression} = ${shown}\n\`\`\`` }] };
    },
  });
}
