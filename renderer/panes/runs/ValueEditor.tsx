/** Editing what a step yields or reads: cells of a short table, JSON of anything else, or a file in its place. */
import { Check, FileUp, Plus, Trash2, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { TablePage } from '../../../node-core/runs/schema.ts';
import { client } from '../../state/connection.ts';
import { applyEdit, type Editing, type NewValue, startEditing } from '../../state/debug.ts';
import { Button, count, EmptyState, IconButton, problemOf, Skeleton } from '../../ui/index.ts';
import type { Look } from '../results/ResultView.tsx';
import { cellText, cellValue, MOST_ROWS } from './edit-cells.ts';
import './debug.css';

type Draft =
  | { kind: 'rows'; columns: TablePage['columns']; rows: Row[] }
  | { kind: 'long'; total: number }
  | { kind: 'json'; text: string };
interface Row {
  key: number;
  cells: string[];
}

let keys = 0;

/** @param paused whether the run stands before the step: it then waits, and is not run anew */
export function ValueEditor({ editing, name, paused }: { editing: Editing; name: string; paused: boolean }) {
  const { runId, step, input } = editing;
  const [draft, setDraft] = useState<Draft | undefined>();
  const [wrong, setWrong] = useState<{ detail: string; hint?: string | undefined } | undefined>();
  const [busy, setBusy] = useState(false);
  const files = useRef<HTMLInputElement>(null);
  const what = input === undefined ? `the result of ${name}` : `${input}, which ${name} reads`;
  useEffect(() => {
    const controller = new AbortController();
    client()
      .call<Look>(
        'flow.stepResult',
        { id: runId, step, ...(input === undefined ? {} : { input }), offset: 0, limit: MOST_ROWS },
        { signal: controller.signal },
      )
      .then(
        (look) => setDraft(draftOf(look)),
        () => {
          // A step that has not run has no result yet: what it should be is written from nothing.
          if (!controller.signal.aborted) setDraft({ kind: 'json', text: 'null' });
        },
      );
    return () => controller.abort();
  }, [runId, step, input]);

  const apply = async (given: NewValue): Promise<void> => {
    setBusy(true);
    setWrong(undefined);
    try {
      await applyEdit(editing, given);
    } catch (thrown) {
      const { detail, hint } = problemOf(thrown);
      setWrong({ detail, hint });
    } finally {
      setBusy(false);
    }
  };
  const applyDraft = (): void => {
    if (draft?.kind === 'rows') {
      void apply({
        rows: draft.rows.map(({ cells }) =>
          Object.fromEntries(draft.columns.map((column, at) => [column.name, cellValue(cells[at] ?? '', column.type)])),
        ),
      });
    } else if (draft?.kind === 'json') {
      let value: unknown;
      try {
        value = JSON.parse(draft.text);
      } catch (error) {
        setWrong({ detail: 'This is not JSON.', hint: error instanceof Error ? error.message : undefined });
        return;
      }
      void apply(listOfRecords(value) ? { rows: value } : { value });
    }
  };
  const applyFile = async (file: File): Promise<void> => {
    setBusy(true);
    try {
      const { id } = await client().upload(file, file.name);
      await apply({ file: { $blob: id, name: file.name } });
    } catch (thrown) {
      const { detail, hint } = problemOf(thrown);
      setWrong({ detail, hint });
    } finally {
      setBusy(false);
    }
  };

  return (
    <section className="value-editor" aria-label={`Edit ${what}`}>
      <header className="paused-bar">
        <span className="cut">
          Edit <b>{input ?? name}</b>
          {input === undefined ? '' : `, for ${name} alone`}
        </span>
        <Button
          kind="primary"
          icon={<Check />}
          disabled={busy || draft === undefined || draft.kind === 'long'}
          onClick={applyDraft}
        >
          {paused ? 'Put it there' : 'Go on with it'}
        </Button>
        <Button icon={<FileUp />} disabled={busy} onClick={() => files.current?.click()}>
          From a file…
        </Button>
        <Button icon={<X />} onClick={() => startEditing(undefined)}>
          Cancel
        </Button>
        <input
          ref={files}
          type="file"
          hidden
          accept=".csv,.tsv,.json,.ndjson,.jsonl,.parquet,.txt"
          aria-label="File with the value"
          onChange={(event) => {
            const file = event.target.files?.[0];
            if (file) void applyFile(file);
          }}
        />
      </header>
      {wrong === undefined ? null : (
        <p className="value-wrong" role="alert">
          {wrong.detail} {wrong.hint}
        </p>
      )}
      {draft === undefined ? (
        <Skeleton lines={6} label={`Reading ${what}`} />
      ) : draft.kind === 'long' ? (
        <EmptyState title={`${count(draft.total, 'row')} are too many to edit by hand`}>
          Export the table, change it, and put the file in its place.
        </EmptyState>
      ) : draft.kind === 'json' ? (
        <textarea
          className="value-json"
          aria-label={`JSON of ${what}`}
          spellCheck={false}
          value={draft.text}
          onChange={(event) => setDraft({ kind: 'json', text: event.target.value })}
        />
      ) : (
        <CellTable draft={draft} onChange={setDraft} what={what} />
      )}
    </section>
  );
}

function CellTable({
  draft,
  onChange,
  what,
}: {
  draft: Extract<Draft, { kind: 'rows' }>;
  onChange(draft: Draft): void;
  what: string;
}) {
  const { columns, rows } = draft;
  return (
    <div className="value-cells">
      <table aria-label={`Cells of ${what}`}>
        <thead>
          <tr>
            <th scope="col">
              <span className="sr-only">Row</span>
            </th>
            {columns.map((column) => (
              <th key={column.name} scope="col">
                {column.name} <small>{column.type}</small>
              </th>
            ))}
            <th scope="col">
              <span className="sr-only">Delete</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={row.key}>
              <th scope="row">{index + 1}</th>
              {columns.map((column, at) => (
                <td key={column.name}>
                  <input
                    aria-label={`${column.name}, row ${index + 1}`}
                    value={row.cells[at] ?? ''}
                    placeholder={column.type === 'VARCHAR' ? '' : 'null'}
                    spellCheck={false}
                    onChange={(event) =>
                      onChange({
                        ...draft,
                        rows: rows.with(index, { ...row, cells: row.cells.with(at, event.target.value) }),
                      })
                    }
                  />
                </td>
              ))}
              <td>
                <IconButton
                  label={`Delete row ${index + 1}`}
                  onClick={() => onChange({ ...draft, rows: rows.toSpliced(index, 1) })}
                >
                  <Trash2 />
                </IconButton>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Button
        icon={<Plus />}
        disabled={rows.length >= MOST_ROWS}
        onClick={() => onChange({ ...draft, rows: [...rows, { key: ++keys, cells: columns.map(() => '') }] })}
      >
        Add a row
      </Button>
    </div>
  );
}

function draftOf(look: Look): Draft {
  if (look.kind === 'text') return { kind: 'json', text: JSON.stringify(look.text) };
  if (look.kind === 'json') return { kind: 'json', text: JSON.stringify(look.value, null, 2) ?? 'null' };
  const { columns, rows, total } = look.page;
  if (total > rows.length) return { kind: 'long', total };
  return { kind: 'rows', columns, rows: rows.map((row) => ({ key: ++keys, cells: row.map(cellText) })) };
}

function listOfRecords(value: unknown): value is Record<string, unknown>[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((item) => typeof item === 'object' && item !== null && !Array.isArray(item))
  );
}
