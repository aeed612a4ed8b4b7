/** One entry: what it says, its hashes, the proof that it is in the log, and the checkpoint that covers it. */
import { Check, CircleCheck, CircleX, Copy, ShieldCheck, ShieldX, X } from 'lucide-react';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import type { LedgerRecord } from '../../../node-core/ledger/entry.ts';
import { client } from '../../state/connection.ts';
import { useLayout } from '../../state/layout.ts';
import {
  Button,
  Chip,
  copyText,
  duration,
  ErrorState,
  exactTime,
  IconButton,
  shortId,
  Skeleton,
  thousands,
} from '../../ui/index.ts';
import { JsonText } from '../json-text.tsx';
import { openRunStep } from '../runs/open-step.ts';
import { showSchedule } from '../schedules/state.ts';
import { actorText, kindTone, linksOf } from './describe.ts';
import { checkKey } from './pinned-key.ts';
import { type CheckedProof, checkProof, checkSignature } from './proof.ts';
import { ProofPicture } from './ProofPicture.tsx';
import { proofTree } from './proof-tree.ts';
import type { CheckpointAnswer } from './verification.ts';

interface Proof {
  checkpoint: CheckpointAnswer;
  proof: string[];
  checked: CheckedProof;
  signature: { ok: boolean; word: string };
}

/** `ledger.get`: the entry with what proves it. */
interface EntryAnswer {
  checkpoint: CheckpointAnswer;
  proof: string[];
}

export function EntryDetail({ entry }: { entry: LedgerRecord }) {
  const [proof, setProof] = useState<Proof | undefined>();
  const [failure, setFailure] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    setFailure(undefined);
    setProof((before) => (before?.checked.leaf === entry.hash ? before : undefined));
    const load = async (): Promise<Proof> => {
      const { signal } = controller;
      const { checkpoint, proof: hashes } = await client().call<EntryAnswer>(
        'ledger.get',
        { id: entry.seq },
        { signal },
      );
      const key = checkKey(localStorage, checkpoint.key);
      const signature = await checkSignature(checkpoint.note, key.pinned);
      // The root that is signed counts, not the one that is said beside it.
      const signed = { size: signature.size ?? checkpoint.size, root: signature.root ?? checkpoint.root };
      return { checkpoint, proof: hashes, checked: checkProof(entry, entry.hash, hashes, signed), signature };
    };
    load().then(
      (loaded) => {
        if (!controller.signal.aborted) setProof(loaded);
      },
      (error: unknown) => {
        if (!controller.signal.aborted) setFailure(error);
      },
    );
    return () => controller.abort();
  }, [entry, attempt]);

  const { run, step, schedule } = linksOf(entry);
  const { openEntry, openRun } = useLayout.getState();
  const copyProof = (): void => {
    if (proof === undefined) return;
    const { hash, ...plain } = entry;
    void copyText(
      JSON.stringify(
        {
          entry: plain,
          leafHash: hash,
          treeSize: proof.checkpoint.size,
          inclusionProof: proof.proof,
          checkpoint: proof.checkpoint.note,
          key: proof.checkpoint.key,
        },
        null,
        2,
      ),
      'Proof copied: entry, hashes, checkpoint and key',
    );
  };
  return (
    <article className="entry" aria-label={`Entry ${entry.seq}`}>
      <header>
        <h2>#{thousands(entry.seq)}</h2>
        <Chip tone={kindTone(entry.kind)}>{entry.kind}</Chip>
        <Button icon={<Copy />} disabled={proof === undefined} onClick={copyProof}>
          Copy proof
        </Button>
      </header>
      <p className="entry-facts">
        <span data-tip="Time of the commit">{exactTime(entry.time)}</span> · by{' '}
        <span data-tip={entry.actor}>{actorText(entry.actor)}</span>
        {run === undefined ? null : (
          <>
            {' · run '}
            <button type="button" className="link" data-tip={run} onClick={() => openRun(run)}>
              {shortId(run)}
            </button>
          </>
        )}
        {run === undefined || step === undefined ? null : (
          <>
            {' · step '}
            <button type="button" className="link" onClick={() => openRunStep(run, step)}>
              {step.replace(/^\w+:/, '')}
            </button>
          </>
        )}
        {schedule === undefined || entry.kind === 'schedules.removed' ? null : (
          <>
            {' · '}
            <button type="button" className="link" onClick={() => showSchedule(schedule)}>
              its schedule
            </button>
          </>
        )}
      </p>
      <JsonText value={entry.payload} />
      <dl className="entry-hashes">
        <dt>leaf hash</dt>
        <dd>
          <Hash text={entry.hash} />
        </dd>
        <dt>entry before</dt>
        <dd>
          {entry.seq === 0 ? (
            <span className="entry-none">none: this is the first</span>
          ) : (
            <Hash text={entry.prev}>
              <button type="button" className="link" onClick={() => openEntry(entry.seq - 1)}>
                #{thousands(entry.seq - 1)}
              </button>
            </Hash>
          )}
        </dd>
      </dl>
      {failure !== undefined ? (
        <ErrorState problem={failure} retry={() => setAttempt((before) => before + 1)} />
      ) : proof === undefined ? (
        <Skeleton lines={6} label="Checking the proof" />
      ) : (
        <ProofParts entry={entry} proof={proof} />
      )}
    </article>
  );
}

function ProofParts({ entry, proof }: { entry: LedgerRecord; proof: Proof }) {
  const { checked, checkpoint, signature } = proof;
  const tree = useMemo(
    () => proofTree({ label: `#${thousands(entry.seq)}`, hash: checked.leaf }, checked.levels),
    [entry.seq, checked],
  );
  const lines = checkpoint.note.split('\n\n')[0]!.split('\n');
  const signers = checkpoint.note.split('\n').filter((line) => line.startsWith('— '));
  return (
    <>
      <div className="entry-title">
        <h3>Inclusion proof</h3>
        <span data-ok={checked.ok} role="status">
          {checked.ok ? <CircleCheck size={14} aria-hidden /> : <CircleX size={14} aria-hidden />}
          {checked.ok
            ? `${checked.levels.length} ${checked.levels.length === 1 ? 'hash' : 'hashes'}, checked in this window in ${duration(Math.max(0.1, checked.ms))}`
            : checked.fault}
        </span>
      </div>
      <div className="proof-frame">
        <ProofPicture
          tree={tree}
          ok={checked.ok}
          label={`Tree from entry ${entry.seq} over ${checked.levels.length} hashes to the root ${shortId(checked.root)}, which ${checked.ok ? 'is' : 'is not'} the root of the checkpoint`}
        />
      </div>
      <section className="checkpoint" data-ok={signature.ok} aria-label={`Checkpoint of ${checkpoint.size} entries`}>
        <div className="entry-title">
          <h3>
            {signature.ok ? <ShieldCheck size={15} aria-hidden /> : <ShieldX size={15} aria-hidden />}
            Checkpoint {thousands(checkpoint.size)}
          </h3>
          <IconButton label="Copy the note" onClick={() => void copyText(checkpoint.note, 'Checkpoint copied')}>
            <Copy />
          </IconButton>
        </div>
        <pre>
          {lines.join('\n')}
          {'\n'}
          {signers.map((line) => {
            const [, name = '', value = ''] = line.split(' ');
            const own = name === (checkpoint.key.split('+')[0] ?? '');
            return (
              <span key={line} data-tip={value}>
                — {shortName(name)}{' '}
                {own ? (
                  <em data-ok={signature.ok}>
                    {signature.ok ? <Check size={12} aria-label="right" /> : <X size={12} aria-label="wrong" />}
                    {signature.word}
                  </em>
                ) : null}
                {'\n'}
              </span>
            );
          })}
        </pre>
      </section>
    </>
  );
}

/** `voike.node/0193…7c4e`. */
function shortName(name: string): string {
  const slash = name.lastIndexOf('/');
  return slash === -1 ? name : `${name.slice(0, slash + 1)}${shortId(name.slice(slash + 1))}`;
}

function Hash({ text, children }: { text: string; children?: ReactNode }) {
  return (
    <>
      <code data-tip={text}>{text}</code>
      {children}
      <IconButton label="Copy the hash" onClick={() => void copyText(text, 'Hash copied')}>
        <Copy />
      </IconButton>
    </>
  );
}
