/** The terminal: the `voike` prompt, and in the desktop window a shell of the system beside it when that is switched on. */
import { SquareTerminal } from 'lucide-react';
import { create } from 'zustand';
import { useConnection } from '../../state/connection.ts';
import { useSetting } from '../../state/settings.ts';
import { EmptyState, tabPanelProps, Tabs } from '../../ui/index.ts';
import { Screen } from './Screen.tsx';
import type { ScreenName } from './screens.ts';

/** Which one is in front, and whether a shell was ever asked for: none starts by itself. */
const useShown = create<{ selected: ScreenName; opened: boolean }>()(() => ({
  selected: 'voike',
  opened: false,
}));

export function TerminalView() {
  const online = useConnection((state) => state.client !== undefined);
  const allowed = useSetting('terminal.systemShell') && window.voike !== undefined;
  const { selected, opened } = useShown();
  if (!online)
    return (
      <EmptyState icon={<SquareTerminal />} title="The terminal waits for the node">
        Commands run on the node that this window is connected to.
      </EmptyState>
    );
  const prompt = <Screen name="voike" />;
  if (!allowed) return prompt;
  return (
    <div className="terminal-both">
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
