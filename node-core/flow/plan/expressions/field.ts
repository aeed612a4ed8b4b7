/** Fields of values. Browser-safe. */
import type { SourceRange } from '../../syntax/ast.ts';
import { aType } from '../../types/display.ts';
import { isOpen, own } from '../../types/relate.ts';
import { ANY, type FlowType } from '../../types/type.ts';
import { type Checker, error, refer, suggest } from '../checker.ts';

/** The type of `.name` of a value. Older text reads a step's result through `.output` and `.result`. */
export function fieldType(checker: Checker, type: FlowType, name: string, range: SourceRange): FlowType {
  if (range.end === range.start || isOpen(type)) return refer(checker, range, { kind: 'field', name }, ANY);
  const whole = name === 'output' || name === 'result';
  switch (type.kind) {
    case 'record': {
      if (type.fields === undefined) return refer(checker, range, { kind: 'field', name }, ANY);
      if (own(type.fields, name)) return refer(checker, range, { kind: 'field', name }, type.fields[name]!);
      if (whole) return refer(checker, range, { kind: 'field', name }, type);
      const names = Object.keys(type.fields);
      const { words, more } = suggest(checker, name, () => names, range);
      const has =
        words !== '' || names.length === 0
          ? ''
          : ` Its fields are ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}.`;
      error(checker, 'FLOW3002', `This record has no field "${name}".${words}${has}`, range, more);
      return ANY;
    }
    case 'file':
    case 'blob':
    case 'model':
      return refer(checker, range, { kind: 'field', name }, ANY);
    default:
      if (whole) return type;
      error(
        checker,
        'FLOW3002',
        type.kind === 'table' || type.kind === 'list'
          ? `This is ${aType(type)}: take one of its ${type.kind === 'table' ? 'rows' : 'items'} first, as in x[0].${name}${type.kind === 'table' ? ', or use MAP or SELECT on it' : ''}.`
          : `This is ${aType(type)}, which has no fields.`,
        range,
      );
      return ANY;
  }
}
