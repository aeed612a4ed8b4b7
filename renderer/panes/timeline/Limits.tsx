/** How much of the histories the node keeps: three numbers, set for the whole node. */
import { useEffect, useRef, useState } from 'react';
import type { HistoryLimits } from '../../../node-core/files/schema.ts';
import { client } from '../../state/connection.ts';
import { Button, toast, toastProblem } from '../../ui/index.ts';

const FIELDS: { name: keyof HistoryLimits; label: string; most: number }[] = [
  { name: 'days', label: 'Days', most: 3650 },
  { name: 'versions', label: 'Versions of one file', most: 10_000 },
  { name: 'megabytes', label: 'Megabytes of all files together', most: 100_000 },
];

export function Limits({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [limits, setLimits] = useState<HistoryLimits>();
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
    client()
      .call<HistoryLimits>('files.historyLimits')
      .then(setLimits, (thrown: unknown) => {
        toastProblem(thrown);
        onClose();
      });
  }, [onClose]);
  const fits = FIELDS.every(({ name, most }) => {
    const value = limits?.[name];
    return value !== undefined && Number.isInteger(value) && value >= 1 && value <= most;
  });
  const save = async (): Promise<void> => {
    if (limits === undefined || !fits) return;
    try {
      await client().call('files.setHistoryLimits', { ...limits });
      toast({ tone: 'done', text: 'What is beyond the limits is gone.' });
      onClose();
    } catch (thrown) {
      toastProblem(thrown);
    }
  };
  return (
    <dialog ref={dialog} className="ui-dialog" aria-labelledby="limits-title" onClose={onClose}>
      <form
        className="ui-dialog-body limits"
        id="limits-form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <h2 id="limits-title">How much history is kept</h2>
        <p>Older versions go when they are past any of these. The newest version of a file always stays.</p>
        {FIELDS.map(({ name, label, most }) => (
          <label key={name}>
            <span>{label}</span>
            <input
              type="number"
              min={1}
              max={most}
              required
              disabled={limits === undefined}
              value={limits === undefined || Number.isNaN(limits[name]) ? '' : limits[name]}
              onChange={(event) => limits !== undefined && setLimits({ ...limits, [name]: event.target.valueAsNumber })}
            />
          </label>
        ))}
      </form>
      <div className="ui-dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" disabled={!fits} onClick={() => void save()}>
          Keep this much
        </Button>
      </div>
    </dialog>
  );
}
