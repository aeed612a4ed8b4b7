/** Types of programs and how they relate. Browser-safe. */
import type { Type } from '../../vasm/type.ts';

export type ProgramType =
  | { kind: 'Int' | 'Float' | 'Bool' | 'String' | 'Bytes' | 'JSON' | 'None' }
  /** Of what never gives a value: `http.error(…)`. */
  | { kind: 'Never' }
  /** Of what was wrong and reported: fits everywhere, so that one mistake is one message. */
  | { kind: 'Unknown' }
  | { kind: 'List' | 'Option' | 'Task'; of: ProgramType }
  | { kind: 'Map'; key: ProgramType; value: ProgramType }
  | { kind: 'Model' | 'Enum'; name: string }
  | { kind: 'Function'; params: ProgramType[]; result: ProgramType };

export const INT: ProgramType = { kind: 'Int' };
export const FLOAT: ProgramType = { kind: 'Float' };
export const BOOL: ProgramType = { kind: 'Bool' };
export const STRING: ProgramType = { kind: 'String' };
export const BYTES: ProgramType = { kind: 'Bytes' };
export const JSON_TYPE: ProgramType = { kind: 'JSON' };
export const NONE: ProgramType = { kind: 'None' };
export const NEVER: ProgramType = { kind: 'Never' };
export const UNKNOWN: ProgramType = { kind: 'Unknown' };
export const listOf = (of: ProgramType): ProgramType => ({ kind: 'List', of });
/** JSON may be none by itself. */
export const optionOf = (of: ProgramType): ProgramType =>
  of.kind === 'Option' || of.kind === 'None' || of.kind === 'JSON' ? of : { kind: 'Option', of };

/** The type of a program whose values have this type in VASM. */
export function programType(type: Type): ProgramType {
  switch (type.kind) {
    case 'List':
    case 'Option':
      return { kind: type.kind, of: programType(type.of) };
    case 'Map':
      return { kind: 'Map', key: programType(type.key), value: programType(type.value) };
    case 'Record':
      return { kind: 'Model', name: type.name };
    default:
      return type;
  }
}

/** As it is written in a program. */
export function showType(type: ProgramType): string {
  switch (type.kind) {
    case 'List':
    case 'Task':
      return `${type.kind}<${showType(type.of)}>`;
    case 'Option':
      return `${showType(type.of)}?`;
    case 'Map':
      return `Map<${showType(type.key)}, ${showType(type.value)}>`;
    case 'Model':
    case 'Enum':
      return type.name;
    case 'Function':
      return `func(${type.params.map(showType).join(', ')}) -> ${showType(type.result)}`;
    // Open: any type that the rest decides.
    case 'Unknown':
      return 'T';
    default:
      return type.kind;
  }
}

/** Can a value of the one stand where the other is wanted? A T is a T?; what can be written as JSON is JSON. */
export function fits(from: ProgramType, to: ProgramType): boolean {
  if (from.kind === 'Unknown' || to.kind === 'Unknown' || from.kind === 'Never') return true;
  if (to.kind === 'JSON') return isJson(from);
  if (to.kind === 'Option') return from.kind === 'None' || fits(from.kind === 'Option' ? from.of : from, to.of);
  if (from.kind !== to.kind) return false;
  return sameProgramType(from, to);
}

export function sameProgramType(a: ProgramType, b: ProgramType): boolean {
  if (a.kind === 'Unknown' || b.kind === 'Unknown') return true;
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case 'List':
    case 'Option':
    case 'Task':
      return sameProgramType(a.of, (b as typeof a).of);
    case 'Map':
      return sameProgramType(a.key, (b as typeof a).key) && sameProgramType(a.value, (b as typeof a).value);
    case 'Model':
    case 'Enum':
      return a.name === (b as typeof a).name;
    case 'Function': {
      const other = b as typeof a;
      return (
        a.params.length === other.params.length &&
        a.params.every((param, i) => sameProgramType(param, other.params[i]!)) &&
        sameProgramType(a.result, other.result)
      );
    }
    default:
      return true;
  }
}

/** Can it be written as JSON? */
export function isJson(type: ProgramType): boolean {
  switch (type.kind) {
    case 'List':
    case 'Option':
      return isJson(type.of);
    case 'Map':
      return (type.key.kind === 'String' || type.key.kind === 'Enum') && isJson(type.value);
    case 'Task':
    case 'Function':
      return false;
    default:
      return true;
  }
}

/** What goes to another call and comes back: neither functions nor tasks, which mean something within one call only. */
export const mayRunAsTask = ({ params, result }: { params: readonly ProgramType[]; result: ProgramType }): boolean =>
  ![...params, result].some((type) => holds(type, 'Function') || holds(type, 'Task'));

/** Is there such a type in it? Models are not looked into. */
export function holds(type: ProgramType, kind: ProgramType['kind']): boolean {
  if (type.kind === kind) return true;
  if (type.kind === 'List' || type.kind === 'Option' || type.kind === 'Task') return holds(type.of, kind);
  return type.kind === 'Map' && holds(type.value, kind);
}

/** The type of which both are, or undefined. */
export function common(a: ProgramType, b: ProgramType): ProgramType | undefined {
  if (a.kind === 'Never' || a.kind === 'Unknown') return b;
  if (fits(b, a)) return a;
  if (fits(a, b)) return b;
  if (a.kind === 'None') return optionOf(b);
  if (b.kind === 'None') return optionOf(a);
  if (b.kind === 'Option' && sameProgramType(a, b.of)) return b;
  return undefined;
}

/** Does something in it still have to be found out (`[]`)? */
export function isOpen(type: ProgramType): boolean {
  if (type.kind === 'List' || type.kind === 'Option' || type.kind === 'Task')
    return type.of.kind === 'Unknown' || isOpen(type.of);
  return type.kind === 'Map' && (type.value.kind === 'Unknown' || isOpen(type.value));
}

/** A table gives `id` when it takes the row; an optional field is None. */
export const mayBeLeftOut = (field: { name: string; type: ProgramType }): boolean =>
  field.type.kind === 'Option' || (field.name === 'id' && field.type.kind === 'Int');
/** Has it a form as text? */
export const isText = ({ kind }: ProgramType): boolean =>
  ['Int', 'Float', 'Bool', 'String', 'Enum', 'JSON', 'Unknown', 'Never'].includes(kind);
export const capital = (text: string) => text[0]!.toUpperCase() + text.slice(1);
/** With its article. */
export const aKind = (type: ProgramType): string =>
  type.kind === 'None'
    ? 'None'
    : type.kind === 'Never'
      ? 'nothing'
      : `${/^[AEIO]/.test(showType(type)) ? 'an' : 'a'} ${showType(type)}`;
