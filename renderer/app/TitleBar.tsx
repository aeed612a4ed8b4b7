/** Project ▸ file, the way to everything, the connection, the theme. */
import { ChevronRight, Contrast, Moon, Search, Sun } from 'lucide-react';
import { useConnection } from '../state/connection.ts';
import { useNodeColor } from '../state/connections.ts';
import { useDocks } from '../state/docks.ts';
import { useActiveTab } from '../state/documents.ts';
import { useLayout } from '../state/layout.ts';
import { type ThemePreference, useTheme } from '../state/theme.ts';
import { IconButton, openMenu } from '../ui/index.ts';
import { useKeyLabel } from '../state/keybindings.ts';
import { ConnectionChip } from './connections/ConnectionChip.tsx';
import { Logo } from './Logo.tsx';
import { openPalette } from './palette.ts';
import { viewById } from './views.ts';
import './title-bar.css';

const THEMES: { id: ThemePreference; label: string }[] = [
  { id: 'system', label: 'As the system' },
  { id: 'dark', label: 'Dark' },
  { id: 'light', label: 'Light' },
  { id: 'high-contrast', label: 'High contrast' },
];

export function TitleBar() {
  const area = useLayout((state) => state.area);
  const file = useActiveTab();
  const { at, info } = useConnection();
  const color = useNodeColor(at.id);
  const goto = useKeyLabel('palette.goto');
  const { theme, preference, setPreference } = useTheme();
  const editor = useDocks((state) => {
    const view = state.active?.view === undefined ? undefined : viewById(state.active.view);
    return view?.place === 'editor' ? (view.titleOf?.(state.active?.params ?? {}) ?? view.title) : undefined;
  });
  const place = area === 'flows' ? (editor ?? file?.name ?? 'Flows') : (viewById(area)?.title ?? 'Flows');
  const ThemeIcon = theme === 'light' ? Sun : theme === 'dark' ? Moon : Contrast;
  return (
    <header className="title-bar" data-remote={at.remote} data-node-color={color}>
      <div className="title-place">
        <Logo />
        <span className="cut">
          {info?.project?.name ?? (at.remote ? at.name : 'Local project')}
          <ChevronRight className="sep" size={12} aria-label="," />
          <b data-tip={file?.path}>{place}</b>
        </span>
      </div>
      <button type="button" className="title-search" onClick={() => openPalette('')}>
        <Search />
        <span className="cut">Go to anything, or type &gt; for commands</span>
        {goto === undefined ? null : <span className="ui-kbd">{goto}</span>}
      </button>
      <div className="title-right">
        <ConnectionChip />
        <IconButton
          label="Theme"
          onClick={(event) =>
            openMenu(
              event.currentTarget,
              THEMES.map(({ id, label }) => ({ label, checked: preference === id, run: () => setPreference(id) })),
            )
          }
        >
          <ThemeIcon />
        </IconButton>
      </div>
    </header>
  );
}
