/** Flows: what is open, what ships with the node, the steps of the open plan, and what ran lately. */
import { ChevronDown, ChevronRight, FileCode2, FilePlus2, FolderOpen, GraduationCap } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { revealRange } from '../state/cursor.ts';
import { useDocuments, useTabs } from '../state/documents.ts';
import { type OutlineItem, useLanguage } from '../state/language.ts';
import { useLayout } from '../state/layout.ts';
import { useRuns } from '../state/run.ts';
import { loadSamples, openSample, useSamples } from '../state/samples.ts';
import { selectNode, useSelection } from '../state/selection.ts';
import {
  Button,
  clock,
  duration,
  exactTime,
  IconButton,
  relativeTime,
  rowKeys,
  Skeleton,
  StateIcon,
} from '../ui/index.ts';
import { closeDocument, openFile } from './files.ts';

export function SideBar({ overlay }: { overlay: boolean }) {
  return (
    <aside className={overlay ? 'side-bar overlay' : 'side-bar'} aria-label="Flows">
      <OpenFiles />
      <SampleList />
      <Outline />
      <RecentRuns />
    </aside>
  );
}

function Section({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  const [folded, setFolded] = useState(false);
  return (
    <section className="side-section" style={folded ? { paddingBottom: 0 } : undefined}>
      <div className="side-head">
        <h2>
          <button type="button" className="side-fold" aria-expanded={!folded} onClick={() => setFolded(!folded)}>
            {title}
            {folded ? <ChevronRight size={12} style={{ marginLeft: 4 }} /> : null}
          </button>
        </h2>
        {actions}
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- the keys go from row to row, and rows have the focus */}
      {folded ? null : <div onKeyDown={rowKeys}>{children}</div>}
    </section>
  );
}

function OpenFiles() {
  const documents = useTabs();
  const activeId = useDocuments((state) => state.activeId);
  const { activate, create } = useDocuments.getState();
  return (
    <Section
      title="Flows"
      actions={
        <>
          <IconButton label="New plan" onClick={() => void create()}>
            <FilePlus2 />
          </IconButton>
          <IconButton label="Open file…" shortcut="Ctrl+O" onClick={() => void openFile()}>
            <FolderOpen />
          </IconButton>
        </>
      }
    >
      {documents.length === 0 ? <div className="side-note">No file is open.</div> : null}
      {documents.map((item) => (
        <div
          key={item.id}
          role="button"
          tabIndex={0}
          data-row
          className="side-row"
          aria-current={item.id === activeId}
          data-tip={item.path}
          onClick={() => activate(item.id)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' || event.key === ' ') activate(item.id);
            if (event.key === 'Delete') void closeDocument(item.id);
          }}
        >
          <FileCode2 />
          <span className="cut">{item.name}</span>
          {item.dirty ? <span className="dot" role="img" aria-label="unsaved" /> : null}
        </div>
      ))}
    </Section>
  );
}

function SampleList() {
  const { samples, problem } = useSamples();
  const active = useDocuments((state) => state.documents.find((item) => item.id === state.activeId)?.origin);
  return (
    <Section title="Samples">
      {samples === undefined && problem === undefined ? <Skeleton lines={4} label="Loading samples" /> : null}
      {problem === undefined ? null : (
        <div className="side-note">
          The samples could not be read.{' '}
          <Button kind="quiet" onClick={() => void loadSamples()}>
            Try again
          </Button>
        </div>
      )}
      {samples?.map((sample) => (
        <button
          key={sample.name}
          type="button"
          data-row
          className="side-row"
          aria-current={active === `sample:${sample.name}`}
          data-tip={sample.description === '' ? sample.title : sample.description}
          onClick={() => openSample(sample)}
        >
          <GraduationCap />
          <span className="cut">{sample.title}</span>
        </button>
      ))}
      {samples?.length === 0 ? <div className="side-note">This node has no samples.</div> : null}
    </Section>
  );
}

function Outline() {
  const outline = useLanguage((state) => state.outline);
  const documentId = useLanguage((state) => state.documentId);
  const activeId = useDocuments((state) => state.activeId);
  const selected = useSelection((state) => state.nodeId);
  if (activeId === undefined || documentId !== activeId) return null;
  const go = (item: OutlineItem): void => {
    if (item.nodeId !== undefined) selectNode(item.nodeId, { reveal: false });
    revealRange({ start: item.nameRange.start, end: item.nameRange.start }, { focus: false });
  };
  return (
    <Section title="Outline">
      {outline.length === 0 ? <div className="side-note">Inputs, steps and outputs appear here.</div> : null}
      <div className="side-scroll">
        {outline.slice(0, 500).map((item, at) => (
          <button
            key={`${item.nodeId ?? item.name}:${at}`}
            type="button"
            data-row
            className="side-row"
            aria-current={item.nodeId !== undefined && item.nodeId === selected}
            onClick={() => go(item)}
          >
            <ChevronRight style={{ width: 12, color: 'var(--text-3)' }} />
            <span className="cut">{item.name}</span>
            <small className="cut">{item.detail}</small>
          </button>
        ))}
      </div>
      {outline.length > 500 ? <div className="side-note">{outline.length - 500} more: use Go to anything.</div> : null}
    </Section>
  );
}

function RecentRuns() {
  const recent = useRuns((state) => state.recent);
  const showArea = useLayout((state) => state.showArea);
  return (
    <Section
      title="Recent runs"
      actions={
        recent.length === 0 ? null : (
          <IconButton label="All runs" onClick={() => showArea('runs')}>
            <ChevronDown />
          </IconButton>
        )
      }
    >
      {recent.length === 0 ? <div className="side-note">Nothing ran yet. F5 runs the open plan.</div> : null}
      {recent.slice(0, 8).map((run) => (
        <button
          key={run.id}
          type="button"
          data-row
          className="side-row"
          data-tip={`${run.name}\n${exactTime(run.createdAt)} (${relativeTime(run.createdAt)})${run.error === undefined ? '' : `\n${run.error.detail}`}`}
          onClick={() => useLayout.getState().openRun(run.id)}
        >
          <StateIcon state={run.state} size={14} />
          <span className="cut">
            <span className="tabular">{clock(run.createdAt)}</span> {run.name}
          </span>
          <small className="cut tabular">
            {run.error === undefined ? (run.ms === undefined ? run.state : duration(run.ms)) : run.error.detail}
          </small>
        </button>
      ))}
    </Section>
  );
}
