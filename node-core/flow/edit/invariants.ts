/** What must hold for any edit of any plan; shared by the property tests and the fuzzer. Browser-safe. */
import { check } from '../plan/check.ts';
import type { Environment } from '../plan/environment.ts';
import type { PlanGraph, PlanNode } from '../plan/graph.ts';
import { applyEdits } from '../service/navigation.ts';
import { INPUT_TYPES, type ParseResult } from '../syntax/ast.ts';
import type { Random } from '../random.ts';
import { damaged, planWords, untidy } from '../syntax/generate.ts';
import { checkAnyText } from '../syntax/invariants.ts';
import { parse } from '../syntax/parse.ts';
import { format } from '../syntax/format.ts';
import { inverseEdits } from './change.ts';
import { formOf } from './form.ts';
import { editGraph } from './graph-edit.ts';
import { paletteOf } from './palette.ts';
import { portsOf } from './ports.ts';
import type { FieldValue, FormField, FormValues, GraphEdit } from './types.ts';

const ENVIRONMENT: Environment = {
  inputColumns: {
    load: [
      { name: 'a', type: { kind: 'number' } },
      { name: 'state', type: { kind: 'text' } },
    ],
  },
};

/** A plan whose steps read each other, tidy or not. */
export function randomPlan(random: Random, steps: number): string {
  const int = (n: number): number => Math.floor(random() * n);
  const words = planWords(random, steps).map((word) =>
    ['load', 'rows', 'a', 'b2', 'total_price'].includes(word) && random() < 0.6 ? `s${int(steps)}` : word,
  );
  // A step's name stands behind STEP alone.
  let n = 0;
  for (let i = 1; i < words.length; i++) if (words[i - 1] === 'STEP' && words[i + 1] === '=') words[i] = `s${n++}`;
  const text = untidy(words, random);
  return random() < 0.5 ? format(text) : text;
}

/** An edit of the plan, made at random; most can be made. */
export function randomEdit(random: Random, source: string): GraphEdit {
  const int = (n: number): number => Math.floor(random() * n);
  const pick = <V>(list: readonly V[]): V => list[int(list.length)]!;
  const { draft } = check(source, ENVIRONMENT);
  const ids = draft.nodes.map((node) => node.id);
  const steps = ids.filter((id) => id.startsWith('step:'));
  if (ids.length === 0 || steps.length === 0) return { kind: 'addInput', type: pick(INPUT_TYPES) };
  const some = (list: readonly string[]): string[] => Array.from({ length: 1 + int(3) }, () => pick(list));
  const items = paletteOf(ENVIRONMENT).flatMap((category) => category.items.map((item) => item.id));
  const name = (): string => pick(['fresh', 'x_1', 's1', 'by', 'text', 'rows2', 'end']);
  const node = (): PlanNode => pick(draft.nodes);
  switch (int(20)) {
    case 0:
      return { kind: 'insert', item: pick(items), where: { place: 'end' } };
    case 1:
      return {
        kind: 'insert',
        item: pick(items),
        where: { place: 'after', nodes: some(ids) },
        at: { x: int(900), y: int(900) },
      };
    case 2: {
      const edge = draft.edges.filter(({ kind }) => kind === 'data');
      if (edge.length === 0) return { kind: 'tidy' };
      const { from, to } = pick(edge);
      return {
        kind: 'insert',
        item: pick(['FILTER', 'DISTINCT', 'TAKE', 'SORT', 'TRANSFORM', 'SELECT']),
        where: { place: 'edge', from, to },
      };
    }
    case 3:
      return {
        kind: 'addInput',
        type: pick(INPUT_TYPES),
        ...(random() < 0.5 ? { default: pick(['1', '"x"', '[1]']) } : {}),
        help: 'Help',
      };
    case 4:
      return { kind: 'addOutput', of: pick(ids), ...(random() < 0.5 ? { label: `Out ${int(9)}` } : {}) };
    case 5:
    case 6: {
      const to = node();
      const ports = portsOf(to, ENVIRONMENT);
      return { kind: 'connect', from: pick(ids), to: to.id, port: ports.length === 0 ? 'source' : pick(ports).id };
    }
    case 7: {
      if (draft.edges.length === 0) return { kind: 'tidy' };
      const { from, to } = pick(draft.edges);
      return { kind: 'disconnect', from, to };
    }
    case 8:
    case 9:
    case 10: {
      const of = pick(steps);
      return { kind: 'configure', node: of, values: randomValues(random, formOf(source, of, ENVIRONMENT).fields) };
    }
    case 11:
      return { kind: 'rename', node: pick(ids), name: name() };
    case 12:
      return { kind: 'delete', nodes: some(ids) };
    case 13:
      return { kind: 'duplicate', nodes: some(ids) };
    case 14:
      return random() < 0.5
        ? { kind: 'reorder', nodes: some(steps), before: pick(ids) }
        : { kind: 'reorder', nodes: some(steps), after: pick(ids) };
    case 15:
      return { kind: 'move', places: some(ids).map((id) => ({ node: id, at: { x: int(2000) - 500, y: int(2000) } })) };
    case 16:
      return random() < 0.3
        ? { kind: 'ungroup', nodes: some(steps) }
        : { kind: 'group', nodes: some(steps), name: pick(['A', 'B "b"']) };
    case 17:
      return random() < 0.3
        ? { kind: 'tidy' }
        : {
            kind: 'annotate',
            node: pick(steps),
            name: pick(['timeout', 'cache', 'nocache']),
            arguments: pick(['"3s"', '', null]),
          };
    case 18:
      return { kind: 'comment', node: pick(ids), text: pick(['', 'One', 'One\ntwo']) };
    default: {
      const of = node();
      if (of.kind === 'input')
        return {
          kind: 'changeInput',
          node: of.id,
          type: pick(INPUT_TYPES),
          optional: random() < 0.5,
          default: pick([null, '1', '{ a: 1 }']),
          help: pick([null, 'Help']),
        };
      if (of.kind === 'output')
        return {
          kind: 'changeOutput',
          node: of.id,
          value: pick(['1', 's1', 'a + 2']),
          label: pick([null, 'L', 'M "m"']),
        };
      return {
        kind: 'rewrite',
        node: of.id,
        text: pick(['RETURN 1', 'FILTER s0 WHERE a > 1', 'GROUP s0 BY a\nAGG count(*)']),
      };
    }
  }
}

/** Values for some fields of a form. */
function randomValues(random: Random, fields: readonly FormField[]): FormValues {
  const int = (n: number): number => Math.floor(random() * n);
  const pick = <V>(list: readonly V[]): V => list[int(list.length)]!;
  const expressions = ['a > 1', 's0', '"x y"', 'LEN(a) + 2', '(1)', '{ a: 1 }', 'by', '-3', 'NOT a'];
  const columns = ['a', 'state', 'by', 'two words', 'AGG', 'n'];
  const few = <V>(make: () => V): V[] => Array.from({ length: 1 + int(3) }, make);
  const values: FormValues = {};
  const valueOf = (field: FormField): FieldValue => {
    if (!field.required && random() < 0.25) return null;
    switch (field.kind) {
      case 'source':
        return pick(['s0', 's1', 's2']);
      case 'sources':
        return few(() => pick(['s0', 's1', 's2']));
      case 'expression':
        return pick(expressions);
      case 'expressions':
        return few(() => pick(expressions));
      case 'text':
        return pick(['plain', 'with "quotes"', 'two\nlines', 'SELECT 1']);
      case 'name':
        return pick(['fn', 'item', 'by']);
      case 'choice':
        return pick(field.choices).value;
      case 'bool':
        return random() < 0.5;
      case 'columns':
        return few(() => pick(columns));
      case 'selection':
        return few(() => ({ column: pick(columns), as: random() < 0.5 ? null : pick(columns) }));
      case 'sort':
        return few(() => ({ value: pick(expressions), descending: random() < 0.5 }));
      case 'aggregates':
        return few(() => {
          const fn = pick(['count', 'sum', 'max', 'count_distinct']);
          return {
            fn,
            value: fn === 'count' && random() < 0.5 ? null : pick(expressions),
            as: random() < 0.5 ? null : pick(columns),
          };
        });
      case 'record':
        return few(() => ({ key: pick(['a', 'limit', 'two words', 'from']), value: pick(expressions) }));
      case 'cases':
        return few(() => ({
          values: few(() => pick(['"a"', '1', 'none'])),
          operation: pick(['RETURN 1', 'TAKE 3 FROM s0']),
        }));
      case 'operation':
        return pick(['RETURN 1', 'TRANSFORM { a: 1 }', 'IF a THEN RETURN 1']);
    }
  };
  const all = fields.flatMap((field) => (field.kind === 'operation' ? [field, ...field.fields] : [field]));
  if (all.length === 0) return { where: 'a' };
  for (const field of few(() => pick(all))) {
    if (Object.keys(values).some((id) => id.startsWith(`${field.id}.`) || field.id.startsWith(`${id}.`))) continue;
    values[field.id] = valueOf(field);
  }
  // Unchanged parts of a form come along.
  if (random() < 0.3)
    for (const field of all)
      if (!(field.id in values) && field.kind !== 'operation' && !field.id.includes('.'))
        values[field.id] = field.value as FieldValue;
  return values;
}

/** A change of the text as a person types. */
export function typed(random: Random, source: string): string {
  return random() < 0.7 ? damaged(source, random) : format(source);
}

export interface Outcome {
  after: string;
  /** Why it was refused; undefined when it was made. */
  refused: string | undefined;
}

/** Makes the edit; throws, saying what is wrong, when it breaks a promise. */
export function checkEdit(source: string, edit: GraphEdit): Outcome {
  const before = check(source, ENVIRONMENT);
  const result = editGraph(source, edit, ENVIRONMENT);
  const fail = (what: string): never => {
    throw new Error(
      `${what}\n${JSON.stringify(edit)}\n--- before\n${source}\n--- after\n${result.ok ? applyEdits(source, result.edits) : ''}`,
    );
  };
  if (!result.ok) {
    if (!/^[^]{8,}[.!?…"`]$/.test(result.reason)) fail(`a reason that is no sentence: ${result.reason}`);
    return { after: source, refused: result.reason };
  }
  let end = -1;
  for (const { range } of result.edits) {
    if (range.start < end || range.end < range.start || range.end > source.length)
      fail('edits that overlap or lie outside');
    end = range.end;
  }
  const after = applyEdits(source, result.edits);
  if (applyEdits(after, inverseEdits(source, result.edits)) !== source) fail('undo does not give the text back');
  const parsed = parse(after);
  if (errorsIn(parsed) > errorsIn(before.parse)) fail('one more syntax error');
  const lost = missing(before.parse, parsed, edit, before.draft);
  if (lost !== undefined) fail(`a comment is lost: ${lost}`);
  if (errorsIn(before.parse) === 0) {
    try {
      checkAnyText(after);
    } catch (error) {
      fail(`the text is not sound: ${(error as Error).message}`);
    }
  }
  const graph = check(after, ENVIRONMENT).draft;
  // What is read of a broken statement is a guess.
  const guess = errorsIn(before.parse) > 0 && ['connect', 'disconnect', 'reorder'].includes(edit.kind);
  const wrong = guess ? undefined : compare(before.draft, graph, edit);
  if (wrong !== undefined) fail(wrong);
  for (const id of result.select)
    if (!graph.nodes.some((node) => node.id === id)) fail(`selects ${id}, which is not there`);
  return { after, refused: undefined };
}

function errorsIn(parsed: ParseResult): number {
  return parsed.diagnostics.filter(({ severity }) => severity === 'error').length;
}

/** A comment outside of what was deleted that is not there any more. */
function missing(before: ParseResult, after: ParseResult, edit: GraphEdit, graph: PlanGraph): string | undefined {
  const named =
    edit.kind === 'delete' ? edit.nodes : edit.kind === 'comment' || edit.kind === 'rewrite' ? [edit.node] : [];
  // What stands right above a deleted statement, or on the line of its end, belongs to it.
  const gone = graph.nodes.filter((node) => named.includes(node.id)).map((node) => node.range);
  const left = after.comments.map((comment) => comment.text);
  for (const { text, range } of before.comments) {
    if (gone.some((node) => range.end >= node.start - 400 && range.start <= node.end + 60)) continue;
    const at = left.indexOf(text);
    if (at < 0) return text;
    left.splice(at, 1);
  }
  return undefined;
}

/** What stands at the ports of a node, by id. */
function texts(node: PlanNode): Map<string, string> {
  return new Map(
    portsOf(node)
      .filter((port) => port.connects && !port.id.endsWith('.+'))
      .map((port) => [port.id, port.text]),
  );
}

/** What each node reads at its ports, by id. */
function reads(node: PlanNode): Map<string, string> {
  return new Map(
    portsOf(node)
      .filter((port) => port.connects && !port.id.endsWith('.+'))
      .map((port) => [port.id, port.reads.join(' ')]),
  );
}

/** Compares the graphs before and after by what the edit means; a sentence when they do not fit. */
function compare(before: PlanGraph, after: PlanGraph, edit: GraphEdit): string | undefined {
  const was = new Map(before.nodes.map((node) => [node.id, node]));
  const is = new Map(after.nodes.map((node) => [node.id, node]));
  // Of two nodes of one name, which is an error, nothing is known for sure.
  if (hasDoubles(before) || hasDoubles(after)) return undefined;
  // Nor of two keys of one name in a record.
  const twice = before.nodes.some((node) => {
    const ids = portsOf(node).map((port) => port.id);
    return new Set(ids).size < ids.length;
  });
  if (twice) return undefined;
  const counts = (expected: number): string | undefined =>
    after.nodes.length === before.nodes.length + expected
      ? undefined
      : `there are ${after.nodes.length - before.nodes.length} more nodes, not ${expected}`;
  const same = (
    except: (id: string) => boolean,
    rename?: { id: string; from: string; to: string },
  ): string | undefined => {
    for (const node of before.nodes) {
      if (except(node.id)) continue;
      const now = is.get(node.id === rename?.id ? `${node.kind}:${rename.to}` : node.id);
      // The label of an OUTPUT without one follows what it reads.
      if (now === undefined) {
        if (node.kind === 'output') continue;
        return `${node.id} is gone`;
      }
      if (node.kind === 'step' && now.kind === 'step') {
        const wanted = texts(node);
        const got = texts(now);
        for (const [port, text] of wanted) {
          // Where the name is one of several words, it may also be a column.
          if (rename !== undefined && text !== rename.from && text.includes(rename.from)) continue;
          // What is no table any more is no table of the SQL.
          if (edit.kind !== 'move' && port.includes('sql.')) continue;
          // A variable of FOR EACH may have that name.
          if (rename !== undefined && port.includes('body.')) continue;
          const expected = text === rename?.from ? rename.to : text;
          if ((got.get(port) ?? '') !== expected) return `${node.id} has ${got.get(port)} at ${port}, not ${expected}`;
        }
      }
    }
    return undefined;
  };
  switch (edit.kind) {
    case 'insert':
    case 'addInput':
    case 'addOutput': {
      const to = edit.kind === 'insert' && edit.where.place === 'edge' ? edit.where.to : undefined;
      return (
        counts(1) ??
        (edit.kind === 'insert' && edit.where.place === 'edge'
          ? (edgeMoved(edit.where, before, after) ?? same((id) => id === to))
          : same(() => false))
      );
    }
    case 'connect': {
      const now = is.get(edit.to);
      if (
        edit.to.startsWith('step:') &&
        ![...texts(now!).values()].some((text) => text.includes(edit.from.slice(edit.from.indexOf(':') + 1)))
      )
        return `${edit.to} does not read ${edit.from}`;
      return counts(0) ?? same((id) => id === edit.to);
    }
    case 'disconnect':
      if (
        edit.to.startsWith('step:') &&
        is.get(edit.to)?.dependsOn.includes(edit.from) === true &&
        edit.port === undefined &&
        !stillMentioned(is.get(edit.to)!, edit.from)
      )
        return `${edit.to} still reads ${edit.from}`;
      return counts(0) ?? same((id) => id === edit.to);
    case 'configure':
    case 'rewrite':
    case 'changeInput':
    case 'changeOutput':
      return counts(0) ?? same((id) => id === edit.node || id.startsWith('output:'));
    case 'rename': {
      const kind = edit.node.slice(0, edit.node.indexOf(':'));
      if (kind !== 'output' && !is.has(`${kind}:${edit.name}`)) return `there is no ${edit.name}`;
      return (
        counts(0) ??
        same(
          () => false,
          kind === 'output' ? undefined : { id: edit.node, from: edit.node.slice(kind.length + 1), to: edit.name },
        )
      );
    }
    case 'delete': {
      const gone = new Set(edit.nodes);
      const wrong = counts(-[...gone].filter((id) => was.has(id)).length);
      if (wrong !== undefined) return wrong;
      const names = [...gone].map((id) => id.slice(id.indexOf(':') + 1));
      const reader = (id: string): boolean =>
        was.get(id)!.dependsOn.some((read) => gone.has(read)) ||
        [...texts(was.get(id)!).values()].some((text) => names.some((name) => text.includes(name)));
      return same((id) => gone.has(id) || reader(id));
    }
    case 'duplicate':
      return counts(new Set(edit.nodes).size) ?? same(() => false);
    case 'reorder':
      return counts(0) ?? same(() => false);
    case 'comment':
    case 'move':
    case 'tidy':
    case 'group':
    case 'ungroup':
      if (before.hash !== after.hash) return 'layout or comments changed the meaning';
      return counts(0);
    default:
      return counts(0) ?? same(() => false);
  }
}

function hasDoubles(graph: PlanGraph): boolean {
  const names = graph.nodes.filter((node) => node.kind !== 'output').map((node) => node.name);
  return new Set(names).size < names.length;
}

function edgeMoved(
  { from, to }: { from: string; to: string },
  before: PlanGraph,
  after: PlanGraph,
): string | undefined {
  const fresh = after.nodes.find((node) => node.kind !== 'output' && !before.nodes.some((old) => old.id === node.id));
  const reader = after.nodes.find((node) => node.id === to);
  if (fresh === undefined || reader === undefined)
    return to.startsWith('output:') ? undefined : 'the new node is not there';
  // The id of an OUTPUT without a label follows what it reads.
  if (to.startsWith('output:')) return undefined;
  if (!reader.dependsOn.includes(fresh.id)) return `${to} does not read the new step`;
  if (reader.dependsOn.includes(from) && !stillMentioned(reader, from)) return `${to} still reads ${from}`;
  return undefined;
}

/** Whether the name may be read as a column or by an expression: then it is no matter of ports. */
function stillMentioned(node: PlanNode, id: string): boolean {
  return ![...reads(node).values()].some((ids) => ids.split(' ').includes(id));
}
