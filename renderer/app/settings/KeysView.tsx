/** Every command with its keys: found by name or by pressing the key, changed by recording, conflicts said. */
import { FileJson2, Keyboard, Pencil, RotateCcw, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { type Command, commandById, useCommands } from '../../state/commands.ts';
import { type Binding, clearCommand, editKey, setKeybindingsText, useKeybindings } from '../../state/keybindings.ts';
import { keyLabel, strokeOf } from '../../state/keys.ts';
import { useLayout } from '../../state/layout.ts';
import { Button, EmptyState, IconButton, rowKeys } from '../../ui/index.ts';
import { toast } from '../../ui/toasts.ts';
import { fit } from '../palette.ts';
import './settings.css';

export function KeysView() {
  const commands = useCommands((state) => state.commands);
  const { bindings, text } = useKeybindings();
  const [search, setSearch] = useState('');
  const [byKey, setByKey] = useState(false);
  const [recording, setRecording] = useState<string | undefined>();
  const byCommand = useMemo(() => Map.groupBy(bindings, (binding) => binding.command), [bindings]);
  const changed = useMemo(
    () => new Set(useKeybindings.getState().rules.map((rule) => rule.command)),
    // oxlint-disable-next-line react/exhaustive-deps -- rules change with the text
    [text],
  );
  const found = commands.filter((command) => {
    if (command.hidden === true) return false;
    const keys = byCommand.get(command.id) ?? [];
    if (search === '') return true;
    if (byKey) return keys.some((binding) => binding.keys === search || binding.keys.startsWith(`${search} `));
    return (
      fit(search, command.title) !== undefined ||
      command.id.includes(search) ||
      keys.some((binding) => keyLabel(binding.keys).toLowerCase().includes(search.toLowerCase()))
    );
  });
  const change = (command: Command, keys: string | undefined): void => {
    setRecording(undefined);
    write(editKey(text, command, keys));
  };
  return (
    <div className="settings">
      <div className="settings-bar">
        {byKey ? (
          <KeyRecorder
            label="Press the key to look for"
            value={search}
            onKeys={setSearch}
            onCancel={() => setByKey(false)}
          />
        ) : (
          <input
            className="settings-search"
            type="search"
            aria-label="Search commands and keys"
            placeholder="Search commands and keys"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        )}
        <IconButton
          label="Search by pressing a key"
          pressed={byKey}
          onClick={() => {
            setByKey(!byKey);
            setSearch('');
          }}
        >
          <Keyboard />
        </IconButton>
        <Button icon={<FileJson2 />} onClick={() => useLayout.getState().openEditor('keys-json')}>
          keybindings.json
        </Button>
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- the keys go from row to row, and rows have the focus */}
      <div className="keys-table" onKeyDown={rowKeys}>
        {found.length === 0 ? (
          <EmptyState
            title={byKey && search !== '' ? `${keyLabel(search)} is free` : `No command fits “${search}”`}
            action={<Button onClick={() => setSearch('')}>Show all</Button>}
          />
        ) : null}
        {found.map((command) => (
          <KeyRow
            key={command.id}
            command={command}
            keys={byCommand.get(command.id) ?? []}
            all={bindings}
            changed={changed.has(command.id)}
            recording={recording === command.id}
            onRecord={() => setRecording(command.id)}
            onKeys={(keys) => change(command, keys)}
            onCancel={() => setRecording(undefined)}
            onReset={() => write(clearCommand(text, command.id))}
          />
        ))}
      </div>
    </div>
  );
}

/** Keeps the text that an action made; there is none when the person's own is broken. */
function write(text: string | undefined): void {
  if (text !== undefined) setKeybindingsText(text);
  else
    toast({
      tone: 'failed',
      text: 'keybindings.json is broken, so that no key can be set in it.',
      hint: 'Open it as text (the button above), mend what is marked there, and try again.',
    });
}

interface KeyRowProps {
  command: Command;
  keys: readonly Binding[];
  all: readonly Binding[];
  changed: boolean;
  recording: boolean;
  onRecord: () => void;
  onKeys: (keys: string | undefined) => void;
  onCancel: () => void;
  onReset: () => void;
}

function KeyRow({ command, keys, all, changed, recording, onRecord, onKeys, onCancel, onReset }: KeyRowProps) {
  const others = [
    ...new Set(
      keys.flatMap((own) =>
        all.filter((binding) => binding.keys === own.keys && binding.command !== command.id).map((it) => it.command),
      ),
    ),
  ].map((id) => commandById(id)?.title ?? id);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a row has the focus: Enter records, Delete takes away
    <div
      className="key-row"
      role="group"
      aria-label={`${command.title}: ${keys.length === 0 ? 'no key' : keys.map((it) => keyLabel(it.keys)).join(', ')}`}
      data-row
      data-from={changed ? 'user' : 'default'}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- arrow keys go from row to row
      tabIndex={0}
      onDoubleClick={onRecord}
      onKeyDown={(event) => {
        if (event.target !== event.currentTarget) return;
        if (event.key === 'Enter' || event.key === 'F2') onRecord();
        else if (event.key === 'Delete') onKeys(undefined);
        else return;
        event.preventDefault();
      }}
    >
      <span>
        {command.title}
        <small className="mono">{command.id}</small>
      </span>
      <span>
        {recording ? (
          <KeyRecorder label={`New key of ${command.title}`} value="" onKeys={onKeys} onCancel={onCancel} confirm />
        ) : keys.length === 0 ? (
          <small>no key</small>
        ) : (
          keys.map((binding) => (
            <kbd key={binding.keys} className="key-cap">
              {keyLabel(binding.keys)}
            </kbd>
          ))
        )}
      </span>
      <span className="conflict">{others.length === 0 ? '' : `also: ${others.join(', ')}`}</span>
      <span className="key-actions">
        <IconButton label={`Change the key of ${command.title}`} onClick={onRecord}>
          <Pencil />
        </IconButton>
        <IconButton
          label={`Take the key from ${command.title}`}
          disabled={keys.length === 0}
          onClick={() => onKeys(undefined)}
        >
          <X />
        </IconButton>
        <IconButton label={`Reset the key of ${command.title}`} disabled={!changed} onClick={onReset}>
          <RotateCcw />
        </IconButton>
      </span>
    </div>
  );
}

interface KeyRecorderProps {
  label: string;
  value: string;
  onKeys: (keys: string) => void;
  onCancel: () => void;
  /** Waits for Enter, so that a second stroke can follow; else every stroke counts at once. */
  confirm?: boolean;
}

/** A field that takes keys as they are pressed, at most two strokes. Enter keeps, Escape leaves everything as it was. */
function KeyRecorder({ label, value, onKeys, onCancel, confirm = false }: KeyRecorderProps) {
  const [strokes, setStrokes] = useState<string[]>(value === '' ? [] : value.split(' '));
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const pressed = (event: KeyboardEvent): void => {
    const stroke = strokeOf(event.nativeEvent);
    if (stroke === undefined || stroke === 'Tab' || stroke === 'Shift+Tab') return;
    event.preventDefault();
    event.stopPropagation();
    if (stroke === 'Escape') return onCancel();
    if (stroke === 'Enter' && confirm) {
      if (strokes.length > 0) onKeys(strokes.join(' '));
      return;
    }
    const next = strokes.length >= 2 ? [stroke] : [...strokes, stroke];
    setStrokes(next);
    if (!confirm) onKeys(next.join(' '));
  };
  return (
    <input
      ref={field}
      className="settings-search key-record"
      type="text"
      data-records-keys
      readOnly
      aria-label={label}
      placeholder={confirm ? 'Press the key, then Enter' : 'Press a key'}
      value={strokes.length === 0 ? '' : keyLabel(strokes.join(' '))}
      onKeyDown={pressed}
      onBlur={() => confirm && onCancel()}
    />
  );
}
