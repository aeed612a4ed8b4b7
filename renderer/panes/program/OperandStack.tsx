/** The operand stack of the stopped call, the top first, with the buttons to go on: under the VASM. */
import { useProgramDebug } from '../../state/program-debug.ts';
import { thousands } from '../../ui/index.ts';
import { DebugBar } from './DebugBar.tsx';
import { ValueTree } from './ValueTree.tsx';

export function OperandStack({ documentId }: { documentId: string }) {
  const debug = useProgramDebug();
  if (debug.documentId !== documentId || debug.state === 'none') return null;
  const { look, state } = debug;
  const stack = look?.stack ?? [];
  return (
    <section className="vasm-stack" aria-label="Operand stack">
      <DebugBar />
      {state !== 'stopped' || look === undefined ? null : (
        <>
          <h3>
            Operand stack
            <small className="tabular">{thousands(look.fuelUsed)} fuel used</small>
          </h3>
          {stack.length === 0 ? (
            <p className="debug-empty">It is empty.</p>
          ) : (
            <ValueTree
              label="Operand stack, the top first"
              rows={stack
                .map(({ type, value }, at) => ({
                  name: at === stack.length - 1 ? `${at} top` : String(at),
                  type,
                  value,
                }))
                .toReversed()}
            />
          )}
        </>
      )}
    </section>
  );
}
