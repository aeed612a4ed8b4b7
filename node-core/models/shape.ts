/** What a program says of its models, and how their values lie in SQLite. Browser-safe. */
import { type Type, typeName } from '../vasm/type.ts';

export interface ModelField {
  name: string;
  /** `T?` is an Option; an enum is a String. */
  type: Type;
  /** Of an enum: the names of its cases. */
  cases?: readonly string[];
}

/** A model as the compiler gives it. */
export interface ModelShape {
  /** `User`, also the record of that name in the module. */
  name: string;
  /** `users` */
  table: string;
  fields: ModelField[];
  /** The field that rows are found by: `id` when it is an Int or a String. */
  key: string | undefined;
  /** Indexes beside the key; absent where nothing is known of them, as of a module that came without its program: then they stay. */
  indexes?: readonly ModelIndex[];
}

/** The fields together, in this order. `unique`: no two rows have the same values there. */
export interface ModelIndex {
  fields: readonly string[];
  unique: boolean;
}

/** `email`, `country, city (unique)`: two indexes with the same text do the same. */
export const indexText = ({ fields, unique }: ModelIndex): string => `${fields.join(', ')}${unique ? ' (unique)' : ''}`;

/** Of `String?` the String. */
export const bare = (type: Type): Type => (type.kind === 'Option' ? type.of : type);
export const isOptional = (type: Type): boolean => type.kind === 'Option';

/** The type as it is written; two fields with the same text hold the same. */
export const fieldType = (field: ModelField): string =>
  field.cases === undefined ? typeName(field.type) : `${typeName(field.type)} (${field.cases.join(', ')})`;

/** How a value lies in its column. Lists, maps, records and JSON are text in JSON. */
export function affinity(type: Type): 'INTEGER' | 'REAL' | 'TEXT' | 'BLOB' {
  const { kind } = bare(type) as { kind: string };
  if (kind === 'Int' || kind === 'Bool') return 'INTEGER';
  if (kind === 'Float') return 'REAL';
  return kind === 'Bytes' ? 'BLOB' : 'TEXT';
}

/** The type that the column has for the table engine. */
export function columnType(type: Type): string {
  const { kind } = bare(type) as { kind: string };
  switch (kind) {
    case 'Int':
      return 'BIGINT';
    case 'Float':
      return 'DOUBLE';
    case 'Bool':
      return 'BOOLEAN';
    // Bytes as Base64.
    case 'String':
    case 'Bytes':
      return 'VARCHAR';
    default:
      return 'JSON';
  }
}
