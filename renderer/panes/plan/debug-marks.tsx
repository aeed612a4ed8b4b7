/** What debugging adds to the plan graph: a mark on steps that runs stop before, and entries in their menus. */
import { ArrowRightToLine, CircleDot, StepForward } from 'lucide-react';
import { useHasBreakpoint, breakpointsOf } from '../../state/breakpoints.ts';
import { continueRun, pausedRun, runToHere, switchBreakpoint } from '../../state/debug.ts';
import { activeDocument, useDocuments } from '../../state/documents.ts';
import { useKeyLabel } from '../../state/keybindings.ts';
import type { MenuItem } from '../../ui/menu.ts';

/** A mark on a step that has a breakpoint; nothing on others. */
export function BreakpointMark({ nodeId }: { nodeId: string }) {
  const documentId = useDocuments((documents) => documents.activeId);
  const key = useKeyLabel('debug.breakpoint');
  if (!useHasBreakpoint(documentId, nodeId)) return null;
  return (
    <span
      className="plan-mark plan-break"
      data-tip={`Runs stop before this step${key === undefined ? '' : ` (${key})`}`}
    >
      <CircleDot size={12} role="img" aria-label="breakpoint" />
    </span>
  );
}

/** For the menu of a step or an output. */
export function debugMenu(nodeId: string): MenuItem[] {
  const has = breakpointsOf(activeDocument()?.id).includes(nodeId);
  const paused = pausedRun();
  return [
    {
      label: 'Run to here',
      icon: <ArrowRightToLine />,
      command: 'debug.runToHere',
      run: () => void runToHere(nodeId),
    },
    {
      label: has ? 'Take the breakpoint away' : 'Stop before it (breakpoint)',
      icon: <CircleDot />,
      command: 'debug.breakpoint',
      run: () => switchBreakpoint(nodeId),
    },
    ...(paused === undefined
      ? []
      : [
          {
            label: 'Continue the run',
            icon: <StepForward />,
            command: 'run.start',
            run: () => void continueRun(paused),
          },
        ]),
  ];
}
