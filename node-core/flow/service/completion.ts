/**
 * What can be written at a place; completion/ has what fits in each. Browser-safe. Never throws, and says something also where
 * the text is broken.
 */
import { analyse } from '../plan/analyse.ts';
import { ANNOTATIONS } from '../plan/annotations.ts';
import type { Environment } from '../plan/environment.ts';
import type { Analysis } from '../plan/model.ts';
import { FLOW_ANNOTATIONS } from '../plan/schedules.ts';
import { zoneNames } from '../schedule/zones.ts';
import { INPUT_TYPES } from '../syntax/ast.ts';
import * as T from '../syntax/lex.ts';
import type { Tokens } from '../syntax/lex.ts';
import { insideOperation } from './completion/inside.ts';
import { Items } from './completion/items.ts';
import { operations, statements } from './completion/statements.ts';
import { insideString } from './completion/strings.ts';
import { literals } from './completion/values.ts';
import { type Context, contextAt, startsLine } from './context.ts';
import type { CompletionItem } from './item.ts';
import { textOf, wordOf } from './tokens.ts';

/** Items for the cursor at `offset`, best first; the editor filters them by what is typed already. */
export function completion(source: string, offset: number, environment: Environment = {}): CompletionItem[] {
  const analysis = analyse(source, environment);
  const context = contextAt(source, Math.max(0, Math.min(offset, source.length)));
  const items = new Items(context);
  fill(items, context, analysis);
  return items.list();
}

function fill(items: Items, context: Context, analysis: Analysis): void {
  const { place } = context;
  switch (place.kind) {
    case 'none':
      return;
    case 'statement':
      statements(items, analysis, 0);
      return;
    case 'input':
      for (const type of INPUT_TYPES) items.add(0, 'type', type, { snippet: `${type} \${1:name}` });
      items.add(1, 'keyword', 'END INPUTS');
      return;
    case 'input-rest': {
      const previous = context.tokens.kind[context.before];
      if (previous === T.T_ASSIGN) literals(items);
      else if (
        !INPUT_TYPES.some((type) => type.toLowerCase() === textOf(context.tokens, context.before).toLowerCase()) ||
        !startsLine(context.tokens.source, context.tokens.start[context.before]!)
      ) {
        items.add(0, 'keyword', 'optional');
      }
      return;
    }
    case 'annotation':
      for (const annotation of beforeFlow(context) ? FLOW_ANNOTATIONS : ANNOTATIONS)
        items.add(0, 'annotation', annotation.name, {
          snippet: annotation.snippet,
          detail: annotation.syntax,
          documentation: annotation.summary,
        });
      return;
    case 'operation':
      operations(items, analysis, 0);
      return;
    case 'string':
      if (zoneText(context.tokens, place.token)) {
        for (const zone of zoneNames()) items.add(0, 'value', zone);
        return;
      }
      insideString(items, place.token, place.op, analysis);
      return;
    case 'inside':
      insideOperation(items, context, place.op, analysis);
  }
}

/** Does nothing but annotations stand between here and FLOW, or the beginning of an empty text? */
function beforeFlow({ tokens, before }: Context): boolean {
  for (let i = 0; i <= before; i++) if (wordOf(tokens, i) === 'FLOW' || wordOf(tokens, i) === 'STEP') return false;
  return true;
}

/** Is this the text of `zone="…"`? */
function zoneText(tokens: Tokens, token: number): boolean {
  return token >= 2 && tokens.kind[token - 1] === T.T_ASSIGN && textOf(tokens, token - 2).toLowerCase() === 'zone';
}
