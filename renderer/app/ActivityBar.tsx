/** The areas that this node has. Clicking the open area shows or hides its side bar. */
import { History, Settings, ShieldCheck, Workflow, type LucideIcon } from 'lucide-react';
import { type Area, useLayout } from '../state/layout.ts';
import { isActive, useRuns } from '../state/run.ts';
import { openMenu } from '../ui/index.ts';
import { keyLabel, runCommand } from './commands.ts';

const AREAS: { id: Area; label: string; keys: string; Icon: LucideIcon }[] = [
  { id: 'flows', label: 'Flows', keys: 'Mod+Shift+E', Icon: Workflow },
  { id: 'runs', label: 'Runs', keys: 'Mod+Shift+U', Icon: History },
  { id: 'ledger', label: 'Ledger', keys: 'Mod+Shift+L', Icon: ShieldCheck },
];

export function ActivityBar({ onToggleSideBar }: { onToggleSideBar: () => void }) {
  const area = useLayout((state) => state.area);
  const active = useRuns((state) => state.recent.filter((run) => isActive(run.state)).length);
  return (
    <nav className="activity-bar" aria-label="Areas">
      {AREAS.map(({ id, label, keys, Icon }) => (
        <button
          key={id}
          type="button"
          className="activity"
          aria-label={id === 'runs' && active > 0 ? `${label}, ${active} running` : label}
          aria-current={area === id ? 'page' : undefined}
          data-tip={`${label} (${keyLabel(keys)})`}
          onClick={() => (area === id && id === 'flows' ? onToggleSideBar() : useLayout.getState().showArea(id))}
        >
          <Icon strokeWidth={1.75} />
          {id === 'runs' && active > 0 ? <span className="activity-badge">{active}</span> : null}
        </button>
      ))}
      <div className="activity-space" />
      <button
        type="button"
        className="activity"
        aria-label="Settings"
        data-tip="Theme, layout, commands"
        onClick={(event) =>
          openMenu(event.currentTarget, [
            { label: 'All commands', shortcut: 'F1', run: () => runCommand('palette.commands') },
            'separator',
            { label: 'Theme: dark', run: () => runCommand('theme.dark') },
            { label: 'Theme: light', run: () => runCommand('theme.light') },
            { label: 'Theme: high contrast', run: () => runCommand('theme.high-contrast') },
            { label: 'Theme: as the system', run: () => runCommand('theme.system') },
            'separator',
            { label: 'Reset the layout', run: () => runCommand('view.resetLayout') },
          ])
        }
      >
        <Settings strokeWidth={1.75} />
      </button>
    </nav>
  );
}
