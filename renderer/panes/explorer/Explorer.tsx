/** The tree of the open folders: lazy, virtual, by keyboard as in VS Code. */
import { FilePlus2, FolderOpen, FolderPlus, FolderTree, ListCollapse, LocateFixed } from 'lucide-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type DragEvent, type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useConnection } from '../../state/connection.ts';
import { useActiveTab } from '../../state/documents.ts';
import { loadWorkspaces, openWorkspace, useWorkspaces } from '../../state/workspaces.ts';
import { Button, EmptyState, ErrorState, IconButton, openMenu, problemOf, rowFrom, Skeleton } from '../../ui/index.ts';
import { copyPath, deleteRow, menuOf, moveTo, openFolder, openRow, startNew } from './actions.ts';
import { useDecorations } from './decorations.ts';
import './explorer.css';
import { choose, followTree, revealInTree, setOpen, useTree } from './tree-store.ts';
import { isItem, keyOf, parentOf, type Row, rowsOf, typedTo } from './tree.ts';
import { TreeRow } from './TreeRow.tsx';

export function Explorer() {
  const { workspaces, recent, problem } = useWorkspaces();
  const online = useConnection((state) => state.phase === 'connected');
  useEffect(followTree, []);
  if (problem !== undefined && workspaces === undefined) {
    return problemOf(problem).code === 'local-only' ? (
      <EmptyState icon={<FolderTree />} title="Folders of another machine">
        This node is not on your machine, or you came with a project key. Its folders are open only to the person there.
      </EmptyState>
    ) : (
      <ErrorState problem={problem} retry={() => void loadWorkspaces()} />
    );
  }
  if (workspaces === undefined) return <Skeleton lines={8} label="Reading the open folders" />;
  if (workspaces.length === 0) {
    return (
      <section className="explorer" aria-label="Folders">
        <div className="side-head">
          <h2 className="explorer-title">Explorer</h2>
        </div>
        <EmptyState
          icon={<FolderTree />}
          title="No folder is open"
          action={
            <Button kind="primary" icon={<FolderOpen />} disabled={!online} onClick={() => void openFolder()}>
              Open folder…
            </Button>
          }
        >
          Open a folder to see its plans, search in them, and keep a history of each file.
        </EmptyState>
        {recent.length === 0 ? null : (
          <div className="explorer-recent">
            <h3>Open before</h3>
            {recent.slice(0, 6).map(({ path, name }) => (
              <button
                key={path}
                type="button"
                className="side-row"
                data-tip={path}
                onClick={() => void openWorkspace(path)}
              >
                <FolderOpen />
                <span className="cut">{name}</span>
                <small className="cut">{path}</small>
              </button>
            ))}
          </div>
        )}
      </section>
    );
  }
  return <Tree />;
}

/** A pause of this long begins a new word. */
const TYPING_MS = 800;

function Tree() {
  const workspaces = useWorkspaces((state) => state.workspaces ?? []);
  const { folders, open, draft, chosen, renaming } = useTree();
  const decorations = useDecorations();
  const active = useActiveTab();
  const scroller = useRef<HTMLDivElement>(null);
  const typed = useRef({ text: '', at: 0 });
  const [target, setTarget] = useState<string | undefined>();
  const dragged = useRef<Row | undefined>(undefined);
  const rows = useMemo(() => rowsOf(workspaces, folders, open, draft), [workspaces, folders, open, draft]);
  const at = rows.findIndex((row) => row.key === chosen);
  // oxlint-disable-next-line react/incompatible-library -- nothing here is memoized by the compiler
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 24,
    overscan: 12,
  });

  // The file that is edited is shown in the tree, as far as its folders are open.
  const activeKey = active?.file === undefined ? undefined : keyOf(active.file.workspace, active.file.path);
  useEffect(() => {
    if (activeKey !== undefined) choose(activeKey);
  }, [activeKey]);
  const shown = useRef<string | undefined>(undefined);
  useEffect(() => {
    const wanted = draft === undefined ? chosen : undefined;
    if (wanted === shown.current || at === -1) return;
    shown.current = wanted;
    list.scrollToIndex(at, { align: 'auto' });
  }, [at, chosen, draft, list]);
  const draftAt = draft === undefined ? -1 : rows.findIndex((row) => row.kind === 'draft');
  useEffect(() => {
    if (draftAt !== -1) list.scrollToIndex(draftAt);
  }, [draftAt, list]);

  const row = rows[at];
  const place = row !== undefined && isItem(row) ? row : rows.find(isItem);
  const go = (to: number | undefined, by: 1 | -1): void => {
    // Notes are stepped over.
    for (let index = to; index !== undefined && index >= 0 && index < rows.length; index += by) {
      const next = rows[index]!;
      if (isItem(next)) return choose(next.key);
    }
  };

  const keys = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return;
    const { key } = event;
    const mod = event.ctrlKey || event.metaKey;
    const folder = row?.kind === 'folder' || row?.kind === 'root' ? row : undefined;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 240) / 24) - 1);
    const to = rowFrom(key, at, rows.length, { page });
    if (mod && key.toLowerCase() === 'c' && row !== undefined) void copyPath(row);
    else if (mod || event.altKey) return;
    else if (to !== undefined) go(to, key === 'ArrowUp' || key === 'PageUp' || key === 'End' ? -1 : 1);
    else if (key === 'ArrowRight' && folder !== undefined) {
      if (!folder.open) setOpen(folder.key, true);
      else go(at + 1, 1);
    } else if (key === 'ArrowLeft' && row !== undefined) {
      if (folder?.open === true) setOpen(folder.key, false);
      else if (row.kind !== 'root') choose(keyOf(row.workspace, parentOf(row.path)));
    } else if ((key === 'Enter' || key === ' ') && row !== undefined) openRow(row, key === 'Enter');
    else if (key === 'F2' && row !== undefined && isItem(row) && row.kind !== 'root')
      useTree.setState({ renaming: row.key });
    else if (key === 'Delete' && row !== undefined && row.kind !== 'root') void deleteRow(row);
    else if ((key === 'F10' && event.shiftKey) || key === 'ContextMenu') {
      if (row !== undefined) openMenu(document.getElementById(`tree-${at}`) ?? event.currentTarget, menuOf(row));
    } else if (key === '*' && folder !== undefined) {
      const { entries } = (folders.get(folder.key) as { entries?: { path: string; kind: string }[] } | undefined) ?? {};
      for (const entry of entries ?? [])
        if (entry.kind === 'folder') setOpen(keyOf(folder.workspace, entry.path), true);
    } else if (key.length === 1) {
      const now = performance.now();
      typed.current = { text: now - typed.current.at < TYPING_MS ? typed.current.text + key : key, at: now };
      const found = typedTo(rows, Math.max(at, 0), typed.current.text);
      if (found !== undefined) choose(rows[found]!.key);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const drag = {
    start(event: DragEvent, from: Row) {
      dragged.current = from;
      event.dataTransfer.effectAllowed = 'move';
      event.dataTransfer.setData('text/plain', from.path);
    },
    over(event: DragEvent, over: Row) {
      const from = dragged.current;
      if (from === undefined || from.workspace !== over.workspace) return;
      const folder = over.kind === 'file' || over.kind === 'outside' ? parentOf(over.path) : over.path;
      // Neither into itself nor to where it is.
      if (folder === parentOf(from.path) || folder === from.path || folder.startsWith(`${from.path}/`)) {
        setTarget(undefined);
        return;
      }
      event.preventDefault();
      event.dataTransfer.dropEffect = 'move';
      setTarget(keyOf(over.workspace, folder));
    },
    drop(event: DragEvent, over: Row) {
      const from = dragged.current;
      drag.end();
      if (from === undefined || from.workspace !== over.workspace) return;
      event.preventDefault();
      void moveTo(from, over.kind === 'file' || over.kind === 'outside' ? parentOf(over.path) : over.path);
    },
    end() {
      dragged.current = undefined;
      setTarget(undefined);
    },
  };

  return (
    <section className="explorer" aria-label="Folders">
      <div className="side-head">
        <h2 className="explorer-title">Explorer</h2>
        <IconButton
          label="New file"
          disabled={place === undefined}
          onClick={() => place && void startNew('file', place)}
        >
          <FilePlus2 />
        </IconButton>
        <IconButton
          label="New folder"
          disabled={place === undefined}
          onClick={() => place && void startNew('folder', place)}
        >
          <FolderPlus />
        </IconButton>
        {active?.file === undefined ? null : (
          <IconButton
            label="Show the open file in the tree"
            onClick={() => active.file && void revealInTree(active.file.workspace, active.file.path)}
          >
            <LocateFixed />
          </IconButton>
        )}
        <IconButton
          label="Close all folders of the tree"
          onClick={() => {
            for (const key of open) setOpen(key, key.endsWith(':') && open.has(key));
          }}
        >
          <ListCollapse />
        </IconButton>
        <IconButton label="Open folder…" onClick={() => void openFolder()}>
          <FolderOpen />
        </IconButton>
      </div>
      <div
        ref={scroller}
        className="tree"
        role="tree"
        tabIndex={0}
        aria-label="Files of the open folders"
        aria-activedescendant={at === -1 ? undefined : `tree-${at}`}
        data-own-keys="F2"
        onKeyDown={keys}
        onFocus={() => {
          if (at === -1 && renaming === undefined && draft === undefined) choose(rows.find(isItem)?.key);
        }}
      >
        <div className="tree-rows" style={{ height: list.getTotalSize() }}>
          {list.getVirtualItems().map(({ index, start }) => {
            const item = rows[index]!;
            return (
              <TreeRow
                key={item.key}
                row={item}
                id={`tree-${index}`}
                top={start}
                chosen={index === at}
                renaming={renaming === item.key}
                decoration={decorations.get(item.key)}
                target={target === item.key}
                drag={drag}
                onPress={(pressed, twice) => {
                  if (!isItem(pressed)) return;
                  choose(pressed.key);
                  // The second click of a double click puts the keyboard into the text.
                  if (!twice || pressed.kind === 'file') openRow(pressed, twice);
                }}
                onMenu={(pressed, where) => {
                  choose(pressed.key);
                  openMenu(where, menuOf(pressed));
                }}
              />
            );
          })}
        </div>
      </div>
    </section>
  );
}
