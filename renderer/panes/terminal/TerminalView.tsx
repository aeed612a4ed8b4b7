/** The terminal: the `voike` prompt, and in the desktop window a shell of the system beside it when that is switched on. */
import { SquareTerminal } from 'lucide-react';
import { useState } from 'react';
import { useConnection } from '../../state/connection.ts';
import { useSetting } from '../../state/settings.ts';
import { EmptyState, tabPanelProps, Tabs } from '../../ui/index.ts';
import { startPrompt } from './prompt.ts';
import { Screen } from './Screen.tsx';
import { startSystemShell } from './system-shell.ts';

export function TerminalView() {
  const online = useConnection((state) => state.client !== undefined);
  const allowed = useSetting('terminal.systemShell') && window.voike !== undefined;
  const [selected, setSelected] = useState<'voike' | 'shell'>('voike');
  /** A shell that was opened goes on while the other tab is in front. */
  const [opened, setOpened] = useState(false);
  if (!online)
    return (
      <EmptyState icon={<SquareTerminal />} title="The terminal waits for the node">
        Commands run on the node that this window is connected to.
      </EmptyState>
    );
  const prompt = <Screen label="voike command line" start={startPrompt} convertEol />;
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
        onSelect={(id) => {
          setSelected(id);
          if (id === 'shell') setOpened(true);
        }}
      />
      <div {...tabPanelProps('Terminals', 'voike')} hidden={selected !== 'voike'}>
        {prompt}
      </div>
      <div {...tabPanelProps('Terminals', 'shell')} hidden={selected !== 'shell'}>
        {opened ? <Screen label="System shell" start={startSystemShell} convertEol={false} /> : null}
      </div>
    </div>
  );
}
