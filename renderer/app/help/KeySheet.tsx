/** The keys that are used most, on one sheet. */
import { useEffect, useRef } from 'react';
import { create } from 'zustand';
import { commandById } from '../../state/commands.ts';
import { keysFor, useKeybindings } from '../../state/keybindings.ts';
import { keyLabel } from '../../state/keys.ts';
import { useLayout } from '../../state/layout.ts';
import { Button, openModal } from '../../ui/index.ts';
import './help.css';

export const useKeySheet = create<{ open: boolean }>()(() => ({ open: false }));

const GROUPS: readonly { title: string; commands: readonly string[] }[] = [
  {
    title: 'Go',
    commands: ['palette.commands', 'palette.goto', 'go.symbol', 'go.line', 'go.back', 'go.forward', 'view.nextPart'],
  },
  { title: 'Run', commands: ['run.start', 'run.stop'] },
  {
    title: 'Write',
    commands: [
      'editor.action.formatDocument',
      'editor.action.marker.next',
      'editor.action.quickFix',
      'editor.action.rename',
      'editor.action.revealDefinition',
      'editor.action.commentLine',
    ],
  },
  { title: 'Files', commands: ['file.new', 'file.open', 'file.save', 'file.saveAs', 'file.close', 'file.next'] },
  {
    title: 'Window',
    commands: [
      'view.sideBar',
      'view.inspector',
      'view.bottom',
      'view.split',
      'view.maximize',
      'settings.open',
      'keys.open',
    ],
  },
];

/** Keys of the graph itself, which hears them while it has the focus. */
const GRAPH: readonly { title: string; keys: readonly string[] }[] = [
  { title: 'Go from step to step; to its edges', keys: ['ArrowDown', 'E'] },
  { title: 'Select more; everything', keys: ['Shift+ArrowDown', 'Mod+A'] },
  { title: 'Move what is selected; a little', keys: ['Mod+ArrowDown', 'Mod+Shift+ArrowDown'] },
  { title: 'Add a step; connect it', keys: ['A', 'C'] },
  { title: 'Form; name; comment', keys: ['Enter', 'F2', 'M'] },
  { title: 'Group; collapse or open', keys: ['Mod+G', 'F'] },
  { title: 'Duplicate; delete', keys: ['Mod+D', 'Delete'] },
  { title: 'Show the whole plan', keys: ['0'] },
];

export function KeySheet() {
  const open = useKeySheet((state) => state.open);
  return open ? <Sheet /> : null;
}

const close = (): void => useKeySheet.setState({ open: false });

function Sheet() {
  const { bindings } = useKeybindings();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    openModal(dialog.current);
  }, []);
  return (
    <dialog
      ref={dialog}
      className="ui-dialog key-sheet"
      aria-labelledby="key-sheet-title"
      onClose={close}
      {...{ closedby: 'any' }}
    >
      <div className="ui-dialog-body">
        <h2 id="key-sheet-title">Keyboard shortcuts</h2>
        <div className="key-groups">
          {GROUPS.map(({ title, commands }) => (
            <section key={title}>
              <h3>{title}</h3>
              <dl>
                {commands.map((id) => {
                  const keys = keysFor(bindings, id);
                  const command = commandById(id);
                  if (command === undefined || keys === undefined) return null;
                  return (
                    <div key={id}>
                      <dt>{command.title}</dt>
                      <dd>
                        <kbd className="key-cap">{keyLabel(keys)}</kbd>
                      </dd>
                    </div>
                  );
                })}
              </dl>
            </section>
          ))}
          <section>
            <h3>In the plan graph</h3>
            <dl>
              {GRAPH.map(({ title, keys }) => (
                <div key={title}>
                  <dt>{title}</dt>
                  <dd>
                    {keys.map((key) => (
                      <kbd key={key} className="key-cap">
                        {keyLabel(key)}
                      </kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        </div>
      </div>
      <div className="ui-dialog-actions">
        <Button
          onClick={() => {
            dialog.current?.close();
            useLayout.getState().openEditor('keys');
          }}
        >
          All keys, and changing them
        </Button>
        <Button kind="primary" data-first onClick={() => dialog.current?.close()}>
          Close
        </Button>
      </div>
    </dialog>
  );
}
