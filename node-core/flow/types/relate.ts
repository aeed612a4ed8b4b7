/** How types relate: which may stand where, which may be compared, and what two of them have in common. Browser-safe. */
import { ANY, type Column, type FlowType } from './type.ts';

/** True when nothing is known that would speak against it: any, or none, which every type admits. */
export function isOpen(type: FlowType): boolean {
  return type.kind === 'any' || type.kind === 'none';
}

/** Whether a value of type `from` may stand where `to` is wanted. What is not known is allowed. */
export function isAssignable(from: FlowType, to: FlowType): boolean {
  if (isOpen(from) || isOpen(to)) return true;
  if (from.kind !== to.kind) return false;
  if (from.kind === 'list' && to.kind === 'list') return isAssignable(from.of, to.of);
  return true;
}

/**
 * Whether `==`, `<` and their like can compare the two. Values of different types cannot be compared (that is an
 * error of FLOW, not false), except a date with a moment: a date is the moment at which it begins, in UTC.
 */
export function isComparable(left: FlowType, right: FlowType): boolean {
  if (isOpen(left) || isOpen(right) || left.kind === right.kind) return true;
  const moments = new Set(['date', 'timestamp']);
  return moments.has(left.kind) && moments.has(right.kind);
}

/** Whether `<` and its like have an order for it. */
export function isOrdered(type: FlowType): boolean {
  return isOpen(type) || ['text', 'number', 'bool', 'date', 'timestamp'].includes(type.kind);
}

/** What a value is known to be when it may be either: their common type, or any. none beside a type is that type. */
export function union(left: FlowType, right: FlowType): FlowType {
  if (left.kind === 'none') return right;
  if (right.kind === 'none' || left === right) return left;
  if (left.kind !== right.kind) return ANY;
  switch (left.kind) {
    case 'list':
      return { kind: 'list', of: union(left.of, (right as typeof left).of) };
    case 'record': {
      const other = (right as typeof left).fields;
      if (left.fields === undefined || other === undefined) return { kind: 'record' };
      const fields: Record<string, FlowType> = Object.create(null);
      for (const [name, type] of Object.entries(left.fields))
        fields[name] = own(other, name) ? union(type, other[name]!) : type;
      for (const [name, type] of Object.entries(other)) fields[name] ??= type;
      return { kind: 'record', fields };
    }
    case 'table': {
      const other = (right as typeof left).columns;
      if (left.columns === undefined || other === undefined) return { kind: 'table' };
      return { kind: 'table', columns: unionColumns([left.columns, other]).columns };
    }
    default:
      return left;
  }
}

/** The columns of tables put under each other by name, and the first pairs of one name whose types differ. */
export function unionColumns(tables: readonly (readonly Column[])[]): {
  columns: Column[];
  conflicts: { left: Column; right: Column; table: number }[];
} {
  const byName = new Map<string, Column>();
  const conflicts: { left: Column; right: Column; table: number }[] = [];
  for (const [table, columns] of tables.entries()) {
    for (const column of columns) {
      const first = byName.get(column.name);
      if (first === undefined) byName.set(column.name, column);
      else if (isOpen(first.type)) byName.set(column.name, column);
      else if (!isComparable(first.type, column.type)) conflicts.push({ left: first, right: column, table });
    }
  }
  return { columns: [...byName.values()], conflicts };
}

/** The columns that a value has as rows: of a table, or of a list of records. `undefined`: rows, columns not known. */
export function rowColumns(type: FlowType): { rows: boolean; columns: Column[] | undefined } {
  if (type.kind === 'table') return { rows: true, columns: type.columns };
  if (type.kind === 'list') {
    if (type.of.kind === 'record') {
      const fields = type.of.fields;
      return {
        rows: true,
        columns: fields && Object.entries(fields).map(([name, fieldType]) => ({ name, type: fieldType })),
      };
    }
    return { rows: isOpen(type.of), columns: undefined };
  }
  return { rows: isOpen(type), columns: undefined };
}

/** One row of it as a record; one item of a list. */
export function elementType(type: FlowType): FlowType {
  if (type.kind === 'list') return type.of;
  if (type.kind === 'table') return rowType(type.columns);
  return ANY;
}

/** A record with a field a column. */
export function rowType(columns: readonly Column[] | undefined): FlowType {
  if (columns === undefined) return { kind: 'record' };
  const fields: Record<string, FlowType> = Object.create(null);
  for (const column of columns) fields[column.name] = column.type;
  return { kind: 'record', fields };
}

/** Own property, also for records without a prototype. */
export function own(record: object, name: string): boolean {
  return Object.prototype.hasOwnProperty.call(record, name);
}
