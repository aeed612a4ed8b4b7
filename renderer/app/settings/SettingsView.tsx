/** Every setting, searchable, made from the declarations. */
import { FileJson2, RotateCcw } from 'lucide-react';
import { useId, useState } from 'react';
import { useLayout } from '../../state/layout.ts';
import {
  setSetting,
  type SettingId,
  settingIds,
  settingSpec,
  type SettingValue,
  useSetting,
  useSettings,
} from '../../state/settings.ts';
import type { ViewProps } from '../../state/views.ts';
import { Button, EmptyState, IconButton, Sentence } from '../../ui/index.ts';
import './settings.css';

const GROUPS: Readonly<Record<string, string>> = {
  workbench: 'Workbench',
  editor: 'Editor',
  desktop: 'Desktop',
  network: 'Network',
};
const groupTitle = (group: string): string => GROUPS[group] ?? group.replace(/^./, (first) => first.toUpperCase());

function isHere(id: SettingId): boolean {
  const { scope } = settingSpec(id);
  return scope === undefined || scope === 'everywhere' || (scope === 'desktop') === (window.voike !== undefined);
}

export function SettingsView({ params }: ViewProps) {
  const asked = typeof params['search'] === 'string' ? params['search'] : '';
  const [search, setSearch] = useState(asked);
  const wrong = useSettings((state) => state.wrong);
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = settingIds.filter((id) => {
    const { title, description } = settingSpec(id);
    const text = `${id} ${title} ${description}`.toLowerCase();
    return isHere(id) && words.every((word) => text.includes(word));
  });
  const groups = [...new Set(found.map((id) => id.split('.')[0]!))];
  return (
    <div className="settings">
      <div className="settings-bar">
        <input
          className="settings-search"
          type="search"
          aria-label="Search settings"
          placeholder={`Search ${settingIds.filter(isHere).length} settings`}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <Button icon={<FileJson2 />} onClick={() => useLayout.getState().openEditor('settings-json')}>
          settings.json
        </Button>
      </div>
      <div className="settings-list">
        {wrong.length === 0 ? null : (
          <div className="settings-wrong" role="status">
            {wrong.map((sentence) => (
              <p key={sentence}>
                <Sentence text={sentence} />
              </p>
            ))}
          </div>
        )}
        {found.length === 0 ? (
          <EmptyState
            title={`No setting fits “${search}”`}
            action={<Button onClick={() => setSearch('')}>Show all</Button>}
          />
        ) : null}
        {groups.map((group) => (
          <section key={group} aria-label={groupTitle(group)}>
            <h2>{groupTitle(group)}</h2>
            {found
              .filter((id) => id.startsWith(`${group}.`))
              .map((id) => (
                <Row key={id} id={id} />
              ))}
          </section>
        ))}
      </div>
    </div>
  );
}

function Row({ id }: { id: SettingId }) {
  const spec = settingSpec(id);
  const value: unknown = useSetting(id);
  const changed = useSettings((state) => state.values[id] !== undefined && state.values[id] !== spec.default);
  const field = useId();
  const set = (next: unknown): void => setSetting(id, next as SettingValue<SettingId>);
  return (
    <div className="setting" data-changed={changed}>
      <div className="setting-text">
        <label htmlFor={field}>{spec.title}</label>
        <p id={`${field}-text`}>
          <Sentence text={spec.description} />
        </p>
        <code>{id}</code>
      </div>
      <div className="setting-value">
        {changed ? (
          <IconButton label={`Reset ${spec.title}`} onClick={() => setSetting(id, undefined)}>
            <RotateCcw />
          </IconButton>
        ) : null}
        {spec.type === 'boolean' ? (
          <input
            id={field}
            type="checkbox"
            role="switch"
            aria-describedby={`${field}-text`}
            aria-checked={value === true}
            checked={value === true}
            onChange={(event) => set(event.target.checked)}
          />
        ) : spec.type === 'choice' ? (
          <select
            id={field}
            aria-describedby={`${field}-text`}
            value={String(value)}
            onChange={(event) => set(event.target.value)}
          >
            {Object.entries(spec.choices).map(([choice, label]) => (
              <option key={choice} value={choice}>
                {label}
              </option>
            ))}
          </select>
        ) : spec.type === 'number' ? (
          <NumberField id={field} value={Number(value)} spec={spec} onChange={set} />
        ) : (
          <input
            id={field}
            type="text"
            aria-describedby={`${field}-text`}
            maxLength={spec.maxLength ?? 1000}
            value={String(value)}
            onChange={(event) => set(event.target.value)}
          />
        )}
      </div>
    </div>
  );
}

interface NumberFieldProps {
  id: string;
  value: number;
  spec: { min: number; max: number; step?: number; whole?: boolean };
  onChange: (value: number) => void;
}

/** What is typed holds when it is a number of the range; until then the field shows it, marked. */
function NumberField({ id, value, spec, onChange }: NumberFieldProps) {
  const [typed, setTyped] = useState<string | undefined>();
  const text = typed ?? String(value);
  const number = Number(text);
  const fits =
    text.trim() !== '' && number >= spec.min && number <= spec.max && (spec.whole !== true || Number.isInteger(number));
  return (
    <input
      id={id}
      type="number"
      aria-describedby={`${id}-text`}
      aria-invalid={!fits}
      data-tip={`From ${spec.min} to ${spec.max}`}
      min={spec.min}
      max={spec.max}
      step={spec.step ?? 1}
      value={text}
      onChange={(event) => {
        setTyped(event.target.value);
        const next = Number(event.target.value);
        const good = event.target.value.trim() !== '' && next >= spec.min && next <= spec.max;
        if (good && (spec.whole !== true || Number.isInteger(next))) onChange(next);
      }}
      onBlur={() => setTyped(undefined)}
    />
  );
}
