/** Views of the document at the cursor: AST, Plan, Execute. */
import { PanelRightClose } from 'lucide-react';
import { planSummary } from '../panes/plan/facts.ts';
import { useActiveTab } from '../state/documents.ts';
import { useLanguage } from '../state/language.ts';
import { useLayout } from '../state/layout.ts';
import { useDocumentRun } from '../state/run.ts';
import { EmptyState, IconButton, tabPanelProps, Tabs } from '../ui/index.ts';
import { keyLabel } from '../state/keys.ts';
import { LazyView } from './LazyView.tsx';
import { viewsIn } from './views.ts';

export function Inspector() {
  const { inspectorTab, showInspector, toggle } = useLayout();
  const file = useActiveTab();
  const views = viewsIn('inspector');
  const shown = views.find((view) => view.id === inspectorTab) ?? views[0]!;
  return (
    <section className="pane" aria-label="Inspector">
      <div className="pane-bar">
        <Tabs
          name="inspector"
          items={views.map((view) => ({ id: view.id, label: view.title }))}
          selected={shown.id}
          onSelect={showInspector}
        />
        <div className="pane-side">
          <PlanFacts documentId={file?.id} />
          <IconButton label="Hide the inspector" shortcut={keyLabel('Mod+Alt+B')} onClick={() => toggle('inspector')}>
            <PanelRightClose />
          </IconButton>
        </div>
      </div>
      <div className="pane-body" key={shown.id} {...tabPanelProps('inspector', shown.id)}>
        {file === undefined && shown.needsDocument === true ? (
          <EmptyState title="Nothing to inspect yet">
            Open a plan to see its syntax tree, its graph, and its inputs.
          </EmptyState>
        ) : (
          <LazyView view={shown} />
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
