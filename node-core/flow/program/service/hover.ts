/** What a word of a program means, in Markdown. Browser-safe. */
import { ANNOTATION_DOCS, FORMS } from '../annotations.ts';
import { DB_CALLS } from '../check-db.ts';
import { AREAS, GLOBALS, methodsOf, type Signature } from '../platform.ts';
import type { CompletionItem, HoverText } from '../../service/item.ts';
import type { FuncItem } from '../tree.ts';
import { JSON_TYPE, type ProgramType, showType } from '../types.ts';
import { AREA_DOCS, docOfMethod, DOCS, showSignature, TYPE_DOCS } from './docs.ts';
import {
  type Binding,
  type BindingKind,
  keyOf,
  needsOf,
  takesModel,
  type ProgramUses,
  type Target,
  type Use,
  usesAt,
  usesOf,
} from './uses.ts';

/** Parts of a page under one another. */
const page = (...parts: (string | undefined)[]): string => parts.filter((part) => part).join('\n\n');
const code = (text: string): string => `\`\`\`flow\n${text}\n\`\`\``;

export function programHover(source: string, offset: number): HoverText | undefined {
  const uses = usesOf(source);
  const found = usesAt(uses, offset);
  if (found.length === 0) return annotationAt(uses, offset);
  return { range: found[0]!.range, text: page(...found.map((use) => describe(uses, use))) };
}

function annotationAt({ checked }: ProgramUses, offset: number): HoverText | undefined {
  const found = checked.program.items
    .flatMap((item) => [
      ...item.annotations,
      ...(item.kind === 'service' ? item.routes : []).flatMap((one) => one.annotations),
    ])
    .find(({ range }) => range.start <= offset && offset <= range.end);
  const form = found && Object.hasOwn(FORMS, found.name) ? FORMS[found.name] : undefined;
  return found && form ? { range: found.range, text: page(code(form), ANNOTATION_DOCS[found.name]) } : undefined;
}

const BINDING_WORDS: Record<BindingKind, string> = {
  parameter: 'parameter',
  let: 'let',
  var: 'var',
  for: 'for each',
  case: 'case',
  catch: 'what failed',
  params: 'parameters of the path',
};

function describe(uses: ProgramUses, use: Use): string {
  const { target } = use;
  const { checked } = uses;
  switch (target.kind) {
    case 'local': {
      const binding = uses.bindings.find((one) => one.local === target.local);
      const sure = use.type && showType(use.type) !== showType(target.local.type);
      return page(
        code(`${BINDING_WORDS[binding?.kind ?? 'params']} ${target.local.name}: ${showType(target.local.type)}`),
        sure ? `Here it is sure to be \`${showType(use.type!)}\`.` : undefined,
        commentAbove(uses, target),
      );
    }
    case 'platform': {
      const signature = platformSignature(target.area, target.name);
      return page(
        code(signature ? showSignature(`${target.area}.${target.name}`, signature) : `${target.area}.${target.name}`),
        DOCS[`${target.area}.${target.name}`],
        needing(use.needs ?? signature?.needs),
      );
    }
    case 'method': {
      const signature = Object.hasOwn(methodsOf(target.on), target.name)
        ? methodsOf(target.on)[target.name]
        : undefined;
      const on = showType(target.on);
      return page(
        code(
          signature
            ? showSignature(`${on}.${target.name}`, signature)
            : `${on}.${target.name}${withoutSignature(target)}`,
        ),
        docOfMethod(target.on, target.name),
      );
    }
    case 'case':
      return page(code(`${target.of}.${target.name}`), `A case of the enum ${target.of}.`);
    case 'field': {
      const field = checked.models.get(target.of)?.fields.find((one) => one.name === target.name);
      return page(
        code(`${target.of}.${target.name}: ${field ? showType(field.type) : '?'}`),
        commentAbove(uses, target),
      );
    }
    default:
      return pageOf(uses, target);
  }
}

/** The page of something that has a name of its own, wherever it is named. */
function pageOf(uses: ProgramUses, target: Exclude<Target, { kind: 'local' }>): string {
  const { checked } = uses;
  switch (target.kind) {
    case 'function': {
      const func = checked.functions.get(target.name)!;
      const needs = needsOf(uses, target.name);
      return page(
        code(`func ${signatureOf(func.item, func.type)}`),
        commentAbove(uses, target),
        needs.length === 0 ? undefined : `Needs ${needs.map((need) => `\`${need}\``).join(', ')}.`,
      );
    }
    case 'model': {
      const fields = checked.models.get(target.name)?.fields ?? [];
      const lines = fields.map(({ name, type }) => `  ${name}: ${showType(type)}`);
      return page(
        code(`model ${target.name} {\n${lines.join('\n')}\n}`),
        commentAbove(uses, target),
        'A table of the project.',
      );
    }
    case 'enum':
      return page(
        code(`enum ${target.name} { ${(checked.enums.get(target.name) ?? []).join(' ')} }`),
        commentAbove(uses, target),
      );
    case 'service':
      return page(code(`service ${target.name}`), commentAbove(uses, target));
    case 'global': {
      const signature = GLOBALS[target.name]!;
      return page(code(showSignature(target.name, signature)), DOCS[target.name], needing(signature.needs));
    }
    case 'area':
      return page(`**${target.name}**`, AREA_DOCS[target.name]);
    case 'type':
      return page(code(target.name), TYPE_DOCS[target.name]);
    default:
      return '';
  }
}

/** What a completion says beside the label, and below it. */
export function describeTarget(
  uses: ProgramUses,
  target: Exclude<Target, { kind: 'local' }>,
): Pick<CompletionItem, 'detail' | 'documentation'> {
  switch (target.kind) {
    case 'function': {
      const func = uses.checked.functions.get(target.name)!;
      return {
        detail: signatureOf(func.item, func.type).slice(target.name.length),
        documentation: pageOf(uses, target),
      };
    }
    case 'platform': {
      const signature = platformSignature(target.area, target.name);
      return {
        ...(signature
          ? { detail: `${showSignature('', signature)}${signature.needs ? `  · ${signature.needs}` : ''}` }
          : {}),
        documentation: page(DOCS[`${target.area}.${target.name}`], needing(signature?.needs)),
      };
    }
    case 'method': {
      const signature = Object.hasOwn(methodsOf(target.on), target.name)
        ? methodsOf(target.on)[target.name]
        : undefined;
      return {
        detail: signature ? showSignature('', signature) : withoutSignature(target),
        documentation: docOfMethod(target.on, target.name) ?? '',
      };
    }
    case 'global': {
      const signature = GLOBALS[target.name]!;
      return { detail: showSignature('', signature), documentation: pageOf(uses, target) };
    }
    case 'area':
      return { detail: 'platform', documentation: AREA_DOCS[target.name] ?? '' };
    default:
      return { detail: target.kind, documentation: pageOf(uses, target) };
  }
}

export const describeBinding = ({ kind, local }: Binding): Pick<CompletionItem, 'detail' | 'documentation'> => ({
  detail: showType(local.type),
  documentation: BINDING_WORDS[kind],
});

const withoutSignature = ({ on, name }: { on: ProgramType; name: string }): string =>
  takesModel(on, name) ? '(Model) -> Model' : ': Int';

const needing = (needs: string | undefined): string | undefined =>
  needs === undefined ? undefined : `Needs the capability \`${needs}\`.`;

/** `fib(n: Int) -> Int` */
export function signatureOf(item: FuncItem, type: { params: ProgramType[]; result: ProgramType }): string {
  const names = item.params.map((param) => param.name.name);
  return showSignature(item.name.name, type, names);
}

/** What takes a model has no types of its own until it is called. */
export function platformSignature(area: string, name: string): Signature | undefined {
  const known = AREAS[area];
  if (known && Object.hasOwn(known, name)) return known[name];
  const call = area === 'db' && Object.hasOwn(DB_CALLS, name) ? DB_CALLS[name] : undefined;
  if (call === undefined) return undefined;
  const model: ProgramType = { kind: 'Model', name: 'Model' };
  return {
    params: [model, ...restOf(call)],
    result: call.result(model),
    needs: call.right,
  };
}

/** What a `db.…` that names its model takes behind it. */
function restOf({ first, rest }: (typeof DB_CALLS)[string]): ProgramType[] {
  if (first !== 'model') return [];
  return rest === 'key' ? [{ kind: 'Int' }] : rest === 'find' ? [JSON_TYPE, JSON_TYPE] : [JSON_TYPE];
}

/** The comments on the lines right above the declaration, without their signs. */
function commentAbove({ source, checked, declarations }: ProgramUses, target: Target): string | undefined {
  const declared = declarations.get(keyOf(target));
  if (declared === undefined) return undefined;
  const annotated = checked.program.items.find(
    (item) => item.range.start <= declared.range.start && declared.range.end <= item.range.end,
  );
  const whole = annotated && 'name' in annotated && annotated.name.range.start === declared.range.start;
  let at = whole ? annotated.range.start : source.lastIndexOf('\n', declared.range.start) + 1;
  const lines: string[] = [];
  for (const comment of checked.comments.toReversed()) {
    if (comment.range.end > at) continue;
    // Nothing between but the end of its line.
    if (!/^[^\S\n]*(?:\r?\n)?[^\S\n]*$/.test(source.slice(comment.range.end, at))) break;
    const lineStart = source.lastIndexOf('\n', comment.range.start - 1) + 1;
    if (source.slice(lineStart, comment.range.start).trim() !== '') break;
    lines.unshift(
      comment.text
        .replace(/^(?:#+|\/\/+|\/\*+)\s?/, '')
        .replace(/\s*\*+\/$/, '')
        .trim(),
    );
    at = lineStart;
  }
  return lines.length === 0 ? undefined : lines.join('\n');
}
