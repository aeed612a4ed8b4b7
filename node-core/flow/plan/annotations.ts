/** What the annotations of a step say. Browser-safe. */
import type { Annotation, AnnotationArgument, Diagnostic, Expr } from '../syntax/ast.ts';
import type { StepAnnotations } from './graph.ts';
import { nearestName } from './nearest-name.ts';

export interface AnnotationContract {
  name: string;
  summary: string;
  /** How it is written. */
  syntax: string;
  snippet: string;
}

export const ANNOTATIONS: readonly AnnotationContract[] = [
  {
    name: 'timeout',
    summary: 'Ends the step with an error when it takes longer.',
    syntax: '@timeout("30s")',
    snippet: 'timeout("${1:30s}")',
  },
  {
    name: 'retry',
    summary: 'Tries the step again when it fails, with a pause that doubles each time.',
    syntax: '@retry(3, backoff="2s")',
    snippet: 'retry(${1:3}, backoff="${2:2s}")',
  },
  {
    name: 'cache',
    summary: 'Uses a stored result for so long, also of a step that reads what may change.',
    syntax: '@cache("1d")',
    snippet: 'cache("${1:1d}")',
  },
  { name: 'nocache', summary: 'Never uses a stored result of an earlier run.', syntax: '@nocache', snippet: 'nocache' },
  { name: 'remote', summary: 'Runs on another node of the mesh.', syntax: '@remote', snippet: 'remote' },
  { name: 'local', summary: 'Runs on this node only.', syntax: '@local', snippet: 'local' },
  {
    name: 'agent',
    summary: 'Names the agent that is answerable for the step.',
    syntax: '@agent("name")',
    snippet: 'agent("${1:name}")',
  },
  {
    name: 'capsule',
    summary: 'Takes a snapshot of the project before the step.',
    syntax: '@capsule',
    snippet: 'capsule',
  },
  {
    name: 'roles',
    summary: 'Only these roles may run the step.',
    syntax: '@roles("admin")',
    snippet: 'roles("${1:admin}")',
  },
  {
    name: 'sensitive',
    summary: 'Keeps the result out of logs and the run history.',
    syntax: '@sensitive',
    snippet: 'sensitive',
  },
  {
    name: 'at',
    summary: 'Where the step lies in the plan graph. Changes nothing about the plan.',
    syntax: '@at(120, 80)',
    snippet: 'at(${1:0}, ${2:0})',
  },
  {
    name: 'group',
    summary: 'Draws the step in a frame with the others of that group. Changes nothing about the plan.',
    syntax: '@group("Cleaning")',
    snippet: 'group("${1:name}")',
  },
];

/** Annotations that say how a plan is drawn: its hash and the keys of its results leave them out. */
const LAYOUT: ReadonlySet<string> = new Set(['at', 'group']);

export function isLayout(annotation: Annotation): boolean {
  return LAYOUT.has(annotation.name.name.toLowerCase());
}

/** Those of a flow; see schedules.ts. */
const FOR_FLOWS: ReadonlySet<string> = new Set(['every', 'cron', 'on']);

const UNITS: Record<string, number> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Milliseconds of `30s`, `500ms`, `2m`, `1.5h`, `1d`, `1w`; a bare number is seconds. Undefined for anything else. */
export function parseDuration(value: string | number): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value * 1000 : undefined;
  const match = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d|w)\s*$/i.exec(value);
  if (match === null) return undefined;
  const ms = Number(match[1]) * UNITS[match[2]!.toLowerCase()]!;
  return Number.isFinite(ms) ? ms : undefined;
}

/** Reads the annotations of a step; what is wrong with them goes to `report`. */
export function readAnnotations(
  annotations: readonly Annotation[],
  report: (diagnostic: Diagnostic) => void,
): StepAnnotations {
  const read: StepAnnotations = { source: [...annotations] };
  const seen = new Map<string, Annotation>();
  for (const annotation of annotations) {
    const name = annotation.name.name.toLowerCase();
    const bad = (message: string): void =>
      report({ code: 'FLOW4008', severity: 'error', message, range: annotation.range });
    const known = ANNOTATIONS.find((contract) => contract.name === name);
    if (known === undefined) {
      const near = nearestName(
        name,
        ANNOTATIONS.map((contract) => contract.name),
      );
      report({
        code: 'FLOW4007',
        severity: 'warning',
        message: FOR_FLOWS.has(name)
          ? `@${name} asks when to run the flow: it stands before FLOW, not before a step. It has no effect.`
          : `There is no annotation @${annotation.name.name}${near === undefined ? '' : `; did you mean @${near}?`}. It has no effect.`,
        range: annotation.name.range,
        ...(near === undefined
          ? {}
          : { fix: { title: `Change it to @${near}`, edits: [{ range: annotation.name.range, text: near }] } }),
      });
      continue;
    }
    const before = seen.get(name);
    if (before !== undefined) {
      report({
        code: 'FLOW4008',
        severity: 'warning',
        message: `@${name} stands twice; the last one counts.`,
        range: annotation.range,
        related: [{ message: 'The first is here.', range: before.range }],
      });
    }
    seen.set(name, annotation);
    const duration = (argument: AnnotationArgument | undefined, fallback: number | undefined): number | undefined => {
      if (argument === undefined) {
        if (fallback === undefined) bad(`@${name} needs a time, for example ${known.syntax}.`);
        return fallback;
      }
      const value = literal(argument.value);
      const ms = typeof value === 'string' || typeof value === 'number' ? parseDuration(value) : undefined;
      if (ms === undefined && argument.value.kind !== 'error') {
        report({
          code: 'FLOW4008',
          severity: 'error',
          message: `@${name} needs a time such as "500ms", "30s", "5m", "2h" or "1d".`,
          range: argument.value.range,
        });
      }
      return ms;
    };
    const positional = annotation.args.filter((argument) => argument.name === undefined);
    const named = (key: string): AnnotationArgument | undefined =>
      annotation.args.find((argument) => argument.name?.name.toLowerCase() === key);
    switch (name) {
      case 'timeout': {
        const ms = duration(positional[0] ?? named('after'), undefined);
        if (ms !== undefined) read.timeout = ms;
        break;
      }
      case 'retry': {
        const count = positional[0] ?? named('times');
        const times = count === undefined ? 3 : literal(count.value);
        if (typeof times !== 'number' || !Number.isInteger(times) || times < 1 || times > 100) {
          bad('@retry needs how often to try again, a whole number from 1 to 100: @retry(3).');
          break;
        }
        const backoff = duration(named('backoff') ?? positional[1], 1000);
        if (backoff !== undefined) read.retry = { times, backoff };
        break;
      }
      case 'cache': {
        const ms = duration(positional[0] ?? named('for'), undefined);
        if (ms !== undefined) read.cache = ms;
        break;
      }
      case 'nocache':
        read.cache = false;
        break;
      case 'roles': {
        const roles = positional.flatMap(({ value }) => (value.kind === 'list' ? value.items : [value])).map(literal);
        if (roles.length === 0 || !roles.every((role) => typeof role === 'string'))
          bad('@roles needs the names of roles: @roles("admin").');
        else read.roles = roles;
        break;
      }
      case 'sensitive':
        read.sensitive = true;
        break;
      case 'at': {
        const [x, y] = annotation.args.map(({ value }) => numberOf(value));
        if (annotation.args.length !== 2 || x === undefined || y === undefined)
          bad('@at needs two numbers, how far right and how far down: @at(120, 80).');
        else read.at = { x, y };
        break;
      }
      case 'group': {
        const group = annotation.args.length === 1 ? literal(annotation.args[0]!.value) : undefined;
        if (typeof group !== 'string' || group.trim() === '')
          bad('@group needs the name of the group: @group("Cleaning").');
        else read.group = group;
        break;
      }
      default:
    }
  }
  const [remote, local] = [seen.get('remote'), seen.get('local')];
  if (remote !== undefined && local !== undefined) {
    report({
      code: 'FLOW4008',
      severity: 'error',
      message: 'A step cannot be both @remote and @local.',
      range: local.range,
      related: [{ message: '@remote is here.', range: remote.range }],
    });
  }
  return read;
}

function numberOf(expr: Expr): number | undefined {
  const negative = expr.kind === 'unary' && expr.operator === '-';
  const value = literal(negative ? expr.operand : expr);
  return typeof value !== 'number' ? undefined : negative ? -value : value;
}

function literal(expr: Expr): string | number | boolean | null | undefined {
  return expr.kind === 'literal' ? expr.value : undefined;
}
