/** The types of VASM values. A type is written the same way in FLOW programs, in VASM text and in this module's `typeName`. */

export type Type =
  /** 64-bit signed; overflow traps. */
  | { kind: 'Int' }
  /** IEEE 754 double. */
  | { kind: 'Float' }
  | { kind: 'Bool' }
  /** Immutable; measured and indexed in UTF-16 code units. */
  | { kind: 'String' }
  /** Immutable octets. */
  | { kind: 'Bytes' }
  /**
   * Immutable: none, a Bool, a number, a text, a list or a record, which is only known when it is there. There is no Option of it,
   * since it may be none by itself.
   */
  | { kind: 'JSON' }
  /** What a function without a result gives. */
  | { kind: 'None' }
  | { kind: 'List'; of: Type }
  /** Keys are Int, Bool or String. Iteration is in the order in which keys came. */
  | { kind: 'Map'; key: Type; value: Type }
  /** A value of `of`, or none. `of` is no Option, not None and not JSON. */
  | { kind: 'Option'; of: Type }
  /** A record type that the module declares with `model`. */
  | { kind: 'Record'; name: string };

export const INT: Type = { kind: 'Int' };
export const FLOAT: Type = { kind: 'Float' };
export const BOOL: Type = { kind: 'Bool' };
export const STRING: Type = { kind: 'String' };
export const BYTES: Type = { kind: 'Bytes' };
export const JSON_TYPE: Type = { kind: 'JSON' };
export const NONE: Type = { kind: 'None' };
export const listOf = (of: Type): Type => ({ kind: 'List', of });
export const mapOf = (key: Type, value: Type): Type => ({ kind: 'Map', key, value });
export const optionOf = (of: Type): Type => ({ kind: 'Option', of });
export const record = (name: string): Type => ({ kind: 'Record', name });

/** `Int`, `List<Int>`, `Map<String, Int>`, `Int?`, `User`. */
export function typeName(type: Type): string {
  switch (type.kind) {
    case 'List':
      return `List<${typeName(type.of)}>`;
    case 'Map':
      return `Map<${typeName(type.key)}, ${typeName(type.value)}>`;
    case 'Option':
      return `${typeName(type.of)}?`;
    case 'Record':
      return type.name;
    default:
      return type.kind;
  }
}

export function sameType(a: Type, b: Type): boolean {
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case 'List':
    case 'Option':
      return sameType(a.of, (b as typeof a).of);
    case 'Map':
      return sameType(a.key, (b as typeof a).key) && sameType(a.value, (b as typeof a).value);
    case 'Record':
      return a.name === (b as typeof a).name;
    default:
      return true;
  }
}
