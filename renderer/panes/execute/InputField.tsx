/** One input of the form, by its type: a file to choose or drop, a number, a text, a switch, JSON with its mistakes. */
import { CircleX, FileSpreadsheet, FolderOpen, X } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import type { InputNode } from '../../../node-core/flow/plan/graph.ts';
import { client } from '../../state/connection.ts';
import { bytes, Button, count, fileName, IconButton, middle, problemOf } from '../../ui/index.ts';
import { FileDrop } from './FileDrop.tsx';
import { type Draft, fieldKind, literalText } from './form-values.ts';
import { typeWord } from '../results/cells.ts';
import { sniffKey, useSniffed } from './sniff.ts';

export interface InputFieldProps {
  documentId: string;
  node: InputNode;
  draft: Draft | undefined;
  error: string | undefined;
  /** A value is still needed. */
  missing: boolean;
  onChange(draft: Draft | undefined): void;
}

export function InputField(props: InputFieldProps) {
  const { node, error, missing } = props;
  const id = useId();
  const kind = fieldKind(node.inputType);
  const fallback = literalText(node.default);
  const described = error === undefined ? (node.help === undefined ? undefined : `${id}-help`) : `${id}-error`;
  return (
    <div className="field" data-error={error !== undefined}>
      <div className="field-head">
        <label htmlFor={id}>{node.name}</label>
        <code>{node.inputType}</code>
        <span>
          {node.default !== undefined ? `default ${fallback}` : node.optional ? 'optional' : missing ? 'required' : ''}
        </span>
      </div>
      <Control {...props} id={id} kind={kind} fallback={fallback} described={described} />
      {error === undefined ? null : (
        <p className="field-error" id={`${id}-error`} role="alert">
          <CircleX size={12} aria-hidden /> {error}
        </p>
      )}
      {node.help === undefined || node.help === '' ? null : (
        <p className="field-help" id={`${id}-help`}>
          {node.help}
        </p>
      )}
    </div>
  );
}

interface ControlProps extends InputFieldProps {
  id: string;
  kind: ReturnType<typeof fieldKind>;
  fallback: string;
  described: string | undefined;
}

function Control(props: ControlProps) {
  const { id, kind, node, draft, error, fallback, described, onChange } = props;
  const text = draft?.kind === 'text' ? draft.text : draft?.kind === 'bool' ? String(draft.value) : '';
  const common = {
    id,
    'aria-invalid': error !== undefined,
    'aria-describedby': described,
    'aria-required': !node.optional && node.default === undefined,
  } as const;
  const type = (value: string): void => onChange(value === '' ? undefined : { kind: 'text', text: value });
  if (kind === 'file') return <FileControl {...props} />;
  if (kind === 'bool') {
    const given =
      draft?.kind === 'bool'
        ? draft.value
        : draft?.kind === 'text'
          ? draft.text === 'true'
          : fallback.toLowerCase() === 'true';
    return (
      <button
        type="button"
        role="switch"
        {...common}
        aria-checked={given}
        className="field-switch"
        onClick={() => onChange({ kind: 'bool', value: !given })}
      >
        <i aria-hidden />
        {given ? 'true' : 'false'}
      </button>
    );
  }
  if (kind === 'json') {
    return (
      <textarea
        {...common}
        className="field-box field-json"
        spellCheck={false}
        rows={Math.min(10, Math.max(3, text.split('\n').length))}
        placeholder={fallback === '' ? (node.inputType === 'list' ? '[ ]' : '{ }') : fallback}
        value={text}
        onChange={(event) => type(event.target.value)}
      />
    );
  }
  if (kind === 'text' && text.includes('\n')) {
    return (
      <textarea
        {...common}
        className="field-box"
        rows={4}
        value={text}
        onChange={(event) => type(event.target.value)}
      />
    );
  }
  return (
    <input
      {...common}
      className="field-box"
      type="text"
      inputMode={kind === 'number' ? 'decimal' : undefined}
      spellCheck={false}
      autoComplete="off"
      data-number={kind === 'number'}
      placeholder={
        fallback !== ''
          ? fallback
          : kind === 'name'
            ? node.inputType === 'table'
              ? 'name of a project table'
              : 'name'
            : kind === 'number'
              ? '0'
              : ''
      }
      value={text}
      onChange={(event) => type(event.target.value)}
    />
  );
}

/** Chosen in the native dialog (Electron: the path, nothing is copied) or uploaded (browser, or another machine's node). */
function FileControl({ id, documentId, node, draft, described, onChange }: ControlProps) {
  const [upload, setUpload] = useState<
    { name: string; sent: number; total: number; stop: AbortController } | undefined
  >();
  const [failure, setFailure] = useState<unknown>();
  const sniffed = useSniffed((state) => state.found[sniffKey(documentId, node.name)]);
  const file = draft?.kind === 'file' ? draft : undefined;

  const take = async (chosen: File): Promise<void> => {
    const stop = new AbortController();
    setFailure(undefined);
    setUpload({ name: chosen.name, sent: 0, total: chosen.size, stop });
    try {
      const { id: blob, size } = await client().upload(chosen, chosen.name, {
        signal: stop.signal,
        onProgress: (sent, total) => setUpload({ name: chosen.name, sent, total, stop }),
      });
      onChange({ kind: 'file', file: { $blob: blob, name: chosen.name }, name: chosen.name, size });
    } catch (thrown) {
      if (!stop.signal.aborted) setFailure(thrown);
    } finally {
      setUpload(undefined);
    }
  };
  const ask = async (): Promise<boolean> => {
    // A path means something only to the node of this machine; another gets the bytes.
    if (window.voike === undefined || !client().sameMachine) return false;
    const chosen = await window.voike.chooseInputFile();
    if (chosen !== null) {
      setFailure(undefined);
      onChange({ kind: 'file', file: { $file: chosen.path }, name: chosen.name || fileName(chosen.path) });
    }
    return true;
  };

  const shown = (choose: () => void): ReactNode => {
    if (upload !== undefined)
      return (
        <div className="field-upload">
          <span className="cut">
            {upload.name} · {bytes(upload.sent)} of {bytes(upload.total)}
          </span>
          <progress value={upload.sent} max={Math.max(1, upload.total)} aria-label={`Uploading ${upload.name}`} />
          <IconButton label="Stop the upload" onClick={() => upload.stop.abort()}>
            <X />
          </IconButton>
        </div>
      );
    if (file === undefined) return undefined;
    return (
      <div className="field-chosen">
        <FileSpreadsheet size={14} aria-hidden />
        <span className="cut" data-tip={'$file' in file.file ? file.file.$file : `blob ${file.file.$blob}`}>
          {middle(file.name, 44)}
        </span>
        <small className="cut">
          {[
            file.size === undefined ? '' : bytes(file.size),
            sniffed?.columns === undefined ? '' : `${sniffed.format ?? ''} ${count(sniffed.columns.length, 'column')}`,
          ]
            .filter((part) => part !== '')
            .join(' · ')}
        </small>
        <Button id={id} kind="quiet" icon={<FolderOpen />} onClick={choose}>
          Change
        </Button>
        <IconButton label={`Take ${file.name} away`} onClick={() => onChange(undefined)}>
          <X />
        </IconButton>
      </div>
    );
  };
  const problem = failure === undefined ? undefined : problemOf(failure);
  return (
    <FileDrop
      id={id}
      describedBy={described}
      label="Choose a file"
      take={([chosen]) => void take(chosen)}
      ask={ask}
      chosen={shown}
    >
      {sniffed?.columns === undefined || file === undefined ? null : (
        <p
          className="field-columns"
          data-tip={sniffed.columns.map((column) => `${column.name} ${typeWord(column.type)}`).join('\n')}
        >
          {sniffed.columns.map((column) => column.name).join(', ')}
        </p>
      )}
      {file !== undefined && sniffed?.problem !== undefined ? (
        <p className="field-error" role="alert">
          <CircleX size={12} aria-hidden /> {problemOf(sniffed.problem).detail}
        </p>
      ) : null}
      {problem === undefined ? null : (
        <p className="field-error" role="alert">
          <CircleX size={12} aria-hidden /> {problem.detail} {problem.hint ?? ''}
        </p>
      )}
    </FileDrop>
  );
}
