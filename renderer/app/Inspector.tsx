/** AST | Plan | Execute: three views of the document at the cursor. */
import { PanelRightClose } from 'lucide-react';
import { Suspense } from 'react';
import { planSummary } from '../panes/plan/facts.ts';
import { useActiveTab } from '../state/documents.ts';
import { useLanguage } from '../state/language.ts';
import { type InspectorTab, useLayout } from '../state/layout.ts';
import { useDocumentRun } from '../state/run.ts';
import { EmptyState, IconButton, Skeleton, tabPanelProps, Tabs } from '../ui/index.ts';
import { keyLabel } from './commands.ts';
import { Guarded } from './Guarded.tsx';
import { AstPane, ExecutePane, PlanPane } from './panes.ts';

const TABS: { id: InspectorTab; label: string }[] = [
  { id: 'ast', label: 'AST' },
  { id: 'plan', label: 'Plan' },
  { id: 'execute', label: 'Execute' },
];

export function Inspector() {
  const { inspectorTab, showInspector, toggle } = useLayout();
  const file = useActiveTab();
  const Pane = inspectorTab === 'ast' ? AstPane : inspectorTab === 'plan' ? PlanPane : ExecutePane;
  return (
    <section className="pane" aria-label="Inspector">
      <div className="pane-bar">
        <Tabs name="inspector" items={TABS} selected={inspectorTab} onSelect={showInspector} />
        <div className="pane-side">
          <PlanFacts documentId={file?.id} />
          <IconButton label="Hide the inspector" shortcut={keyLabel('Mod+Alt+B')} onClick={() => toggle('inspector')}>
            <PanelRightClose />
          </IconButton>
        </div>
      </div>
      <div className="pane-body" key={inspectorTab} {...tabPanelProps('inspector', inspectorTab)}>
        {file === undefined ? (
          <EmptyState title="Nothing to inspect yet">
            Open a plan to see its syntax tree, its graph, and its inputs.
          </EmptyState>
        ) : (
          <Guarded>
            <Suspense fallback={<Skeleton lines={8} />}>
              <Pane />
            </Suspense>
          </Guarded>
        )}
      </div>
    </section>
  );
}

/** `5 steps · slowest load 68 ms · plan 7f3a…c21e`. */
function PlanFacts({ documentId }: { documentId: string | undefined }) {
  const graph = useLanguage((state) => (state.documentId === documentId ? state.graph : undefined));
  const run = useDocumentRun(documentId);
  if (graph === undefined) return null;
  return (
    <span className="cut" data-tip={`plan ${graph.hash}`}>
      {planSummary(graph, run?.steps ?? [])}
    </span>
  );
}
