/** Tabs, tools and the code editor; a welcome with the samples when nothing is open. */
import { AlignLeft, FileCode2, FolderOpen, GraduationCap, Play, Plus, Save, Square, X } from 'lucide-react';
import { type KeyboardEvent, lazy, Suspense, useEffect, useRef } from 'react';
import { useConnection } from '../state/connection.ts';
import { useActiveTab, useDocuments, useTabs } from '../state/documents.ts';
import { editorAction } from '../state/editor-actions.ts';
import { cancelRun, isActive, runActive, useDocumentRun, useRuns } from '../state/run.ts';
import { openSample, useSamples } from '../state/samples.ts';
import { Button, IconButton, openMenu, Skeleton } from '../ui/index.ts';
import { keyLabel } from '../state/keys.ts';
import { closeDocument, openFile, saveDocument } from './files.ts';

const CodeEditor = lazy(() => import('../editor/CodeEditor.tsx'));

export function Editors() {
  const file = useActiveTab();
  const restored = useDocuments((state) => state.restored);
  if (!restored) return <div className="editors" />;
  if (file === undefined) return <Welcome />;
  return (
    <div className="editors">
      <div className="editor-bar">
        <EditorTabs />
        <Tools documentId={file.id} />
      </div>
      <div className="editor-host">
        <Suspense fallback={<Skeleton lines={12} label="Loading the editor" />}>
          <CodeEditor />
        </Suspense>
      </div>
    </div>
  );
}

function EditorTabs() {
  const documents = useTabs();
  const activeId = useDocuments((state) => state.activeId);
  const { activate } = useDocuments.getState();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [activeId]);
  const keys = (event: KeyboardEvent, id: string): void => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (by !== 0) {
      useDocuments.getState().cycle(by);
      requestAnimationFrame(() => list.current?.querySelector<HTMLElement>('[aria-selected="true"]')?.focus());
    } else if (event.key === 'Enter' || event.key === ' ') activate(id);
    else if (event.key === 'Delete') void closeDocument(id);
    else return;
    event.preventDefault();
  };
  return (
    <div className="editor-tabs" role="tablist" aria-label="Open files" ref={list}>
      {documents.map((item) => {
        const { dirty } = item;
        return (
          <div
            key={item.id}
            role="tab"
            tabIndex={item.id === activeId ? 0 : -1}
            className="editor-tab"
            aria-selected={item.id === activeId}
            aria-label={dirty ? `${item.name}, unsaved` : item.name}
            data-dirty={dirty}
            data-tip={item.path ?? item.origin}
            onClick={() => activate(item.id)}
            onAuxClick={(event) => {
              if (event.button === 1) void closeDocument(item.id);
            }}
            onKeyDown={(event) => keys(event, item.id)}
            onContextMenu={(event) => {
              event.preventDefault();
              openMenu(event, [
                { label: 'Save', shortcut: keyLabel('Mod+S'), run: () => void saveDocument(item.id) },
                { label: 'Save as…', run: () => void saveDocument(item.id, true) },
                'separator',
                { label: 'Close', run: () => void closeDocument(item.id) },
                {
                  label: 'Close the others',
                  disabled: documents.length < 2,
                  run: () =>
                    void (async () => {
                      for (const other of documents) if (other.id !== item.id) await closeDocument(other.id);
                    })(),
                },
              ]);
            }}
          >
            <FileCode2 />
            <span className="cut">{item.name}</span>
            <span
              className="tab-close"
              aria-hidden="true"
              onClick={(event) => {
                event.stopPropagation();
                void closeDocument(item.id);
              }}
            >
              <i className="dot" />
              <X />
            </span>
          </div>
        );
      })}
      <span style={{ alignSelf: 'center', padding: '0 4px' }}>
        <IconButton label="New plan" onClick={() => void useDocuments.getState().create()}>
          <Plus />
        </IconButton>
      </span>
    </div>
  );
}

function Tools({ documentId }: { documentId: string }) {
  const run = useDocumentRun(documentId);
  const starting = useRuns((state) => state.starting[documentId] === true);
  const online = useConnection((state) => state.phase === 'connected');
  const active = run !== undefined && isActive(run.state);
  return (
    <div className="editor-tools">
      <IconButton label="Format" shortcut="Shift+Alt+F" onClick={() => editorAction('editor.action.formatDocument')}>
        <AlignLeft />
      </IconButton>
      <IconButton label="Save" shortcut={keyLabel('Mod+S')} onClick={() => void saveDocument()}>
        <Save />
      </IconButton>
      {active ? (
        <Button icon={<Square />} shortcut="Shift+F5" onClick={() => void cancelRun(run.id)}>
          Stop
        </Button>
      ) : (
        <Button
          kind="primary"
          icon={<Play />}
          shortcut="F5"
          disabled={starting || !online}
          data-tip={online ? undefined : 'The node is not connected.'}
          onClick={() => void runActive()}
        >
          Run
        </Button>
      )}
    </div>
  );
}

function Welcome() {
  const samples = useSamples((state) => state.samples);
  return (
    <div className="welcome">
      <div className="welcome-inner">
        <h1>Write a plan, run it, prove what happened</h1>
        <p className="lead">
          A FLOW plan says step by step what to do with data. Open a sample to see one at work on real data, or start
          your own.
        </p>
        <div className="welcome-actions">
          <Button kind="primary" icon={<Plus />} onClick={() => void useDocuments.getState().create()}>
            New plan
          </Button>
          <Button icon={<FolderOpen />} shortcut={keyLabel('Mod+O')} onClick={() => void openFile()}>
            Open file…
          </Button>
        </div>
        {samples === undefined || samples.length === 0 ? null : (
          <>
            <h2>Samples</h2>
            <div className="sample-grid">
              {samples.map((sample) => (
                <button key={sample.name} type="button" className="sample-card" onClick={() => void openSample(sample)}>
                  <b>
                    <GraduationCap />
                    {sample.title}
                  </b>
                  {sample.description}
                </button>
              ))}
            </div>
          </>
        )}
      </div>
    </div>
  );
}
