/** settings.json and keybindings.json as text, completed and checked; what is typed holds at once. */
import { useEffect, useRef } from 'react';
import { createJsonEditor } from '../../editor/json.ts';
import { setKeybindingsText, useKeybindings } from '../../state/keybindings.ts';
import { useCommands } from '../../state/commands.ts';
import { type JsonHelp, keybindingsHelp, settingsHelp } from '../../state/json-help.ts';
import { SETTINGS, setSettingsText, useSettings } from '../../state/settings.ts';
import { count, Sentence } from '../../ui/index.ts';
import './settings.css';

const NEW_SETTINGS = '{\n  // Settings that differ from their defaults. Ctrl+Space offers what can stand here.\n}\n';
const NEW_KEYS =
  '[\n  // Keys that differ from their defaults: { "key": "ctrl+k ctrl+s", "command": "keys.open" }, or "-keys.open" to take one away.\n]\n';

const SETTINGS_HELP = settingsHelp(SETTINGS);
const KEYS_HELP = keybindingsHelp(() => useCommands.getState().commands);

interface JsonFileProps {
  name: string;
  text: string;
  template: string;
  wrong: readonly string[];
  said: string;
  help: JsonHelp;
  onText: (text: string) => void;
}

function JsonFile({ name, text, template, wrong, said, help, onText }: JsonFileProps) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<ReturnType<typeof createJsonEditor>>(undefined);
  const first = useRef(text === '' ? template : text);
  useEffect(() => {
    if (host.current === null) return;
    editor.current = createJsonEditor(host.current, { file: name, text: first.current, help, onText });
    return () => {
      editor.current?.dispose();
      editor.current = undefined;
    };
  }, [name, help, onText]);
  useEffect(() => {
    first.current = text === '' ? first.current : text;
    if (text !== '') editor.current?.setText(text);
  }, [text]);
  const [one, ...more] = wrong;
  return (
    <div className="json-file">
      <div className="json-bar" role="status" data-wrong={one !== undefined}>
        {one === undefined ? (
          said
        ) : (
          <>
            <Sentence text={one} />
            {more.length > 0 ? ` And ${count(more.length, 'more', 'more')}.` : ''} The rest holds.
          </>
        )}
      </div>
      <div className="json-host">
        <div ref={host} className="code" />
      </div>
    </div>
  );
}

export function SettingsJson() {
  const { text, wrong, values } = useSettings();
  const changed = Object.keys(values).length;
  return (
    <JsonFile
      name="settings.json"
      text={text}
      template={NEW_SETTINGS}
      wrong={wrong}
      said={`${count(changed, 'setting')} set here. What you type holds at once.`}
      help={SETTINGS_HELP}
      onText={setSettingsText}
    />
  );
}

export function KeysJson() {
  const { text, wrong, rules } = useKeybindings();
  return (
    <JsonFile
      name="keybindings.json"
      text={text}
      template={NEW_KEYS}
      wrong={wrong}
      said={`${count(rules.length, 'rule')} here. What you type holds at once.`}
      help={KEYS_HELP}
      onText={setKeybindingsText}
    />
  );
}
