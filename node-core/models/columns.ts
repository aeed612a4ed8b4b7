/** Values of a model's fields as SQLite takes and gives them. */
import type { RecordType } from '../vasm/module.ts';
import { type Type, typeName } from '../vasm/type.ts';
import { Stop, type Value } from '../vvm/engine.ts';
import { fromOutside, jsonOf, Measure, Unfit } from '../vvm/json.ts';
import { bare, isOptional, type ModelField, type ModelShape } from './shape.ts';

export interface Column {
  field: ModelField;
  toSql(value: Value): unknown;
  /** Whole numbers come as bigint. */
  fromSql(value: unknown): Value;
}

const same = (value: unknown): never => value as never;

/** @param records of the module, for fields that hold records */
export function columnOf(records: readonly RecordType[], model: ModelShape, field: ModelField): Column {
  const optional = isOptional(field.type);
  const type = bare(field.type);
  const { toSql, fromSql } = plainColumn(records, type, `${model.name}.${field.name}`);
  const cases = field.cases && new Set(field.cases);
  return {
    field,
    toSql(value) {
      if (value === null && optional) return null;
      if (cases !== undefined && !cases.has(value as string))
        throw new Stop('failed', `${JSON.stringify(value)} is no case of ${model.name}.${field.name}.`);
      return toSql(value);
    },
    fromSql: (value) => (value === null && optional ? null : fromSql(value)),
  };
}

function plainColumn(records: readonly RecordType[], type: Type, name: string): Omit<Column, 'field'> {
  switch (type.kind) {
    case 'Int':
    case 'String':
      return { toSql: same, fromSql: same };
    case 'Float':
      return {
        toSql(value) {
          // SQLite would keep it as NULL.
          if (Number.isNaN(value)) throw new Stop('failed', `NaN cannot be kept in ${name}.`);
          return value;
        },
        fromSql: (value) => Number(value),
      };
    case 'Bool':
      return { toSql: (value) => (value === true ? 1n : 0n), fromSql: (value) => value !== 0n };
    case 'Bytes':
      return {
        toSql: (value) => Buffer.from(value as Uint8Array),
        fromSql: (value) => new Uint8Array(value as Buffer),
      };
    default:
      return {
        toSql: (value) =>
          JSON.stringify(
            jsonOf(
              records,
              type,
              value,
              new Measure((what) => new Stop('memory', `${name} is too ${what} to be kept.`)),
              true,
            ),
          ),
        fromSql(value) {
          try {
            return fromOutside(records, type, JSON.parse(value as string), false);
          } catch (error) {
            if (!(error instanceof Unfit || error instanceof SyntaxError)) throw error;
            throw new Stop('failed', `What is kept in ${name} is no ${typeName(type)}.`);
          }
        },
      };
  }
}
