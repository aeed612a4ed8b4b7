/** What stands on the canvas of a plan without steps: how to begin. */
import { FileSpreadsheet, Plus, Workflow } from 'lucide-react';
import { Button } from '../../ui/index.ts';
import { openQuickAdd } from './add.ts';
import { newFlowFromFile } from './from-file.ts';

export function EmptyPlan() {
  return (
    <div className="plan-empty">
      <Workflow aria-hidden />
      <h3>This plan has no steps yet</h3>
      <p>Add the first one, or drop a data file on the window and begin with a plan that reads it.</p>
      <div>
        <Button kind="primary" icon={<Plus />} shortcut="A" onClick={() => openQuickAdd(undefined)}>
          Add a step
        </Button>
        <Button icon={<FileSpreadsheet />} onClick={() => void newFlowFromFile()}>
          New flow from a file…
        </Button>
      </div>
    </div>
  );
}
