/** What annotations of programs say, and which may stand where: others are errors, since one that says who may call must not be overlooked. Browser-safe. */
import { nearest } from '../syntax/nearest.ts';
import type { Annotation, Diagnostic, Expr, Item } from './tree.ts';

/** Who may call a service or route. Neither: whoever may call the node. */
export interface Access {
  /** `@public`: everybody, without a key. */
  public: boolean;
  /**
   * `@roles("admin", "member")`, `@use(auth.requireRole("admin"))`: who has one of the roles of each of these; empty: no role is
   * asked for.
   */
  roles: string[][];
}

/** What an annotation may stand before. */
export type Annotated = Item['kind'] | 'route';

/** Names of annotations by what they stand before. */
export const ALLOWED: Readonly<Record<Annotated, readonly string[]>> = {
  model: ['table', 'index', 'unique'],
  enum: [],
  func: [],
  service: ['public', 'roles', 'use'],
  route: ['public', 'roles', 'use'],
  test: [],
};
/** How each is written. */
export const FORMS: Readonly<Record<string, string>> = {
  table: '@table("people")',
  index: '@index("email")',
  unique: '@unique("email")',
  public: '@public',
  roles: '@roles("admin")',
  use: '@use(auth.requireRole("admin"))',
};
/** What each says, in a sentence. */
export const ANNOTATION_DOCS: Readonly<Record<string, string>> = {
  table: 'The table of the project that the rows of the model lie in, when it has another name than the model.',
  index: 'Rows are found by these fields together without a look at every row.',
  unique:
    'No two rows have the same values in these fields together; where a value is missing rows are never the same.',
  public: 'Everybody may call it, without a key.',
  roles: 'Who calls it must have one of these roles. With several annotations: one of each.',
  use: 'Who calls it must have this role, as with `@roles`.',
};
const TABLE = /^[A-Za-z_]\w{0,62}$/;

/** Plain text, without `${…}`. */
function textOf(e: Expr | undefined): string | undefined {
  return e?.kind === 'text' && e.parts.every((part) => typeof part === 'string') ? e.parts.join('') : undefined;
}

/** The texts that an annotation names; undefined when it is not of its form. */
function textsOf({ name, args }: Annotation): string[] | undefined {
  const texts = (given: readonly Expr[]): string[] | undefined => {
    const found = given.map(textOf);
    return found.every((text) => text !== undefined && text !== '') ? (found as string[]) : undefined;
  };
  switch (name) {
    case 'public':
      return args.length === 0 ? [] : undefined;
    case 'table': {
      const found = texts(args);
      return found?.length === 1 && TABLE.test(found[0]!) ? found : undefined;
    }
    case 'index':
    case 'unique':
    case 'roles':
      return args.length > 0 ? texts(args) : undefined;
    case 'use': {
      const [call] = args;
      if (args.length !== 1 || call?.kind !== 'call' || call.callee.kind !== 'member' || call.args.length !== 1)
        return undefined;
      const { object, property } = call.callee;
      return object.kind === 'name' && object.name === 'auth' && property.name === 'requireRole'
        ? texts(call.args)
        : undefined;
    }
    default:
      return undefined;
  }
}

const isAlone = ({ name }: Annotation): boolean => name === 'public' || name === 'table';
const apart = (...notes: Annotation[]): boolean => notes.some(({ name }) => name === 'public');

/** What is wrong with the annotations of such a thing. */
export function annotationProblems(kind: Annotated, notes: readonly Annotation[]): Diagnostic[] {
  const allowed = ALLOWED[kind];
  const found: Diagnostic[] = [];
  const report = (code: string, message: string, { range }: Annotation) =>
    found.push({ code, severity: 'error', message, range });
  const taken: Annotation[] = [];
  for (const note of notes) {
    if (note.name === '') continue;
    if (!allowed.includes(note.name)) {
      const near = nearest(note.name, allowed);
      const hint = near
        ? ` Did you mean \`@${near}\`?`
        : allowed.length > 0
          ? ` There is ${allowed.map((one) => `\`${FORMS[one]}\``).join(', ')}.`
          : '';
      report('FLOW2106', `A ${kind} has no annotation \`@${note.name}\`.${hint}`, note);
    } else if (textsOf(note) === undefined) report('FLOW3119', `It is written \`${FORMS[note.name]}\`.`, note);
    else {
      const other = taken.find((one) => (one.name === note.name ? isAlone(note) : apart(one, note)));
      if (other !== undefined)
        report('FLOW3119', `\`@${other.name}\` and \`@${note.name}\` do not stand together: keep one.`, note);
      else taken.push(note);
    }
  }
  return found;
}

export function accessOf(notes: readonly Annotation[]): Access {
  const roles = notes.filter(({ name }) => name === 'roles' || name === 'use');
  return { public: notes.some(({ name }) => name === 'public'), roles: roles.map((note) => textsOf(note) ?? []) };
}

/** What rows of a model are found by beside its key: the fields together, in this order. */
export interface ModelIndex {
  fields: string[];
  /** `@unique`: no two rows have the same values there; rows where one is missing do not count. */
  unique: boolean;
}

/** What `@index` and `@unique` say. */
export const indexesOf = (notes: readonly Annotation[]): { index: ModelIndex; range: Annotation['range'] }[] =>
  notes.flatMap((note) => {
    const fields = note.name === 'index' || note.name === 'unique' ? textsOf(note) : undefined;
    return fields === undefined ? [] : [{ index: { fields, unique: note.name === 'unique' }, range: note.range }];
  });

/** What `@table` says. */
export function tableOf(notes: readonly Annotation[]): string | undefined {
  const table = notes.find(({ name }) => name === 'table');
  return table && textsOf(table)?.[0];
}
