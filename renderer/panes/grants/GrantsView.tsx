/** Everything that was decided about what programs may do in this project, and what they were refused. */
import { ShieldCheck, Undo2 } from 'lucide-react';
import type { Grant } from '../../../node-core/grants/schema.ts';
import type { LedgerRecord } from '../../../node-core/ledger/entry.ts';
import { client } from '../../state/connection.ts';
import { type FromNode, useFromNode } from '../../state/from-node.ts';
import { useLayout } from '../../state/layout.ts';
import {
  Button,
  Chip,
  confirm,
  EmptyState,
  ErrorState,
  exactTime,
  relativeTime,
  shortId,
  Skeleton,
  toastProblem,
} from '../../ui/index.ts';
import './grants.css';

interface Found {
  grants: Grant[];
  refusals: LedgerRecord[];
}

/** Refusals that are shown; the ledger has all. */
const MOST_REFUSALS = 100;

async function readFound(signal: AbortSignal): Promise<Found> {
  const [{ grants }, { entries }] = await Promise.all([
    client().call<{ grants: Grant[] }>('grants.list', {}, { signal }),
    client().call<{ entries: LedgerRecord[] }>(
      'ledger.recent',
      { kind: 'vvm.refused', limit: MOST_REFUSALS },
      { signal },
    ),
  ]);
  return { grants, refusals: entries };
}

const useFound = (): FromNode<Found> =>
  useFromNode(readFound, (found, event) => {
    const refused = event.type === 'ledger.appended' && event.entries.some(({ kind }) => kind === 'vvm.refused');
    return event.type === 'grants.changed' || refused ? 'again' : found;
  });

export function GrantsView() {
  const { value: found, error, reload } = useFound();
  if (error !== undefined && found === undefined) return <ErrorState problem={error} retry={reload} />;
  if (found === undefined) return <Skeleton lines={8} label="Reading what was decided" />;
  const { grants, refusals } = found;
  if (grants.length === 0 && refusals.length === 0)
    return (
      <EmptyState icon={<ShieldCheck />} title="Nothing was decided yet">
        A program only computes unless somebody lets it do more: write a log, read a table, ask another computer. When
        one wants to, you are asked, and what you decide stands here.
      </EmptyState>
    );
  return (
    <div className="grants">
      <section aria-label="Decisions">
        <h2>Decisions</h2>
        {grants.length === 0 ? <p className="grants-quiet">None. Programs are asked about each time.</p> : null}
        <ul>
          {programsOf(grants).map(({ key, name, origin, id, of }) => (
            <li key={key} className="grants-program">
              <header>
                <b>{origin ?? name}</b>
                <small data-tip={`module ${id}`}>module {shortId(id)}</small>
                <Button kind="quiet" icon={<Undo2 />} onClick={() => void forgetAll(origin ?? name, id)}>
                  Forget all
                </Button>
              </header>
              <ul>
                {of.map((grant) => (
                  <GrantRow key={grant.capability} grant={grant} />
                ))}
              </ul>
            </li>
          ))}
        </ul>
      </section>
      <section aria-label="Refusals">
        <h2>Refused</h2>
        {refusals.length === 0 ? <p className="grants-quiet">No program asked for what it may not do.</p> : null}
        <ul>
          {refusals.map((entry) => (
            <Refusal key={entry.seq} entry={entry} grants={grants} />
          ))}
        </ul>
      </section>
    </div>
  );
}

function programsOf(grants: readonly Grant[]) {
  const programs = new Map<
    string,
    { key: string; name: string; origin: string | undefined; id: string; of: Grant[] }
  >();
  for (const grant of grants) {
    const key = grant.module.id;
    const there = programs.get(key);
    if (there !== undefined) there.of.push(grant);
    else programs.set(key, { key, name: grant.module.name, origin: grant.origin, id: key, of: [grant] });
  }
  return [...programs.values()];
}

function GrantRow({ grant }: { grant: Grant }) {
  const { module, origin, capability, decision, words, actor, time } = grant;
  const set = (next: string): void => {
    const call =
      next === 'ask'
        ? client().call('grants.forget', { module: module.id, capability })
        : client().call('grants.set', {
            module,
            ...(origin === undefined ? {} : { origin }),
            decisions: [{ capability, decision: next }],
          });
    call.catch(toastProblem);
  };
  return (
    <li className="grants-row">
      <span>
        {words}
        <code>{capability}</code>
      </span>
      <small data-tip={exactTime(time)}>
        by {actor}, {relativeTime(time)}
      </small>
      <select
        aria-label={`Decision about ${capability}`}
        data-decision={decision}
        value={decision}
        onChange={(event) => set(event.target.value)}
      >
        <option value="always">always</option>
        <option value="never">never</option>
        <option value="ask">ask again</option>
      </select>
    </li>
  );
}

async function forgetAll(name: string, module: string): Promise<void> {
  const sure = await confirm({
    title: `Forget what was decided about ${name}?`,
    body: 'The next time that it wants to do more than compute, you are asked again.',
    action: 'Forget',
  });
  if (sure) await client().call('grants.forget', { module }).catch(toastProblem);
}

/** @param grants say of which file a module was compiled; an entry names the module alone */
function Refusal({ entry, grants }: { entry: LedgerRecord; grants: readonly Grant[] }) {
  const { payload, seq, time, actor } = entry;
  const module = payload['module'] as { name?: string; id?: string } | undefined;
  const origin = grants.find((grant) => grant.module.id === module?.id)?.origin;
  return (
    <li className="grants-row">
      <Chip tone="failed">refused</Chip>
      <span>
        {origin ?? module?.name ?? 'A program'} asked for
        <code>{String(payload['capability'])}</code>
        in {String(payload['func'])}
      </span>
      <small data-tip={exactTime(time)}>
        {actor}, {relativeTime(time)}
      </small>
      <button type="button" className="link" onClick={() => useLayout.getState().openEntry(seq)}>
        entry #{seq}
      </button>
    </li>
  );
}
