/** The tools of the graph: add, undo, view. */
import { Eraser, Flame, Maximize, PanelLeft, PanelRight, Plus, Redo2, Undo2, ZoomIn, ZoomOut } from 'lucide-react';
import { Button, IconButton } from '../../ui/index.ts';
import { redoChange, tidy, undoChange } from './actions.ts';
import { openQuickAdd } from './add.ts';
import { usePlanUi } from './plan-ui.ts';

export interface ToolbarProps {
  zoom: (by: 1 | -1) => void;
  fit: () => void;
  /** A run is shown: the slowest path goes by its times. */
  ran: boolean;
}

export function Toolbar({ zoom, fit, ran }: ToolbarProps) {
  const { palette, form, slowest, set } = usePlanUi();
  return (
    <div className="plan-bar" role="toolbar" aria-label="Plan tools">
      <IconButton label="List of operations" pressed={palette} onClick={() => set({ palette: !palette })}>
        <PanelLeft />
      </IconButton>
      <Button
        kind="quiet"
        icon={<Plus />}
        data-tip="Add a step, an input or an output (A)"
        onClick={() => openQuickAdd()}
      >
        Add
      </Button>
      <IconButton label="Undo" shortcut="Mod+Z" onClick={undoChange}>
        <Undo2 />
      </IconButton>
      <IconButton label="Redo" shortcut="Mod+Shift+Z" onClick={redoChange}>
        <Redo2 />
      </IconButton>
      <span className="plan-bar-gap" />
      <IconButton
        label={`Mark the slowest path, by ${ran ? 'the time of this run' : 'estimated cost'}`}
        pressed={slowest}
        onClick={() => set({ slowest: !slowest })}
      >
        <Flame />
      </IconButton>
      <IconButton label="Tidy the layout" onClick={() => void tidy().then(fit)}>
        <Eraser />
      </IconButton>
      <IconButton label="Zoom out" shortcut="-" onClick={() => zoom(-1)}>
        <ZoomOut />
      </IconButton>
      <IconButton label="Zoom in" shortcut="=" onClick={() => zoom(1)}>
        <ZoomIn />
      </IconButton>
      <IconButton label="Show the whole plan" shortcut="0" onClick={fit}>
        <Maximize />
      </IconButton>
      <IconButton
        label="Form of the selected step"
        shortcut="Enter"
        pressed={form}
        onClick={() => set({ form: !form })}
      >
        <PanelRight />
      </IconButton>
    </div>
  );
}
