/** Go to definition, find references and rename in programs. Browser-safe. */
import type { TextEdit } from '../../service/item.ts';
import type { RenameResult } from '../../service/navigation.ts';
import { applyEdits } from '../../service/navigation.ts';
import { STATEMENT_WORDS } from '../cursor.ts';
import { AREAS, GLOBALS } from '../platform.ts';
import type { SourceRange } from '../tree.ts';
import { TYPE_DOCS } from './docs.ts';
import { keyOf, type ProgramUses, type Target, type Use, usesAt, usesOf } from './uses.ts';

/** Where the thing at `offset` is declared; of a word that stands for a field and its value, the value. */
export function programDefinition(source: string, offset: number): SourceRange | undefined {
  const uses = usesOf(source);
  const found = usesAt(uses, offset).at(-1);
  return found && uses.declarations.get(keyOf(found.target))?.range;
}

/** Every place that stands for the same thing, in source order, the declaration included. */
export function programReferences(source: string, offset: number): SourceRange[] {
  const uses = usesOf(source);
  const found = usesAt(uses, offset).at(-1);
  return found === undefined ? [] : placesOf(uses, found.target).map((use) => use.range);
}

function placesOf({ uses }: ProgramUses, target: Target): Use[] {
  const key = keyOf(target);
  return uses.filter((use) => keyOf(use.target) === key);
}

const nameOf = (target: Target): string => (target.kind === 'local' ? target.local.name : target.name);

export function programRenameTarget(source: string, offset: number): { range: SourceRange; name: string } | undefined {
  const uses = usesOf(source);
  const found = usesAt(uses, offset).at(-1);
  if (found === undefined || !uses.declarations.has(keyOf(found.target))) return undefined;
  return { range: found.range, name: nameOf(found.target) };
}

/**
 * The edits that give the thing at `offset` another name. They are made on trial first: a name that is taken, or that would
 * change what any other word means, is refused with the reason.
 */
export function programRename(source: string, offset: number, name: string): RenameResult {
  const before = usesOf(source);
  const target = usesAt(before, offset).at(-1)?.target;
  const declared = target && before.declarations.get(keyOf(target));
  if (target === undefined || declared === undefined)
    return {
      problem: target
        ? `\`${nameOf(target)}\` belongs to the language and keeps its name.`
        : 'Only what the program itself names can be renamed.',
    };
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    return { problem: 'A name begins with a letter or _, and goes on with letters, digits and _.' };
  const old = nameOf(target);
  if (name === old) return { edits: [] };
  if (isReserved(name)) return { problem: `"${name}" has a meaning of its own in FLOW.` };
  if (target.kind === 'model' && !/^[A-Z]/.test(name))
    return { problem: 'The name of a model begins with a capital letter: `User { … }` is known by it.' };
  const edits = placesOf(before, target).map((use): TextEdit => {
    if (!use.shorthand) return { range: use.range, text: name };
    // The word stood for a field and for its value: now they are called differently.
    return { range: use.range, text: target.kind === 'field' ? `${name}: ${old}` : `${old}: ${name}` };
  });
  const after = usesOf(applyEdits(source, edits));
  const problem = clash(before, after, name);
  return problem === undefined ? { edits } : { problem };
}

function isReserved(name: string): boolean {
  return (
    STATEMENT_WORDS.has(name) ||
    Object.hasOwn(AREAS, name) ||
    Object.hasOwn(GLOBALS, name) ||
    Object.hasOwn(TYPE_DOCS, name) ||
    /^(?:true|false|none|null|in|is|and|or|not|_)$/i.test(name)
  );
}

/** Does every word stand for what it stood for? The sentence that says why not. */
function clash(before: ProgramUses, after: ProgramUses, name: string): string | undefined {
  const worse = after.checked.diagnostics.find(
    ({ severity, code, message }) =>
      severity === 'error' &&
      !before.checked.diagnostics.some((one) => one.code === code && (one.message === message || code !== 'FLOW2102')),
  );
  if (worse?.code === 'FLOW2102') return `There is already something called "${name}" here.`;
  const shape = ({ uses }: ProgramUses): number[] => {
    const first = new Map<unknown, number>();
    return uses.map(({ target }, i) => {
      const key = keyOf(target);
      if (!first.has(key)) first.set(key, i);
      return first.get(key)!;
    });
  };
  const errors = ({ checked }: ProgramUses) => checked.diagnostics.filter((one) => one.severity === 'error').length;
  const [was, is] = [shape(before), shape(after)];
  if (was.length === is.length && was.every((one, i) => one === is[i]) && errors(after) <= errors(before))
    return undefined;
  return `"${name}" would change what other words mean${worse ? `: ${worse.message}` : '.'}`;
}
