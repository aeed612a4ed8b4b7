/** The terminal: the `voike` prompt, and in the desktop window a shell of the system beside it when that is switched on. */
import { SquareTerminal, Trash2 } from 'lucide-react';
import { create } from 'zustand';
import { useConnection } from '../../state/connection.ts';
import { useSetting } from '../../state/settings.ts';
import { EmptyState, IconButton, tabPanelProps, Tabs } from '../../ui/index.ts';
import { ViewBar } from '../../ui/ViewBar.tsx';
import { Screen } from './Screen.tsx';
import { screen, type ScreenName } from './screens.ts';

/** Which one is in front, and whether a shell was ever asked for: none starts by itself. */
const useShown = create<{ selected: ScreenName; opened: boolean }>()(() => ({
  selected: 'voike',
  opened: false,
}));

export function TerminalView() {
  const online = useConnection((state) => state.client !== undefined);
  const allowed = useSetting('terminal.systemShell') && window.voike !== undefined;
  const { selected, opened } = useShown();
  const front = allowed ? selected : 'voike';
  if (!online)
    return (
      <EmptyState icon={<SquareTerminal />} title="The terminal waits for the node">
        Commands run on the node that this window is connected to.
      </EmptyState>
    );
  const prompt = <Screen name="voike" />;
  // In the bar, where it covers no line.
  const tools = (
    <ViewBar>
      <IconButton label="Clear the terminal" shortcut="Ctrl+L" onClick={() => screen(front).terminal.clear()}>
        <Trash2 />
      </IconButton>
    </ViewBar>
  );
  if (!allowed)
    return (
      <>
        {tools}
        {prompt}
      </>
    );
  return (
    <div className="terminal-both">
      {tools}
      <Tabs
        name="Terminals"
        items={[
          { id: 'voike', label: 'voike' },
          { id: 'shell', label: 'System shell' },
        ]}
        selected={selected}
        onSelect={(id) => useShown.setState(id === 'shell' ? { selected: id, opened: true } : { selected: id })}
      />
      <div {...tabPanelProps('Terminals', 'voike')} hidden={selected !== 'voike'}>
        {prompt}
      </div>
      <div {...tabPanelProps('Terminals', 'shell')} hidden={selected !== 'shell'}>
        {opened ? <Screen name="shell" /> : null}
      </div>
    </div>
  );
}
