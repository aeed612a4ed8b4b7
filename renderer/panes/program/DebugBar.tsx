/** The buttons of the debugger: going on, steps, pause and stop. */
import { ArrowDownToDot, ArrowUpFromDot, Bug, Pause, Play, Redo, Square } from 'lucide-react';
import {
  goOn,
  pauseDebugging,
  setUnit,
  startDebugging,
  stopDebugging,
  useDebugWishes,
  useProgramDebug,
} from '../../state/program-debug.ts';
import { Button, IconButton } from '../../ui/index.ts';

export function DebugBar() {
  const state = useProgramDebug((debug) => debug.state);
  const unit = useDebugWishes((wishes) => wishes.unit);
  const stopped = state === 'stopped';
  if (state === 'none')
    return (
      <div className="debug-bar" role="toolbar" aria-label="Debugger">
        <Button kind="primary" icon={<Bug />} command="program.debug" onClick={() => void startDebugging(true)}>
          Debug
        </Button>
      </div>
    );
  return (
    <div className="debug-bar" role="toolbar" aria-label="Debugger">
      {stopped ? (
        <IconButton label="Continue" command="run.start" onClick={() => void goOn('continue')}>
          <Play />
        </IconButton>
      ) : (
        <IconButton
          label="Pause"
          command="program.pause"
          disabled={state !== 'running'}
          onClick={() => void pauseDebugging()}
        >
          <Pause />
        </IconButton>
      )}
      <IconButton label="Step over" command="debug.step" disabled={!stopped} onClick={() => void goOn('over')}>
        <Redo />
      </IconButton>
      <IconButton label="Step in" command="program.stepIn" disabled={!stopped} onClick={() => void goOn('in')}>
        <ArrowDownToDot />
      </IconButton>
      <IconButton label="Step out" command="program.stepOut" disabled={!stopped} onClick={() => void goOn('out')}>
        <ArrowUpFromDot />
      </IconButton>
      <IconButton label="Stop" command="run.stop" onClick={() => void stopDebugging()}>
        <Square />
      </IconButton>
      <label className="debug-unit">
        Step by
        <select value={unit} onChange={(event) => setUnit(event.target.value === 'line' ? 'line' : 'instruction')}>
          <option value="line">line</option>
          <option value="instruction">instruction</option>
        </select>
      </label>
    </div>
  );
}
