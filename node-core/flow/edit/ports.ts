/** The ports of a node, and which node may be led to which. Browser-safe. */
import type { Environment } from '../plan/environment.ts';
import type { PlanGraph, PlanNode } from '../plan/graph.ts';
import { sqlTables } from '../plan/sql-tables.ts';
import type { Expr, Op } from '../syntax/ast.ts';
import { type Part, walkParts } from '../syntax/parts.ts';
import { printExpr } from '../syntax/print.ts';
import { references } from '../syntax/walk.ts';
import { aType } from '../types/display.ts';
import { isOpen, rowColumns } from '../types/relate.ts';
import type { FlowType } from '../types/type.ts';
import { type MayConnect, type Port, type PortTakes } from './types.ts';
import { isHole } from './values.ts';

/** The port at which edges of expressions end (`WHERE year > since`): they are written, not drawn. */
export const VALUES_PORT = 'values';

/** The ports of a node, in the order of its text. With the node's operations known, APX_EXEC has one for each key of its input. */
export function portsOf(node: PlanNode, environment: Environment = {}): Port[] {
  if (node.kind === 'input') return [];
  const reads = readsOf(node);
  if (node.kind === 'output') return [portOf('value', 'value', 'what to give out', 'value', node.value, reads)];
  const ports: Port[] = [];
  walkParts(node.op, (part, id, op) => ports.push(...portsOfPart(part, id, op, reads, environment)));
  const seen = new Set(ports.flatMap((port) => port.reads));
  const rest = node.dependsOn.filter((id) => !seen.has(id));
  if (rest.length > 0)
    ports.push({
      id: VALUES_PORT,
      label: 'values',
      doc: 'Values that its expressions read.',
      takes: 'value',
      text: '',
      reads: rest,
      hole: false,
      connects: false,
    });
  return ports;
}

/** Ids of what the node depends on, by the name that its text uses. */
function readsOf(node: PlanNode): ReadonlyMap<string, string> {
  const byName = new Map<string, string>();
  for (const id of node.dependsOn) {
    const name = id.slice(id.indexOf(':') + 1);
    byName.set(id.startsWith('input:') ? `INPUT.${name}` : name, id);
    if (!byName.has(name)) byName.set(name, id);
  }
  return byName;
}

function idsRead(expr: Expr, reads: ReadonlyMap<string, string>): string[] {
  const ids = references(expr).flatMap(({ name, path }) => {
    const id = name === 'INPUT' && path.length > 0 ? reads.get(`INPUT.${path[0]!.name}`) : reads.get(name);
    return id === undefined ? [] : [id];
  });
  return [...new Set(ids)];
}

function portOf(
  id: string,
  label: string,
  what: string,
  takes: PortTakes,
  expr: Expr | undefined,
  reads: ReadonlyMap<string, string>,
): Port {
  const hole = expr === undefined || expr.kind === 'error' || isHole(expr);
  return {
    id,
    label,
    doc: `${what.charAt(0).toUpperCase()}${what.slice(1)}.`,
    takes,
    text: hole ? '' : printExpr(expr),
    reads: hole ? [] : idsRead(expr, reads),
    hole,
    connects: true,
  };
}

function portsOfPart(
  part: Part,
  id: string,
  op: Op,
  reads: ReadonlyMap<string, string>,
  environment: Environment,
): Port[] {
  switch (part.kind) {
    case 'expr':
      if (part.id === 'sql' && op.op === 'QUERY') return sqlPorts(op, id, reads);
      if (part.takes === undefined) return [];
      if (part.optional && part.expr === undefined)
        return [{ ...portOf(id, part.label, part.what, part.takes, undefined, reads), hole: false }];
      return [portOf(id, part.label, part.what, part.takes, part.expr, reads)];
    case 'exprs':
    case 'args':
      if (part.takes === undefined) return [];
      return [
        ...part.items.map((item, i) =>
          portOf(`${id}.${i}`, numbered(part.label, i), part.what, part.takes!, item, reads),
        ),
        more(id, part.label, part.what, part.takes),
      ];
    case 'record': {
      if (part.id !== 'with') return [];
      const entries = part.record?.entries ?? [];
      const known = op.op === 'APX_EXEC' ? keysOf(op, environment) : op.op === 'ASK_AI' ? ['context'] : [];
      const open = known.filter((key) => entries.every((entry) => entry.key.name !== key));
      return [
        ...entries.map(({ key, value }) =>
          portOf(`${id}.${key.name}`, key.name, `the value of ${key.name}`, 'value', value, reads),
        ),
        ...open.map((key) => ({
          ...portOf(`${id}.${key}`, key, `the value of ${key}`, 'value', undefined, reads),
          hole: false,
        })),
        ...(known.length > 0 || READS_NO_WITH.has(op.op) ? [] : [more(id, 'with', part.what, 'value')]),
      ];
    }
    default:
      return [];
  }
}

/** Operations of which WITH is seldom what one wants to connect. */
const READS_NO_WITH: ReadonlySet<Op['op']> = new Set([
  'OUTPUT',
  'OUTPUT_TEXT',
  'OUTPUT_JSON',
  'RETURN',
  'TRANSFORM',
  'ERROR',
  'QUERY',
]);

function numbered(label: string, i: number): string {
  return `${label.replace(/s$/, '')} ${i + 1}`;
}

function more(id: string, label: string, what: string, takes: PortTakes): Port {
  return {
    id: `${id}.+`,
    label: `one more: ${label}`,
    doc: `One more: ${what}.`,
    takes,
    text: '',
    reads: [],
    hole: false,
    connects: true,
  };
}

/** Keys of the input of the operation that APX_EXEC names. */
function keysOf(op: Extract<Op, { op: 'APX_EXEC' }>, environment: Environment): string[] {
  const { operation } = op;
  const name = operation.kind === 'literal' ? operation.value : undefined;
  const found = environment.operations?.find((candidate) => candidate.name === name);
  return Object.keys(found?.input.properties ?? {});
}

/** The tables in the text of a QUERY: `sql.<name>`. */
function sqlPorts(op: Extract<Op, { op: 'QUERY' }>, id: string, reads: ReadonlyMap<string, string>): Port[] {
  if (op.sql.kind !== 'literal' || typeof op.sql.value !== 'string') return [];
  return sqlTables(op.sql.value).flatMap(({ name }): Port[] => {
    const from = reads.get(name);
    if (from === undefined && name !== '_') return [];
    return [
      {
        id: `${id}.${name}`,
        label: name === '_' ? 'table' : name,
        doc: 'A table that the SQL reads.',
        takes: 'table',
        text: name === '_' ? '' : name,
        reads: from === undefined ? [] : [from],
        hole: name === '_',
        connects: true,
      },
    ];
  });
}

/** Whether `to` may read `from` at this port; the reason in words when not. */
export function mayConnect(
  graph: PlanGraph,
  from: string,
  to: string,
  portId: string,
  environment: Environment = {},
): MayConnect {
  const no = (reason: string): MayConnect => ({ ok: false, reason });
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const source = byId.get(from);
  const target = byId.get(to);
  if (source === undefined || target === undefined) return no('The plan does not have both of them any more.');
  if (source.kind === 'output') return no('An output gives to nobody inside the plan: read what it reads.');
  if (target.kind === 'input') return no('An input reads nothing: it is given when the plan runs.');
  if (from === to) return no(`"${source.name}" cannot read itself.`);
  const port = portsOf(target, environment).find((candidate) => candidate.id === portId) ?? openPort(target, portId);
  if (port === undefined) return no(`"${target.name}" has no port ${portId}.`);
  if (!port.connects) return no('What an expression reads is written in the form.');
  if (reaches(byId, from, to))
    return no(`"${source.name}" needs what "${target.name}" gives: they would read each other in a circle.`);
  const fits = takes(port.takes, source.type);
  if (!fits) return no(wrongType(port, source.name, source.type));
  return { ok: true };
}

/** `with.<new key>`: a key of a record may be made by connecting it. */
function openPort(node: PlanNode, portId: string): Port | undefined {
  const at = portId.lastIndexOf('.');
  if (at < 0 || !/(?:^|\.)with\.[A-Za-z_]\w*$/.test(portId) || node.kind !== 'step') return undefined;
  return { ...more(portId.slice(0, at), 'with', 'a value', 'value'), id: portId };
}

/** Whether `from` reads `to`, directly or through others. */
function reaches(byId: ReadonlyMap<string, PlanNode>, from: string, to: string): boolean {
  const seen = new Set<string>();
  const pending = [from];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (id === to) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    pending.push(...(byId.get(id)?.dependsOn ?? []));
  }
  return false;
}

/** Whether a value of the type can be read there. */
export function takes(wanted: PortTakes, type: FlowType): boolean {
  if (isOpen(type)) return true;
  switch (wanted) {
    case 'table':
      return rowColumns(type).rows;
    case 'file':
      return type.kind === 'file' || type.kind === 'blob' || type.kind === 'text';
    case 'list':
      return type.kind === 'list' || type.kind === 'table';
    case 'model':
      return type.kind === 'model' || type.kind === 'text';
    case 'value':
      return true;
  }
}

function wrongType(port: Port, name: string, type: FlowType): string {
  const wanted = { table: 'a table', file: 'a file', list: 'a list or a table', model: 'a model', value: 'a value' }[
    port.takes
  ];
  const load =
    port.takes === 'table' && (type.kind === 'file' || type.kind === 'blob')
      ? ' Read it with LOAD first.'
      : port.takes === 'file' && type.kind === 'table'
        ? ' It is read already.'
        : '';
  return `${port.doc.slice(0, -1)} is ${wanted}, and "${name}" is ${aType(type)}.${load}`;
}
