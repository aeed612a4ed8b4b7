/** The verification of the whole ledger in the bar: its button and state, and below what it found. */
import { CircleX, KeyRound, LoaderCircle, ShieldCheck, ShieldX, Square } from 'lucide-react';
import type { LogFaultCode } from '../../../node-core/ledger/proof/verify.ts';
import { useLedgerStatus } from '../../state/ledger.ts';
import { Button, confirm, count, exactTime, thousands } from '../../ui/index.ts';
import { logName } from './pinned-key.ts';
import { acceptKey, cancelVerification, startVerification, useVerification } from './verification.ts';

/** State of the verification and its button. */
export function VerifyControls() {
  const { phase, entries, total, rate, report, ms } = useVerification();
  const verified = useLedgerStatus((status) => status.verified);
  const size = useLedgerStatus((status) => status.size);
  if (phase === 'running') {
    return (
      <div className="ledger-verify" role="status">
        <LoaderCircle size={14} className="ui-spin" aria-hidden />
        <span className="tabular cut">
          {thousands(entries)} of {thousands(total)}
          {rate === 0 ? '' : ` · ${thousands(rate)}/s`}
        </span>
        <Button icon={<Square />} onClick={cancelVerification}>
          Stop
        </Button>
        <progress value={entries} max={Math.max(1, total)} aria-label="Entries verified" />
      </div>
    );
  }
  const behind = report?.ok === true && size !== undefined ? size - report.size : 0;
  return (
    <div className="ledger-verify">
      {report?.ok === true ? (
        <span
          className="ledger-ok cut"
          role="status"
          data-tip={`${count(report.size, 'entry', 'entries')} and ${count(report.checkpoints, 'checkpoint')} recomputed in this window in ${(ms / 1000).toFixed(ms < 100 ? 3 : 2)} s${verified === undefined ? '' : `\n${exactTime(verified.at)}`}`}
        >
          <ShieldCheck size={14} aria-hidden />
          verified here, {count(report.size, 'entry', 'entries')}
          {behind > 0 ? ` · ${thousands(behind)} new since` : ''}
        </span>
      ) : report?.ok === false ? (
        <span className="ledger-bad cut" role="status">
          <ShieldX size={14} aria-hidden />
          {isOfKey(report.problem.code)
            ? 'signed with another key'
            : report.problem.seq === undefined
              ? 'broken'
              : `broken at #${thousands(report.problem.seq)}`}
        </span>
      ) : null}
      <Button kind="primary" icon={<ShieldCheck />} onClick={() => void startVerification()}>
        Verify all
      </Button>
    </div>
  );
}

/** What a verification found, when it is not simply good. */
export function VerifyFinding({ onOpen }: { onOpen(seq: number): void }) {
  const { report, problem, key } = useVerification();
  const changedKey = key?.state === 'changed' ? key : undefined;
  // With another key nothing was found out about the entries: that is one finding, not two.
  const found = report?.ok === false ? report.problem : undefined;
  const broken = changedKey !== undefined && isOfKey(found?.code) ? undefined : found;
  if (changedKey === undefined && broken === undefined && problem === undefined) return null;
  return (
    <div className="ledger-findings">
      {changedKey === undefined ? null : (
        <div className="finding" data-tone="warn" role="alert">
          <KeyRound size={16} aria-hidden />
          <div>
            <b>The node signs with another key than before.</b>
            <p>
              Known since {exactTime(changedKey.since)}: <code>{keyName(changedKey.pinned)}</code>. Now:{' '}
              <code>{keyName(changedKey.current)}</code>. Its entries were not verified. If you set up this node anew,
              trust the new key; if not, somebody may have replaced the ledger: then go back to a copy of its data
              directory.
            </p>
          </div>
          <Button
            onClick={() =>
              void confirm({
                title: 'Trust the new key?',
                body: `From now on ledgers of ${logName(changedKey.current)} are checked against ${keyName(changedKey.current)}. What was signed with the key before no longer verifies here.`,
                action: 'Trust the new key',
                danger: true,
              }).then((yes) => (yes ? acceptKey(changedKey.current) : undefined))
            }
          >
            Trust the new key…
          </Button>
        </div>
      )}
      {broken === undefined ? null : (
        <div className="finding" data-tone="failed" role="alert">
          <CircleX size={16} aria-hidden />
          <div>
            <b>The ledger is not what was signed.</b>
            <p>{broken.detail}</p>
            <p>
              <code>{broken.code}</code>
              {broken.seq === undefined || broken.seq === 0
                ? ''
                : broken.seq === 1
                  ? ' · the entry before it is right'
                  : ` · the ${thousands(broken.seq)} entries before it are right`}
            </p>
          </div>
          {broken.seq === undefined ? null : (
            <Button onClick={() => onOpen(broken.seq!)}>Show #{thousands(broken.seq)}</Button>
          )}
        </div>
      )}
      {problem === undefined ? null : (
        <div className="finding" data-tone="warn" role="alert">
          <CircleX size={16} aria-hidden />
          <div>
            <b>The ledger could not be verified now.</b>
            <p>
              {problem.detail} {problem.hint ?? ''}
            </p>
          </div>
        </div>
      )}
    </div>
  );
}

function keyName(key: string): string {
  return key.split('+')[1] ?? key;
}

/** The fault is in who signed, not in an entry. */
function isOfKey(code: LogFaultCode | undefined): boolean {
  return code === 'wrong-key' || code === 'bad-key';
}
