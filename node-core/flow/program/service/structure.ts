/** The shape of a program: outline, folding, colours of names. Browser-safe. */
import type { Fold, OutlineItem, SemanticKind, SemanticToken } from '../../service/structure.ts';
import { lexProgram } from '../lex.ts';
import type { Ident, Item, SourceRange } from '../tree.ts';
import { type ProgramType, showType } from '../types.ts';
import { signatureOf } from './hover.ts';
import { type ProgramUses, usesOf } from './uses.ts';

/** Declarations in source order; fields, cases and routes below theirs. */
export function programOutline(source: string): OutlineItem[] {
  const uses = usesOf(source);
  return uses.checked.program.items.map((item) => outlineOf(uses, item));
}

function outlineOf({ checked }: ProgramUses, item: Item): OutlineItem {
  const child = (kind: OutlineItem['kind'], { name, range }: Ident, detail: string, whole = range): OutlineItem => ({
    kind,
    name,
    detail,
    range: whole,
    nameRange: range,
  });
  if (item.kind === 'test')
    return {
      kind: 'test',
      name: item.title.value,
      detail: '',
      range: item.range,
      nameRange: item.title.range,
    };
  const whole = { range: item.range, nameRange: item.name.range, name: item.name.name };
  switch (item.kind) {
    case 'func': {
      const known = checked.functions.get(item.name.name);
      const detail = known?.item === item ? signatureOf(item, known.type).slice(item.name.name.length) : '';
      return { kind: 'function', detail, ...whole };
    }
    case 'model': {
      const fields = checked.models.get(item.name.name)?.fields ?? [];
      const typeOf = (name: string): ProgramType | undefined => fields.find((one) => one.name === name)?.type;
      return {
        kind: 'model',
        detail: '',
        ...whole,
        children: item.fields.map(({ name, type }) =>
          child('field', name, typeOf(name.name) ? showType(typeOf(name.name)!) : '', {
            start: name.range.start,
            end: Math.max(name.range.end, type.range.end),
          }),
        ),
      };
    }
    case 'enum':
      return { kind: 'enum', detail: '', ...whole, children: item.cases.map((one) => child('case', one, '')) };
    case 'service':
      return {
        kind: 'service',
        detail: '',
        ...whole,
        children: item.routes.map((route) => ({
          kind: 'route' as const,
          name: `${route.method.name} ${route.path.value}`,
          detail: '',
          range: route.range,
          nameRange: route.method.range,
        })),
      };
  }
}

/** Blocks, lists and texts that run over lines, comments of several lines. */
export function programFolding(source: string): Fold[] {
  const { tokens, comments } = lexProgram(source);
  const folds: Fold[] = [];
  const add = (start: number, end: number, kind: Fold['kind'] = 'region'): void => {
    const line = source.indexOf('\n', start);
    if (line >= 0 && line < end) folds.push({ range: { start, end }, kind });
  };
  const open: number[] = [];
  for (const { kind, start, end } of tokens) {
    if (kind === '{' || kind === '[' || kind === '(') open.push(start);
    else if (kind === '}' || kind === ']' || kind === ')') {
      const from = open.pop();
      if (from !== undefined) add(from, end);
    } else if (kind === 'string' || kind === 'raw') add(start, end);
  }
  let first = 0;
  for (let i = 1; i <= comments.length; i++) {
    const joined =
      i < comments.length &&
      /^[^\S\n]*\r?\n[^\S\n]*$/.test(source.slice(comments[i - 1]!.range.end, comments[i]!.range.start));
    if (joined) continue;
    add(comments[first]!.range.start, comments[i - 1]!.range.end, 'comment');
    first = i;
  }
  return folds.sort((a, b) => a.range.start - b.range.start || b.range.end - a.range.end);
}

/** What each name stands for, in source order and without overlaps. */
export function programSemanticTokens(source: string): SemanticToken[] {
  const found: SemanticToken[] = [];
  let end: SourceRange['end'] = -1;
  for (const { range, target, declares, shorthand } of usesOf(source).uses) {
    if (range.start < end || (shorthand && target.kind === 'field') || '"\''.includes(source[range.start]!)) continue;
    end = range.end;
    // The length of a text or list is read and not called.
    const isLength = target.kind === 'method' && target.name === 'length';
    found.push({ range, kind: isLength ? 'field' : KINDS[target.kind], declares });
  }
  return found;
}

const KINDS: Record<ReturnType<typeof usesOf>['uses'][number]['target']['kind'], SemanticKind> = {
  local: 'variable',
  function: 'function',
  method: 'function',
  platform: 'function',
  global: 'function',
  area: 'area',
  model: 'type',
  enum: 'type',
  service: 'type',
  type: 'type',
  case: 'case',
  field: 'field',
};
