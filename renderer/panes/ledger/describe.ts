/** What a ledger entry says, in a line for people; and what it leads to. Pure. */
import type { LedgerEntry } from '../../../node-core/ledger/entry.ts';
import { capabilityWords } from '../../../node-core/vasm/capability.ts';
import type { Tone } from '../../ui/Chip.tsx';
import { bytes, count, duration, shortId, thousands } from '../../ui/format.ts';

/** The colour of a kind; the word itself always stands beside it. */
export function kindTone(kind: string): Tone | undefined {
  if (/fail|revoke|delete|refused/.test(kind)) return 'failed';
  if (kind === 'run.finish' || /^(table|blob|model|service)\./.test(kind)) return 'done';
  if (
    kind.startsWith('run.cancel') ||
    kind.startsWith('run.interrupt') ||
    kind.startsWith('grant') ||
    kind.startsWith('key.')
  )
    return 'warn';
  if (kind.startsWith('run.resume') || kind.startsWith('plan.')) return 'reused';
  if (kind.startsWith('run.')) return 'running';
  return undefined;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

/** The name of a step without its prefix: `step:load` → `load`. */
function stepName(id: unknown): string | undefined {
  return text(id)?.replace(/^(step|output|input):/, '');
}

const names = (ids: unknown): string => (Array.isArray(ids) ? ids.map((id) => stepName(id) ?? '').join(', ') : '');

function before(ids: unknown): string | undefined {
  const list = names(ids);
  return list === '' ? undefined : `before ${list}`;
}

/** @param flowOf name of the flow of a run, where it is known */
export function describe(
  entry: Pick<LedgerEntry, 'kind' | 'payload'>,
  flowOf: (runId: string) => string | undefined = () => undefined,
): string {
  const { kind, payload } = entry;
  const run = text(payload['run']);
  const flow = text(payload['flow']) ?? (run === undefined ? undefined : (flowOf(run) ?? `run ${shortId(run)}`));
  const rows = number(payload['rows']);
  const ms = number(payload['ms']);
  switch (kind) {
    case 'run.start':
      return joined(flow, inputsText(payload['inputs'], payload['files']));
    case 'run.step': {
      const what = payload['reused'] === true ? 'reused' : 'finished';
      return `${flow} › ${stepName(payload['step']) ?? 'a step'} ${what}${rows === undefined ? '' : `, ${count(rows, 'row')}`}${ms === undefined || ms < 0.1 ? '' : `, ${duration(ms)}`}`;
    }
    case 'run.finish':
      return `${flow} finished${steps(payload)}${ms === undefined ? '' : `, ${duration(ms)}`}`;
    case 'run.failed':
      return `${flow}${payload['step'] === undefined ? '' : ` › ${stepName(payload['step'])}`} failed${payload['code'] === undefined ? '' : `: ${String(payload['code'])}`}`;
    case 'run.cancelled':
      return `${flow} cancelled${steps(payload)}`;
    case 'run.interrupted':
      return `${flow} interrupted${steps(payload)}`;
    case 'run.resume':
      return `${flow} goes on${number(payload['steps']) === undefined ? '' : `, ${count(number(payload['steps'])!, 'step')} kept`}`;
    case 'run.pause':
      return `${flow} asked to pause`;
    case 'run.paused':
      return joined(`${flow} paused`, before(payload['at']));
    case 'run.continue':
      return joined(`${flow} continued`, before(payload['at']));
    case 'run.breakpoints':
      return joined(`${flow} breakpoints`, names(payload['steps']) || 'none');
    case 'run.edit':
      return `${flow} › ${payload['input'] === undefined ? `result of ${stepName(payload['step'])}` : `${text(payload['input'])}, read by ${stepName(payload['step'])},`} edited`;
    case 'run.export':
      return `${flow} exported as a file`;
    case 'run.pin':
      return `${flow} keeps its results`;
    case 'run.unpin':
      return `${flow} keeps its results by the rule alone`;
    case 'results.let-go':
      return `${count(number(payload['results']) ?? 0, 'result')} of ${count(number(payload['runs']) ?? 0, 'run')} let go`;
    case 'run.import':
      return `${flow} imported${payload['verified'] === true ? ', proven' : ', not proven'}`;
    case 'schedules.created':
      return joined(text(payload['name']) ?? 'a flow', 'schedule made');
    case 'schedules.changed':
      return joined(
        text(payload['name']) ?? 'a flow',
        payload['enabled'] === false ? 'schedule paused' : 'schedule changed',
      );
    case 'schedules.removed':
      return joined(text(payload['name']) ?? 'a flow', 'schedule removed');
    case 'schedules.fired':
      return `${text(payload['name']) ?? 'a schedule'} set off a run`;
    case 'schedules.skipped':
      return `${text(payload['name']) ?? 'a schedule'} was skipped${text(payload['reason']) === undefined ? '' : `: ${text(payload['reason'])}`}`;
    case 'project.create':
      return joined(text(payload['name']) ?? 'a project', 'project made');
    case 'key.create':
      return joined(text(payload['label']) ?? 'a key', 'key made');
    case 'key.revoke':
      return `key ${shortId(String(payload['key'] ?? ''))} revoked`;
    case 'plan.save':
      return joined(text(payload['name']) ?? 'a plan', 'stored');
    case 'plan.delete':
      return `plan ${shortId(String(payload['plan'] ?? ''))} deleted`;
    case 'blob.put':
      return joined(text(payload['name']) ?? `file ${shortId(String(payload['id'] ?? ''))}`, 'kept', size(payload));
    case 'node.create':
      return 'the node and its key were made';
    case 'workspace.open':
      return joined(text(payload['path']) ?? 'a folder', 'opened');
    case 'workspace.close':
      return 'a folder was closed';
    case 'history.limits':
      return 'how much history of files is kept was changed';
    case 'service.deploy':
      return joined(
        `${text(payload['service']) ?? 'a service'} deployed`,
        number(payload['version']) === undefined ? undefined : `version ${number(payload['version'])}`,
        number(payload['routes']) === undefined ? undefined : count(number(payload['routes'])!, 'route'),
      );
    case 'service.undeploy':
      return `${text(payload['service']) ?? 'a service'} taken away`;
    case 'model.migrate':
      return joined(...listOf(payload['changes']).map(migrationText));
    case 'model.change':
      return changesText(payload['changes']);
    case 'model.rewound':
      return 'the rows of models are those of an earlier time: their file was put back';
    case 'grant.set':
      return `${moduleName(payload)} may ${payload['decision'] === 'never' ? 'never' : 'always'} ${capabilityWords(String(payload['capability']))}`;
    case 'grant.forget':
      return `${moduleName(payload)} is asked again before it may ${capabilityWords(String(payload['capability']))}`;
    case 'vvm.refused':
      return `${moduleName(payload)} was not let ${capabilityWords(String(payload['capability']))}`;
    case 'http.sent':
      return joined(
        `${moduleName(payload)} sent ${text(payload['method']) ?? 'a request'} to ${text(payload['url']) ?? 'a server'}`,
        number(payload['status']) === undefined ? undefined : `answered ${number(payload['status'])}`,
      );
  }
  if (kind.startsWith('table.')) {
    const before = number(payload['before'] ?? payload['was']);
    return joined(
      text(payload['table'] ?? payload['name']) ?? 'a table',
      rows === undefined ? undefined : `${count(rows, 'row')}${before === undefined ? '' : `, was ${before}`}`,
    );
  }
  return Object.entries(payload)
    .slice(0, 4)
    .map(
      ([key, value]) =>
        `${key} ${typeof value === 'string' ? (value.length > 40 ? shortId(value) : value) : JSON.stringify(value)}`,
    )
    .join(', ');
}

function joined(...parts: (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(', ');
}

const listOf = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? (value as Record<string, unknown>[]) : [];

/** The program's file where it is known, else the name of its module. */
function moduleName(payload: Record<string, unknown>): string {
  const module = payload['module'] as { name?: unknown } | undefined;
  return text(payload['origin']) ?? text(module?.name) ?? 'a program';
}

/** What a change of a model's table did, by its kind (node-core/models/plan.ts). */
const MIGRATED: Readonly<Record<string, (of: string) => string>> = {
  'create-table': (of) => `table ${of} made`,
  'add-field': (of) => `${of} added`,
  'drop-field': (of) => `${of} dropped`,
  'change-type': (of) => `${of} has another type`,
  'make-optional': (of) => `${of} may be left out`,
  'make-required': (of) => `${of} must be given`,
  'add-index': (of) => `index on ${of} made`,
  'drop-index': (of) => `index on ${of} taken away`,
};

/** `Note.mood dropped, 3 values lost` */
function migrationText({ table, field, kind, lost }: Record<string, unknown>): string {
  const of = field === undefined ? String(table) : `${String(table)}.${String(field)}`;
  const losing = number(lost) ?? 0;
  return joined(
    MIGRATED[String(kind)]?.(of) ?? `${of} changed`,
    losing === 0 ? undefined : `${count(losing, 'value')} lost`,
  );
}

/** `User: 2 rows added, 1 changed`: counts by program, by table. */
function changesText(changes: unknown): string {
  if (typeof changes !== 'object' || changes === null) return 'rows of models changed';
  return Object.values(changes as Record<string, Record<string, Record<string, number>>>)
    .flatMap((tables) => Object.entries(tables))
    .map(([table, { inserted = 0, updated = 0, deleted = 0 }]) => {
      const parts = [
        ...(inserted === 0 ? [] : [`${count(inserted, 'row')} added`]),
        ...(updated === 0 ? [] : [`${thousands(updated)} changed`]),
        ...(deleted === 0 ? [] : [`${thousands(deleted)} deleted`]),
      ];
      return `${table}: ${parts.join(', ')}`;
    })
    .join('; ');
}

function size(payload: Record<string, unknown>): string | undefined {
  const held = number(payload['size']);
  return held === undefined ? undefined : bytes(held);
}

function steps(payload: Record<string, unknown>): string {
  const done = number(payload['steps']);
  return done === undefined ? '' : `, ${count(done, 'step')}`;
}

function inputsText(inputs: unknown, files: unknown): string {
  if (typeof inputs !== 'object' || inputs === null) return 'started';
  const hashes = typeof files === 'object' && files !== null ? (files as Record<string, unknown>) : {};
  const parts = Object.entries(inputs).map(([name, value]) => {
    const file = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
    const shown = file?.['$table'] === undefined ? (file?.['$file'] ?? file?.['name'] ?? file?.['$blob']) : 'a table';
    const hash = hashes[name];
    const sum = typeof hash === 'string' ? ` (sha256 ${hash.replace(/^sha256:/, '').slice(0, 4)}…)` : '';
    const last = typeof shown === 'string' ? shown.split(/[\\/]/).at(-1) : undefined;
    return `${name} = ${last ?? (typeof value === 'string' ? value : JSON.stringify(value))}${sum}`;
  });
  return parts.length === 0 ? 'started' : `started with ${parts.join(', ')}`;
}

/** What an entry leads to. */
export function linksOf(entry: Pick<LedgerEntry, 'payload'>): { run?: string; step?: string; schedule?: string } {
  const run = text(entry.payload['run']);
  const step = text(entry.payload['step']);
  const schedule = text(entry.payload['schedule']);
  return {
    ...(run === undefined ? {} : { run }),
    ...(run === undefined || step === undefined ? {} : { step }),
    ...(schedule === undefined ? {} : { schedule }),
  };
}

/** Who did it, in words: `local user`, `run 0193…7c4e, step warm`, `key 0193…01aa`. */
export function actorText(actor: string): string {
  if (actor === 'local') return 'local user';
  const run = /^run:([^/]+)(?:\/(?:\w+:)?(.+))?$/.exec(actor);
  if (run !== null) return `run ${shortId(run[1]!)}${run[2] === undefined ? '' : `, step ${run[2]}`}`;
  const schedule = /^schedule:(.+)$/.exec(actor);
  if (schedule !== null) return `schedule ${shortId(schedule[1]!)}`;
  const key = /^key:(.+)$/.exec(actor);
  return key === null ? actor : `key ${shortId(key[1]!)}`;
}
