/** The areas that this node has. Clicking the open area shows or hides its side bar. */
import { Settings } from 'lucide-react';
import { commandById, runCommand } from '../state/commands.ts';
import { useKeyLabel } from '../state/keybindings.ts';
import { useConnection } from '../state/connection.ts';
import { useLayout } from '../state/layout.ts';
import type { View } from '../state/views.ts';
import { type MenuItem, openMenu } from '../ui/index.ts';
import { viewsIn } from './views.ts';
import './activity-bar.css';

export function ActivityBar({ onToggleSideBar }: { onToggleSideBar: () => void }) {
  // What the node has is known once it is connected.
  useConnection((state) => state.phase);
  const views = viewsIn('side', 'area');
  return (
    <nav className="activity-bar" aria-label="Areas">
      {views.map((view) => (
        <Activity key={view.id} view={view} onToggleSideBar={onToggleSideBar} />
      ))}
      <div className="activity-space" />
      <button
        type="button"
        className="activity"
        aria-label="Settings"
        data-tip="Settings, keys, theme, tour"
        onClick={(event) =>
          openMenu(event.currentTarget, [
            item('settings.open'),
            item('keys.open'),
            item('notifications.show'),
            'separator',
            item('palette.commands'),
            item('help.keys'),
            item('help.tour'),
            'separator',
            { label: 'Theme: dark', run: () => runCommand('theme.dark') },
            { label: 'Theme: light', run: () => runCommand('theme.light') },
            { label: 'Theme: high contrast', run: () => runCommand('theme.high-contrast') },
            { label: 'Theme: as the system', run: () => runCommand('theme.system') },
            'separator',
            item('view.resetLayout'),
          ])
        }
      >
        <Settings strokeWidth={1.75} />
      </button>
    </nav>
  );
}

function Activity({ view, onToggleSideBar }: { view: View; onToggleSideBar: () => void }) {
  const { id, title, icon: Icon, place } = view;
  const open = useLayout((state) =>
    place === 'area' ? state.area === id : state.area === 'flows' && state.side === id,
  );
  const badge = view.useBadge?.() ?? 0;
  const keys = useKeyLabel(`view.${id}`);
  const press = (): void => {
    const { showArea, showSide } = useLayout.getState();
    if (place === 'area') showArea(id);
    else if (open) onToggleSideBar();
    else showSide(id);
  };
  return (
    <button
      type="button"
      className="activity"
      aria-label={badge > 0 ? `${title}, ${view.badgeLabel?.(badge) ?? badge}` : title}
      aria-current={open ? 'page' : undefined}
      data-tip={keys === undefined ? title : `${title} (${keys})`}
      onClick={press}
    >
      <Icon strokeWidth={1.75} />
      {badge > 0 ? <span className="activity-badge">{badge}</span> : null}
    </button>
  );
}

/** A menu entry of a command, with its key. */
function item(id: string): MenuItem {
  return { label: commandById(id)?.title ?? id, command: id, run: () => void runCommand(id) };
}
