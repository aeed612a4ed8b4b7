/** Go to anything: files, samples, steps, runs; with `>` every command that makes sense now. */
import { CornerDownRight, FileCode2, GraduationCap, History, SquareTerminal } from 'lucide-react';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { revealRange } from '../state/cursor.ts';
import { useDocuments } from '../state/documents.ts';
import { useLanguage } from '../state/language.ts';
import { useLayout } from '../state/layout.ts';
import { useRuns } from '../state/run.ts';
import { openSample, useSamples } from '../state/samples.ts';
import { openWorkspaceFile } from '../state/workspace-files.ts';
import { findFiles } from '../state/workspaces.ts';
import type { FoundFile } from '../../node-core/files/schema.ts';
import { relativeTime } from '../ui/index.ts';
import { keyLabel } from '../state/keys.ts';
import { canRun } from '../state/commands.ts';
import { COMMANDS } from './commands.ts';
import { closePalette, fit, usePalette } from './palette.ts';
import './palette.css';

interface Target {
  key: string;
  icon: ReactNode;
  title: string;
  side: string;
  run: () => void;
}

function targets(commands: boolean): Target[] {
  if (commands) {
    return COMMANDS.filter((command) => canRun(command) && command.id !== 'palette.commands').map((command) => ({
      key: command.id,
      icon: <SquareTerminal />,
      title: command.title,
      side: command.keys === undefined ? '' : keyLabel(command.keys),
      run: command.run,
    }));
  }
  const { documents, activate } = useDocuments.getState();
  const show = (): void => useLayout.getState().showArea('flows');
  return [
    ...documents.map((item) => ({
      key: item.id,
      icon: <FileCode2 />,
      title: item.name,
      side: 'open file',
      run: () => {
        activate(item.id);
        show();
      },
    })),
    ...useLanguage.getState().outline.map((item) => ({
      key: `at:${item.nodeId ?? item.name}:${item.range.start}`,
      icon: <CornerDownRight />,
      title: item.name,
      side: item.detail,
      run: () => revealRange({ start: item.nameRange.start, end: item.nameRange.start }, { focus: true }),
    })),
    ...(useSamples.getState().samples ?? []).map((sample) => ({
      key: `sample:${sample.name}`,
      icon: <GraduationCap />,
      title: sample.title,
      side: 'sample',
      run: () => {
        openSample(sample);
        show();
      },
    })),
    ...useRuns
      .getState()
      .recent.slice(0, 30)
      .map((run) => ({
        key: run.id,
        icon: <History />,
        title: `${run.name} — ${run.state}`,
        side: `run ${relativeTime(run.createdAt)}`,
        run: () => useLayout.getState().openRun(run.id),
      })),
  ];
}

const fileTarget = ({ workspace, path }: FoundFile): Target => ({
  key: `file:${workspace}:${path}`,
  icon: <FileCode2 />,
  title: path.slice(path.lastIndexOf('/') + 1),
  side: path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : 'file',
  run: () => void openWorkspaceFile({ workspace, path }, { focus: true }),
});

/** Files of the open folders that fit; those of the query before stay until the answer is there. */
function useFoundFiles(query: string): FoundFile[] {
  const [files, setFiles] = useState<FoundFile[]>([]);
  useEffect(() => {
    if (query.trim() === '') return setFiles([]);
    const gone = new AbortController();
    findFiles(query, gone.signal).then(
      (found) => gone.signal.aborted || setFiles(found),
      // Without the node there is what is known here.
      () => gone.signal.aborted || setFiles([]),
    );
    return () => gone.abort();
  }, [query]);
  return files;
}

export function Palette() {
  const { open, text: first } = usePalette();
  return open ? <OpenPalette key={first} first={first} /> : null;
}

function OpenPalette({ first }: { first: string }) {
  const [text, setText] = useState(first);
  const [at, setAt] = useState(0);
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const box = dialog.current;
    if (box?.open === false) box.showModal();
    const input = box?.querySelector('input');
    input?.setSelectionRange(input.value.length, input.value.length);
  }, []);
  const commands = text.startsWith('>');
  const all = useMemo(() => targets(commands), [commands]);
  const found = useMemo(() => {
    const query = commands ? text.slice(1) : text;
    return all
      .map((target) => ({ target, score: fit(query, target.title) }))
      .filter((item): item is { target: Target; score: number } => item.score !== undefined)
      .toSorted((a, b) => (query.trim() === '' ? 0 : b.score - a.score))
      .slice(0, 60)
      .map((item) => item.target);
  }, [all, commands, text]);
  const files = useFoundFiles(commands ? '' : text);
  const shown = useMemo(() => {
    const present = new Set(
      useDocuments.getState().documents.map(({ file }) => file && `${file.workspace}:${file.path}`),
    );
    const fresh = files.filter(({ workspace, path }) => !present.has(`${workspace}:${path}`));
    // Files of folders come after what is open and fits, and before what only nearly fits.
    return [...found.slice(0, 30), ...fresh.map(fileTarget), ...found.slice(30)];
  }, [found, files]);
  const chosen = Math.min(at, shown.length - 1);
  useEffect(() => {
    list.current?.children[chosen]?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  const go = (target: Target | undefined): void => {
    if (target === undefined) return;
    dialog.current?.close();
    closePalette();
    target.run();
  };
  return (
    <dialog
      ref={dialog}
      className="palette"
      aria-label="Go to anything"
      onClose={closePalette}
      // A click beside it closes it.
      {...{ closedby: 'any' }}
    >
      <input
        autoFocus
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={shown[chosen] === undefined ? undefined : `palette-${chosen}`}
        placeholder="Go to a file, step, sample or run — or type > for commands"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') setAt((chosen + 1) % Math.max(1, shown.length));
          else if (event.key === 'ArrowUp') setAt((chosen - 1 + shown.length) % Math.max(1, shown.length));
          else if (event.key === 'Enter') go(shown[chosen]);
          else return;
          event.preventDefault();
        }}
      />
      {shown.length === 0 ? (
        <p>Nothing fits “{commands ? text.slice(1) : text}”.</p>
      ) : (
        <div ref={list} id="palette-list" className="palette-list" role="listbox" aria-label="What fits">
          {shown.map((target, index) => (
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the field above has the focus and answers the keys
            <div
              key={target.key}
              id={`palette-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === chosen}
              onPointerMove={() => setAt(index)}
              onClick={() => go(target)}
            >
              {target.icon}
              <span className="cut">{target.title}</span>
              <small>{target.side}</small>
            </div>
          ))}
        </div>
      )}
    </dialog>
  );
}
