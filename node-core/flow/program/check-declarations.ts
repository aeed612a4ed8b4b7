/** What a program declares: names that stand once, and the types that are written. Browser-safe. */
import { annotationProblems, indexesOf, type ModelIndex, tableOf } from './annotations.ts';
import type { Checker } from './check.ts';
import { FUNCTION_RECORD } from './emit.ts';
import { AREAS, GLOBALS } from './platform.ts';
import type { Ident, ModelItem, SourceRange, TypeExpr } from './tree.ts';
import { BOOL, BYTES, FLOAT, INT, JSON_TYPE, NONE, optionOf, STRING, UNKNOWN, type ProgramType } from './types.ts';

const BASIC: Readonly<Record<string, ProgramType>> = {
  Int: INT,
  Float: FLOAT,
  Bool: BOOL,
  String: STRING,
  JSON: JSON_TYPE,
  None: NONE,
  Bytes: BYTES,
};

export function declare(c: Checker): void {
  const seen = new Map<string, SourceRange>();
  const items = c.program.items.filter((item) => item.kind !== 'test');
  for (const item of items) {
    const { name, range } = item.name;
    if (seen.has(name)) twice(c, name, range, seen.get(name)!);
    else if (name !== '') seen.set(name, range);
    if (name in BASIC || name in GLOBALS || name in AREAS)
      c.report('FLOW2102', `\`${name}\` is a name of the language: choose another.`, range);
    if (item.kind === 'model' && name.startsWith(FUNCTION_RECORD))
      c.report(
        'FLOW2102',
        `Names that begin with ${FUNCTION_RECORD} are those of the language: choose another.`,
        range,
      );
    if (item.kind !== 'service') c.diagnostics.push(...annotationProblems(item.kind, item.annotations));
    if (item.kind === 'model')
      c.models.set(name, { name, table: tableOf(item.annotations) ?? name, fields: [], indexes: [] });
    else if (item.kind === 'enum') {
      unique(c, item.cases);
      c.enums.set(
        name,
        item.cases.map((one) => one.name),
      );
    }
  }
  for (const item of items) {
    if (item.kind === 'model') {
      unique(
        c,
        item.fields.map((field) => field.name),
      );
      c.models.set(item.name.name, {
        name: item.name.name,
        table: tableOf(item.annotations) ?? item.name.name,
        fields: item.fields.map((field) => ({ name: field.name.name, type: writtenType(c, field.type) })),
        indexes: [],
      });
      c.models.get(item.name.name)!.indexes = indexes(c, item);
      for (const field of item.fields) noTask(c, field.type);
    } else if (item.kind === 'func' && !c.functions.has(item.name.name)) {
      unique(
        c,
        item.params.map((param) => param.name),
      );
      for (const written of [...item.params.map((param) => param.type), item.result]) if (written) noTask(c, written);
      const params = item.params.map((param) => (param.type ? writtenType(c, param.type) : UNKNOWN));
      c.functions.set(item.name.name, {
        item,
        type: { params, result: item.result ? writtenType(c, item.result) : NONE },
      });
    }
  }
  endlessModels(c);
}

/** The indexes that a model asks for, each once, on fields that it has and that can be compared. */
function indexes(c: Checker, { name, annotations }: ModelItem): ModelIndex[] {
  const { fields } = c.models.get(name.name)!;
  const found: ModelIndex[] = [];
  for (const { index, range } of indexesOf(annotations)) {
    const wrong = index.fields
      .map((field, at) => {
        const type = fields.find((one) => one.name === field)?.type;
        const plain = type?.kind === 'Option' ? type.of : type;
        if (plain === undefined)
          return `${name.name} has no field \`${field}\`: it has ${fields.map((one) => one.name).join(', ')}.`;
        if (index.fields.indexOf(field) < at) return `\`${field}\` stands there twice.`;
        return INDEXED.has(plain.kind)
          ? undefined
          : `\`${field}\` is no field to find rows by: it is an Int, Float, Bool, String or an enum.`;
      })
      .find((one) => one !== undefined);
    if (wrong !== undefined) c.report('FLOW3119', wrong, range);
    else if (found.some((one) => one.fields.join() === index.fields.join()))
      c.report('FLOW3119', `There is an index on ${index.fields.join(', ')} already: keep one.`, range);
    else found.push(index);
  }
  return found;
}

const INDEXED = new Set<string>(['Int', 'Float', 'Bool', 'String', 'Enum', 'unknown']);

/** A task is awaited in the call that started it. */
function noTask(c: Checker, written: TypeExpr): void {
  if (written.kind === 'named' && written.name.name === 'Task')
    c.report('FLOW3122', 'A task is awaited where it was started: it is no field, parameter or result.', written.range);
  else if (written.kind === 'named') for (const arg of written.args) noTask(c, arg);
  else if (written.kind === 'optional') noTask(c, written.of);
}

/** A model that holds itself by value can never be made, because its fields are all given when it is made. */
function endlessModels(c: Checker): void {
  const state = new Map<string, 'open' | 'done'>();
  const visit = (name: string): void => {
    state.set(name, 'open');
    const item = c.program.items.findLast((one) => one.kind === 'model' && one.name.name === name) as ModelItem;
    for (const [i, { name: field, type }] of c.models.get(name)!.fields.entries()) {
      if (type.kind !== 'Model' || state.get(type.name) === 'done') continue;
      if (state.get(type.name) === 'open')
        c.report(
          'FLOW3121',
          `\`${field}\` makes a ${type.name} contain itself without end: make it \`${type.name}?\` or \`List<${type.name}>\`.`,
          item.fields[i]!.type.range,
        );
      else visit(type.name);
    }
    state.set(name, 'done');
  };
  for (const name of c.models.keys()) if (!state.has(name)) visit(name);
}

export function unique(c: Checker, names: Ident[]): void {
  const seen = new Map<string, SourceRange>();
  for (const { name, range } of names) {
    if (name !== '' && seen.has(name)) twice(c, name, range, seen.get(name)!);
    else seen.set(name, range);
  }
}

function twice(c: Checker, name: string, range: SourceRange, first: SourceRange): void {
  c.report('FLOW2102', `\`${name}\` is there already: one name stands for one thing.`, range, {
    related: [{ message: 'The first is here.', range: first }],
  });
}

export function writtenType(c: Checker, written: TypeExpr): ProgramType {
  switch (written.kind) {
    case 'error':
      return UNKNOWN;
    case 'optional':
      return optionOf(writtenType(c, written.of));
    case 'function':
      return {
        kind: 'Function',
        params: written.params.map((param) => writtenType(c, param)),
        result: written.result ? writtenType(c, written.result) : NONE,
      };
    default: {
      const { name, range } = written.name;
      const args = written.args.map((arg) => writtenType(c, arg));
      const wanted = name === 'List' || name === 'Task' ? 1 : name === 'Map' ? 2 : 0;
      const known =
        BASIC[name] ??
        (c.models.has(name)
          ? { kind: 'Model' as const, name }
          : c.enums.has(name)
            ? { kind: 'Enum' as const, name }
            : undefined);
      if (!known && wanted === 0) {
        c.unknown('FLOW2103', `There is no type \`${name}\`.`, name, range, [
          ...Object.keys(BASIC),
          'List',
          'Map',
          ...c.models.keys(),
          ...c.enums.keys(),
        ]);
        return UNKNOWN;
      }
      if (args.length !== wanted) {
        c.report(
          'FLOW3103',
          wanted === 0
            ? `\`${name}\` takes no types between < and >.`
            : `\`${name}\` needs ${wanted === 1 ? 'the type of its values' : 'the types of its keys and values'}: \`${wanted === 1 ? `${name}<Int>` : 'Map<String, Int>'}\`.`,
          written.range,
        );
        return UNKNOWN;
      }
      if (known) return known;
      if (name === 'Map') {
        if (!['Int', 'Bool', 'String', 'Enum', 'Unknown'].includes(args[0]!.kind))
          c.report('FLOW3101', 'Keys of a map are Int, Bool, String or an enum.', written.range);
        return { kind: 'Map', key: args[0]!, value: args[1]! };
      }
      return { kind: name as 'List' | 'Task', of: args[0]! };
    }
  }
}

/** The type, without saying again what was said at the declaration. */
export function typeQuietly(c: Checker, written: TypeExpr): ProgramType {
  const count = c.diagnostics.length;
  const type = writtenType(c, written);
  for (const again of c.diagnostics.splice(count))
    if (!c.diagnostics.some((one) => one.code === again.code && one.range.start === again.range.start))
      c.diagnostics.push(again);
  return type;
}
