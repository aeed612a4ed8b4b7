/**
 * Where a column comes from and what it feeds, step by step, with the expression at each hop. Browser-safe.
 *
 * Followed are columns of tables and fields of records. What only decides which rows stay or how they lie (WHERE, ON,
 * SORT BY) is told apart from what goes into values. Where the text of FLOW does not say more (the SQL of a QUERY, a
 * called flow, an operation of the node), the trail ends there, and says so.
 */
import type { Expr, Op, SourceRange } from '../syntax/ast.ts';
import { references } from '../syntax/walk.ts';
import { displayColumnType, displayType } from '../types/display.ts';
import { rowColumns } from '../types/relate.ts';
import type { Column, FlowType } from '../types/type.ts';
import { analyse } from './analyse.ts';
import { aggregateNames, equalKeys, joinColumns, sideName } from './columns.ts';
import type { Environment } from './environment.ts';
import type { Analysis, PlanSymbol, StepSymbol } from './model.ts';
import { nestedOps } from './operations/nested.ts';

/** A column at a node; without a column the whole value. */
export interface ColumnAt {
  node: string;
  column?: string;
}

/**
 * `read` from a file or table, `same` passed on, `renamed`, `computed` by an expression, `aggregated` over a group,
 * `matched` as a key of a JOIN, `stored` in a table of the project, `given` out.
 */
export type LineageHow = 'read' | 'same' | 'renamed' | 'computed' | 'aggregated' | 'matched' | 'stored' | 'given';

export interface LineageHop {
  from: ColumnAt;
  to: ColumnAt;
  how: LineageHow;
  /** FLOW text of what is done: `max(latitude)`, `origin AS airport`, `FILTER`. */
  expression: string;
  range: SourceRange;
}

export interface LineageEnd {
  at: ColumnAt;
  /** A sentence. */
  reason: string;
  /** False where the trail is lost rather than at its beginning or end. */
  certain: boolean;
}

/** A place that the column decides about without going into a value. */
export interface LineageUse {
  node: string;
  column: string;
  /** `which rows stay`, `the order of rows`. */
  decides: string;
  expression: string;
  range: SourceRange;
}

export interface Lineage {
  of: ColumnAt;
  /** In words. */
  type: string;
  /** Towards the sources, nearest first. */
  back: LineageHop[];
  /** Where the trail back ends. */
  sources: LineageEnd[];
  /** Towards the outputs, nearest first. */
  forward: LineageHop[];
  uses: LineageUse[];
  /** Where the trail forward ends. */
  ends: LineageEnd[];
}

/** So many hops each way are followed; a plan where one column has more is looked at from another node. */
const MOST = 20_000;

/** The lineage of a column; undefined when the plan has no such node, or the node no such column. */
export function lineageOf(
  source: string,
  node: string,
  column: string,
  environment: Environment = {},
): Lineage | undefined {
  const analysis = analyse(source, environment);
  const symbol = analysis.symbols.find((candidate) => candidate.id === node);
  const output = analysis.outputs.find((candidate) => candidate.id === node);
  const type = symbol?.type ?? output?.type;
  if (type === undefined) return undefined;
  const known = columnsOf(type);
  const found = known?.find((candidate) => candidate.name === column);
  if (known !== undefined && found === undefined) return undefined;
  const trail = new Trail(analysis);
  const of = { node, column };
  return {
    of,
    type: found === undefined ? displayType({ kind: 'any' }) : displayColumnType(found),
    ...trail.back(of),
    ...trail.forward(of),
  };
}

/** Columns that lineage can be asked of, for a step, input or output. */
export function columnsOf(type: FlowType): Column[] | undefined {
  if (type.kind === 'record')
    return type.fields && Object.entries(type.fields).map(([name, fieldType]) => ({ name, type: fieldType }));
  if (type.kind !== 'table' && type.kind !== 'list')
    return type.kind === 'any' || type.kind === 'file' ? undefined : [];
  return rowColumns(type).columns;
}

/** What a column is made of. */
interface Made {
  from: ColumnAt;
  how: LineageHow;
  expression: string;
  range: SourceRange;
}
interface MadeOf {
  parts: Made[];
  /** Why there is no more to say. */
  end?: string;
  /** The end is a source of data, not a place where the trail is lost. */
  source?: boolean;
}

/** A value that an operation works on row by row. */
interface Side {
  name: string | undefined;
  /** Node that it comes from; undefined when it is worked out in place. */
  node: string | undefined;
  columns: readonly Column[] | undefined;
}

/** Variables of FOR EACH: rows of what. */
type Bound = ReadonlyMap<string, Side>;

class Trail {
  readonly #analysis: Analysis;
  readonly #symbols: Map<string, PlanSymbol>;

  constructor(analysis: Analysis) {
    this.#analysis = analysis;
    this.#symbols = new Map(analysis.symbols.map((symbol) => [symbol.id, symbol]));
  }

  back(of: ColumnAt): Pick<Lineage, 'back' | 'sources'> {
    const back: LineageHop[] = [];
    const sources: LineageEnd[] = [];
    const seen = new Set([key(of)]);
    const pending = [of];
    for (let at = pending.shift(); at !== undefined && back.length < MOST; at = pending.shift()) {
      const { parts, end, source } = this.#madeOf(at);
      for (const { from, how, expression, range } of parts) {
        back.push({ from, to: at, how, expression, range });
        if (seen.has(key(from))) continue;
        seen.add(key(from));
        pending.push(from);
      }
      if (end !== undefined) sources.push({ at, reason: end, certain: source ?? false });
    }
    return { back, sources };
  }

  forward(of: ColumnAt): Pick<Lineage, 'forward' | 'uses' | 'ends'> {
    const forward: LineageHop[] = [];
    const uses: LineageUse[] = [];
    const ends: LineageEnd[] = [];
    const seen = new Set([key(of)]);
    const readers = this.#readers();
    const pending = [of];
    for (let at = pending.shift(); at !== undefined && forward.length < MOST; at = pending.shift()) {
      let feeds = false;
      for (const reader of readers.get(at.node) ?? []) {
        const to = this.#columnsFed(reader, at);
        for (const column of to) {
          const made = this.#madeOf({ node: reader, ...(column === undefined ? {} : { column }) });
          for (const { from, how, expression, range } of made.parts) {
            if (from.node !== at.node || !(from.column === at.column || from.column === undefined)) continue;
            // count(*) counts rows, whatever is in them.
            if (from.column === undefined && at.column !== undefined && how === 'aggregated') continue;
            feeds = true;
            const next = { node: reader, ...(column === undefined ? {} : { column }) };
            forward.push({ from: at, to: next, how, expression, range });
            if (seen.has(key(next))) continue;
            seen.add(key(next));
            pending.push(next);
          }
        }
        if (at.column !== undefined) {
          const found = this.#decisions(reader, at.node, at.column);
          uses.push(...found);
          if (found.length > 0) feeds = true;
        }
        const lost = this.#lostIn(reader);
        if (lost !== undefined) {
          feeds = true;
          ends.push({ at: { node: reader }, reason: lost, certain: false });
        }
      }
      if (!feeds) ends.push({ at, reason: this.#lastWord(at), certain: true });
    }
    return { forward, uses, ends };
  }

  // ---------------------------------------------------------------- back

  #madeOf(at: ColumnAt): MadeOf {
    const output = this.#analysis.outputs.find((candidate) => candidate.id === at.node);
    if (output !== undefined) return this.#ofExpr(output.node.value, at.column, 'given', new Map());
    const symbol = this.#symbols.get(at.node);
    if (symbol === undefined) return { parts: [], end: 'The plan has no such node.' };
    if (symbol.kind === 'input') {
      const what = symbol.node.type === 'file' ? `the file given as "${symbol.name}"` : `the input "${symbol.name}"`;
      return {
        parts: [],
        end: at.column === undefined ? `Given as the input "${symbol.name}".` : `A column of ${what}.`,
        source: true,
      };
    }
    if (at.column === undefined && ![...symbol.dependsOn].length)
      return { parts: [], end: `Worked out in "${symbol.name}".`, source: true };
    return this.#ofOp(symbol, symbol.node.op, at.column, new Map());
  }

  #ofOp(step: StepSymbol, op: Op, column: string | undefined, bound: Bound): MadeOf {
    if (column === undefined) return this.#whole(step, op);
    const same = (source: Expr): MadeOf => this.#fromSource(source, column, 'same', words(op), op.wordRange, bound);
    switch (op.op) {
      case 'FILTER':
      case 'SORT':
      case 'DISTINCT':
        return same(op.source);
      case 'STORE':
        return this.#fromSource(op.source, column, 'stored', 'STORE', op.wordRange, bound);
      case 'TAKE':
        if (op.source !== undefined) return same(op.source);
        if (step.before === undefined) return lost('TAKE has no step before it.');
        return {
          parts: [{ from: { node: step.before.id, column }, how: 'same', expression: 'TAKE', range: op.wordRange }],
        };
      case 'SELECT': {
        const taken = op.columns.find(({ column: from, as }) => (as ?? from).name === column);
        if (taken === undefined) return lost(`SELECT keeps no column "${column}".`);
        const { column: from, as } = taken;
        const range = { start: from.range.start, end: (as ?? from).range.end };
        return this.#fromSource(
          op.source,
          from.name,
          as === undefined || as.name === from.name ? 'same' : 'renamed',
          this.#text(range),
          range,
          bound,
        );
      }
      case 'MAP': {
        if (op.using !== undefined)
          return {
            ...this.#whole(step, op),
            end: `The function "${op.using.name}" makes the rows; FLOW does not look into it.`,
          };
        const entry = op.to?.entries.find(({ key: name }) => name.name === column);
        if (entry === undefined) return lost(`MAP makes no column "${column}".`);
        return this.#ofRow(entry.value, [this.#side(op.source, bound)], bound, column);
      }
      case 'GROUP_AGG': {
        const side = this.#side(op.source, bound);
        const by = op.by.find((ident) => ident.name === column);
        if (by !== undefined)
          return this.#fromSource(op.source, column, 'same', `GROUP BY ${by.name}`, by.range, bound);
        const names = aggregateNames(
          op.by.map((ident) => ident.name),
          op.aggregates,
        );
        const aggregate = op.aggregates[names.indexOf(column)];
        if (aggregate === undefined) return lost(`GROUP makes no column "${column}".`);
        const expression = this.#text(aggregate.range).replace(/^AGG\s+/i, '');
        if (aggregate.value === undefined)
          return side.node === undefined
            ? lost('It counts rows that are worked out in place.')
            : { parts: [{ from: { node: side.node }, how: 'aggregated', expression, range: aggregate.range }] };
        const made = this.#ofRow(aggregate.value, [side], bound);
        return {
          ...made,
          parts: made.parts.map((part) => ({ ...part, how: 'aggregated', expression, range: aggregate.range })),
        };
      }
      case 'JOIN':
        return this.#ofJoin(op, column, bound);
      case 'UNION': {
        const parts: Made[] = [];
        for (const source of op.sources) {
          const side = this.#side(source, bound);
          if (side.columns !== undefined && !side.columns.some((one) => one.name === column)) continue;
          parts.push(...this.#fromSource(source, column, 'same', 'UNION', source.range, bound).parts);
        }
        return parts.length === 0 ? lost(`No table of UNION has a column "${column}".`) : { parts };
      }
      case 'LOAD': {
        const side = this.#side(op.from, bound);
        if (side.node === undefined)
          return { parts: [], end: 'Read from a file that is worked out in place.', source: true };
        return {
          parts: [{ from: { node: side.node, column }, how: 'read', expression: words(op), range: op.wordRange }],
        };
      }
      case 'LOAD_TABLE':
        return this.#ofTable(op, column);
      case 'TRANSFORM':
      case 'OUTPUT':
      case 'OUTPUT_TEXT':
      case 'OUTPUT_JSON':
        return this.#ofExpr(op.value, column, op.op === 'TRANSFORM' ? 'computed' : 'given', withBound(op, bound));
      case 'RETURN':
        return op.value === undefined
          ? lost('RETURN gives nothing back.')
          : this.#ofExpr(op.value, column, 'given', withBound(op, bound));
      case 'FOR_EACH': {
        const item = this.#side(op.list, bound);
        return this.#ofOp(step, op.body, column, new Map([...bound, [op.variable.name, item]]));
      }
      case 'IF':
      case 'SWITCH': {
        const all = nestedOps(op).map((inner) => this.#ofOp(step, inner, column, bound));
        const some = all.filter((made) => made.parts.length > 0);
        return some.length > 0
          ? { parts: some.flatMap((made) => made.parts) }
          : (all[0] ?? lost('No branch gives it.'));
      }
      default:
        return { ...this.#whole(step, op), end: this.#opaque(op) ?? 'FLOW does not know how it is made.' };
    }
  }

  /** Everything that a step reads, as whole values. */
  #whole(step: StepSymbol, op: Op): MadeOf {
    const parts = [...step.dependsOn].map((read): Made => ({
      from: { node: read.id },
      how: op.op === 'LOAD' ? 'read' : 'computed',
      expression: words(op),
      range: op.wordRange,
    }));
    return parts.length > 0 ? { parts } : { parts, end: `Worked out in "${step.name}".`, source: true };
  }

  #ofJoin(op: Extract<Op, { op: 'JOIN' }>, column: string, bound: Bound): MadeOf {
    const left = this.#side(op.left, bound);
    const right = this.#side(op.right, bound);
    if (left.columns === undefined || right.columns === undefined) {
      const known = [left, right].filter((side) => side.columns?.some((one) => one.name === column) === true);
      if (known.length === 1 && known[0] === left && left.node !== undefined)
        return { parts: [{ from: { node: left.node, column }, how: 'same', expression: 'JOIN', range: op.wordRange }] };
      const parts = [left, right].flatMap((side): Made[] =>
        side.node === undefined
          ? []
          : [{ from: { node: side.node }, how: 'computed', expression: 'JOIN', range: op.wordRange }],
      );
      return {
        parts,
        end: 'Which table of the JOIN it comes from is known when the plan runs: choose the files, and their columns are known here.',
      };
    }
    const keys = equalKeys(op.on, left.name, right.name);
    const made = joinColumns(
      left.columns.map((one) => one.name),
      right.columns.map((one) => one.name),
      keys,
      right.name,
    ).find((one) => one.as === column);
    if (made === undefined) return lost(`JOIN makes no column "${column}".`);
    const parts: Made[] = [];
    const side = made.side === 'left' ? left : right;
    const from = made.side === 'left' ? op.left : op.right;
    const add = (of: Side, name: string, how: LineageHow, expression: string, range: SourceRange): void => {
      if (of.node !== undefined) parts.push({ from: { node: of.node, column: name }, how, expression, range });
    };
    add(
      side,
      made.column,
      made.column === made.as ? 'same' : 'renamed',
      made.column === made.as
        ? `JOIN, from ${side.name ?? made.side}`
        : `${side.name ?? made.side}.${made.column} AS ${made.as}`,
      from.range,
    );
    // A key stands once for both sides; in an OUTER join its value may come from either.
    if (made.key && op.how === 'OUTER') add(right, made.column, 'matched', this.#text(op.on.range), op.on.range);
    return parts.length === 0 ? lost('The table of the JOIN is worked out in place.') : { parts };
  }

  #ofTable(op: Extract<Op, { op: 'LOAD_TABLE' }>, column: string): MadeOf {
    const { table } = op;
    const name = table.kind === 'literal' ? String(table.value) : table.kind === 'name' ? table.name : undefined;
    const input = table.kind === 'name' ? this.#analysis.byName.get(table.name) : undefined;
    if (input?.kind === 'input')
      return { parts: [{ from: { node: input.id, column }, how: 'read', expression: words(op), range: op.wordRange }] };
    if (name === undefined)
      return { parts: [], end: 'A column of a table of the project, whose name is worked out.', source: true };
    const stores = this.#stores(name);
    if (stores.length === 0) return { parts: [], end: `A column of the table "${name}" of the project.`, source: true };
    return {
      parts: stores.map(({ step }) => ({
        from: { node: step.id, column },
        how: 'stored',
        expression: `LOAD TABLE "${name}"`,
        range: op.wordRange,
      })),
    };
  }

  /** The steps of this plan that store the table. */
  #stores(name: string): { step: StepSymbol; op: Extract<Op, { op: 'STORE' }> }[] {
    return this.#analysis.symbols.flatMap((step) => {
      if (step.kind !== 'step' || step.node.op.op !== 'STORE' || step.node.op.as !== 'TABLE') return [];
      const { op } = step.node;
      const stored =
        op.name.kind === 'literal' ? String(op.name.value) : op.name.kind === 'name' ? op.name.name : undefined;
      return stored?.toLowerCase() === name.toLowerCase() ? [{ step, op }] : [];
    });
  }

  /** A column or field of what an expression gives. */
  #ofExpr(expr: Expr, column: string | undefined, how: LineageHow, bound: Bound): MadeOf {
    if (expr.kind === 'record' && column !== undefined) {
      const entry = expr.entries.find(({ key: name }) => name.name === column);
      if (entry === undefined) return lost(`The record has no field "${column}".`);
      return this.#ofRow(entry.value, [], bound, column);
    }
    const side = this.#side(expr, bound);
    if (side.node !== undefined && column !== undefined)
      return {
        parts: [
          {
            from: { node: side.node, column },
            how: how === 'computed' ? 'same' : how,
            expression: this.#text(expr.range),
            range: expr.range,
          },
        ],
      };
    return this.#ofRow(expr, [], bound, column);
  }

  /** What an expression reads, columns of the sides first. */
  #ofRow(expr: Expr, sides: readonly Side[], bound: Bound, made?: string): MadeOf {
    const parts: Made[] = [];
    const expression = this.#text(expr.range);
    const add = (from: ColumnAt, how: LineageHow): void => {
      if (!parts.some((part) => key(part.from) === key(from))) parts.push({ from, how, expression, range: expr.range });
    };
    const plain = expr.kind === 'name' || (expr.kind === 'member' && expr.object.kind === 'name');
    for (const { name, path, called } of references(expr)) {
      if (called && path.length === 0) continue;
      const first = path[0]?.name;
      const holder = sides.filter((side) => side.columns?.some((one) => one.name === name) === true);
      const how = (column: string): LineageHow =>
        plain ? (made === undefined || made === column ? 'same' : 'renamed') : 'computed';
      if (holder.length > 0) {
        for (const side of holder) if (side.node !== undefined) add({ node: side.node, column: name }, how(name));
        continue;
      }
      const qualified = sides.find((side) => side.name === name);
      if (qualified !== undefined && first !== undefined) {
        if (qualified.node !== undefined) add({ node: qualified.node, column: first }, how(first));
        continue;
      }
      const item = bound.get(name);
      if (item !== undefined) {
        if (item.node !== undefined)
          add(
            { node: item.node, ...(first === undefined ? {} : { column: first }) },
            first === undefined ? 'computed' : how(first),
          );
        continue;
      }
      const isInput = name === 'INPUT' && first !== undefined;
      const symbol = this.#analysis.byName.get(isInput ? first : name);
      const open = sides.find((side) => side.columns === undefined);
      if (symbol !== undefined && (isInput || open === undefined || symbol.kind === 'input')) {
        const field = isInput ? undefined : path.find(({ name: one }) => one !== 'output' && one !== 'result')?.name;
        const has = field !== undefined && columnsOf(symbol.type)?.some((one) => one.name === field) === true;
        add({ node: symbol.id, ...(has ? { column: field } : {}) }, has ? how(field) : 'computed');
        continue;
      }
      // The columns of the table are not known: a bare name is one of them.
      if (open?.node !== undefined) {
        add({ node: open.node, column: name }, how(name));
      }
    }
    if (parts.length > 0) return { parts };
    return { parts, end: `Written in the plan: ${expression}.`, source: true };
  }

  #fromSource(
    source: Expr,
    column: string,
    how: LineageHow,
    expression: string,
    range: SourceRange,
    bound: Bound,
  ): MadeOf {
    const side = this.#side(source, bound);
    if (side.node === undefined) return this.#ofExpr(source, column, how, bound);
    return { parts: [{ from: { node: side.node, column }, how, expression, range }] };
  }

  #side(expr: Expr, bound: Bound): Side {
    const name = sideName(expr);
    if (expr.kind === 'name') {
      const item = bound.get(expr.name);
      if (item !== undefined) return { ...item, name: expr.name };
    }
    const isInput = expr.kind === 'member' && expr.object.kind === 'name' && expr.object.name === 'INPUT';
    const isWhole =
      expr.kind === 'member' &&
      expr.object.kind === 'name' &&
      (expr.property.name === 'output' || expr.property.name === 'result');
    const symbol =
      expr.kind === 'name'
        ? this.#analysis.byName.get(expr.name)
        : isInput
          ? this.#analysis.byName.get(expr.property.name)
          : isWhole
            ? this.#analysis.byName.get((expr.object as Extract<Expr, { kind: 'name' }>).name)
            : undefined;
    if (symbol === undefined) return { name, node: undefined, columns: undefined };
    return { name, node: symbol.id, columns: rowColumns(symbol.type).columns };
  }

  /** Why the trail ends in an operation; undefined where it does not. */
  #opaque(op: Op): string | undefined {
    switch (op.op) {
      case 'QUERY':
        return 'It comes out of SQL, through which FLOW does not follow columns.';
      case 'CALL_FLOW':
        return 'Another flow gives it; open that one to see how.';
      case 'APX_EXEC':
        return 'An operation of the node gives it.';
      case 'CALL':
      case 'RUN_VASM':
      case 'RUN_JOB':
        return 'A program gives it; FLOW does not look into it.';
      case 'ASK_AI':
      case 'RUN_AGENT':
      case 'INFER':
      case 'TRAIN':
        return 'A model gives it.';
      case 'UNKNOWN':
        return `${op.name} gives it; FLOW does not look into it.`;
      case 'MAP':
        return op.using === undefined ? undefined : 'A function makes the rows; FLOW does not look into it.';
      default:
        return undefined;
    }
  }

  // ---------------------------------------------------------------- forward

  /** Ids of the nodes that read each node; of a STORE the steps that load what it stored. */
  #readers(): Map<string, string[]> {
    const readers = new Map<string, string[]>();
    const add = (from: string, to: string): void => {
      const list = readers.get(from);
      if (list === undefined) readers.set(from, [to]);
      else if (!list.includes(to)) list.push(to);
    };
    for (const symbol of this.#analysis.symbols) {
      for (const read of symbol.dependsOn) add(read.id, symbol.id);
      if (symbol.kind !== 'step' || symbol.node.op.op !== 'LOAD_TABLE') continue;
      const { table } = symbol.node.op;
      const name = table.kind === 'literal' ? String(table.value) : table.kind === 'name' ? table.name : undefined;
      if (name !== undefined) for (const { step } of this.#stores(name)) add(step.id, symbol.id);
    }
    for (const output of this.#analysis.outputs) for (const read of output.dependsOn) add(read.id, output.id);
    return readers;
  }

  /** Columns of a reader that may be made of `at`. */
  #columnsFed(reader: string, at: ColumnAt): (string | undefined)[] {
    const symbol = this.#symbols.get(reader);
    const type = symbol?.type ?? this.#analysis.outputs.find((output) => output.id === reader)?.type;
    if (type === undefined) return [];
    // What comes out of there is not known by its name.
    if (this.#lostIn(reader) !== undefined) return [];
    if (symbol?.kind === 'step' && symbol.node.op.op === 'STORE')
      return at.column === undefined ? [undefined] : [at.column];
    const known = columnsOf(type);
    if (known === undefined) return at.column === undefined ? [undefined] : [at.column];
    if (known.length === 0) return [undefined];
    return known.map((column) => column.name);
  }

  #decisions(reader: string, node: string, column: string): LineageUse[] {
    const symbol = this.#symbols.get(reader);
    if (symbol?.kind !== 'step') return [];
    const uses: LineageUse[] = [];
    const look = (op: Op, bound: Bound): void => {
      const inRow = (expr: Expr, sides: readonly Side[], decides: string): void => {
        const hit = this.#ofRow(expr, sides, bound).parts.some(
          ({ from }) => from.node === node && from.column === column,
        );
        if (hit) uses.push({ node: reader, column, decides, expression: this.#text(expr.range), range: expr.range });
      };
      const inNames = (names: readonly { name: string; range: SourceRange }[], source: Expr, decides: string): void => {
        if (this.#side(source, bound).node !== node) return;
        for (const { name, range } of names)
          if (name === column) uses.push({ node: reader, column, decides, expression: name, range });
      };
      switch (op.op) {
        case 'FILTER':
          inRow(op.where, [this.#side(op.source, bound)], 'which rows stay');
          break;
        case 'JOIN':
          inRow(op.on, [this.#side(op.left, bound), this.#side(op.right, bound)], 'which rows belong together');
          break;
        case 'SORT':
          for (const { value } of op.by) inRow(value, [this.#side(op.source, bound)], 'the order of rows');
          break;
        case 'DISTINCT':
          inNames(op.by ?? [], op.source, 'which rows are the same');
          break;
        case 'GROUP_AGG':
          inNames(op.by, op.source, 'which rows are put together');
          break;
        case 'STORE':
          inNames(op.by ?? [], op.source, 'which stored rows give way');
          break;
        case 'IF':
          inRow(op.condition, [], 'which branch is taken');
          break;
        case 'SWITCH':
          inRow(op.subject, [], 'which case is taken');
          break;
        default:
      }
      const inside = op.op === 'FOR_EACH' ? new Map([...bound, [op.variable.name, this.#side(op.list, bound)]]) : bound;
      for (const inner of nestedOps(op)) look(inner, inside);
    };
    look(symbol.node.op, new Map());
    return uses;
  }

  #lostIn(reader: string): string | undefined {
    const symbol = this.#symbols.get(reader);
    if (symbol?.kind !== 'step') return undefined;
    const reason = this.#opaque(symbol.node.op);
    if (reason === undefined) return undefined;
    return symbol.node.op.op === 'QUERY'
      ? 'It goes into SQL, through which FLOW does not follow columns.'
      : `It goes into "${symbol.name}", into which FLOW does not look.`;
  }

  #lastWord(at: ColumnAt): string {
    const symbol = this.#symbols.get(at.node);
    if (symbol === undefined) return `Given out as "${at.node.slice(at.node.indexOf(':') + 1)}".`;
    if (symbol.kind === 'step') {
      const { op } = symbol.node;
      if (op.op === 'STORE')
        return op.name.kind === 'literal'
          ? `Stored as ${op.as.toLowerCase()} "${String(op.name.value)}".`
          : 'Stored in the project.';
      if (op.op === 'OUTPUT' || op.op === 'OUTPUT_JSON' || op.op === 'OUTPUT_TEXT' || op.op === 'RETURN')
        return `Given out by "${symbol.name}".`;
    }
    return `Nothing reads it after "${symbol.name}".`;
  }

  #text({ start, end }: SourceRange): string {
    return this.#analysis.source.slice(start, end).replaceAll(/\s+/g, ' ');
  }
}

function key(at: ColumnAt): string {
  return `${at.node}\n${at.column ?? ''}`;
}

function lost(reason: string): MadeOf {
  return { parts: [], end: reason };
}

function words(op: Op): string {
  return op.op === 'LOAD' ? `LOAD ${op.format}` : op.op === 'GROUP_AGG' ? 'GROUP' : op.op.replaceAll('_', ' ');
}

/** The keys of WITH are names of their own in some operations; they hide steps. */
function withBound(op: Op, bound: Bound): Bound {
  if (op.with === undefined) return bound;
  return new Map([
    ...bound,
    ...op.with.entries.map(({ key: name }): [string, Side] => [
      name.name,
      { name: name.name, node: undefined, columns: undefined },
    ]),
  ]);
}
