/** The debugger: where the call stands, its variables, what is watched, the calls around it, and breakpoints. */
import { Bug, Plus, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { FrameFacts, Look } from '../../../node-core/vvm/debug/protocol.ts';
import { revealRange } from '../../state/cursor.ts';
import { type FlowDocument, useActiveDocument, useDocuments } from '../../state/documents.ts';
import {
  breakpointKey,
  switchInstructionBreakpoint,
  switchLineBreakpoint,
  useProgramBreakpoints,
} from '../../state/program-breakpoints.ts';
import { addWatch, chooseFrame, removeWatch, useDebugWishes, useProgramDebug } from '../../state/program-debug.ts';
import { useKeyLabel } from '../../state/keybindings.ts';
import { isProgramDocument } from '../../state/program.ts';
import { count, EmptyState, IconButton, rowKeys, thousands } from '../../ui/index.ts';
import { DebugBar } from './DebugBar.tsx';
import { ValueTree } from './ValueTree.tsx';
import './program.css';

const WHY: Record<string, string> = {
  start: 'at its beginning',
  breakpoint: 'at a breakpoint',
  step: 'after a step',
  pause: 'paused',
  trap: 'at a trap',
};

export function DebugPane() {
  const active = useActiveDocument();
  const debug = useProgramDebug();
  const debugged = useDocuments((state) => state.documents.find(({ id }) => id === debug.documentId));
  if (debug.state === 'none' && !isProgramDocument(active)) return <NoProgram />;
  const document = debug.state === 'none' ? active! : debugged;
  return (
    <div className="debug">
      <DebugBar />
      <Status changed={debugged !== undefined && debugged.text !== debug.text} />
      <div className="debug-sections">
        {debug.state === 'stopped' && debug.look !== undefined ? <Variables look={debug.look} /> : null}
        <Watches />
        {debug.state === 'stopped' && debug.look !== undefined ? <Calls look={debug.look} frame={debug.frame} /> : null}
        {document === undefined ? null : <Breakpoints document={document} />}
        {debug.look === undefined || debug.look.log.length === 0 || debug.state !== 'stopped' ? null : (
          <Section title="Log">
            <ol className="debug-log">
              {debug.look.log.map((line, at) => (
                <li key={at}>{line}</li>
              ))}
            </ol>
          </Section>
        )}
      </div>
    </div>
  );
}

function NoProgram() {
  const run = useKeyLabel('run.start');
  const breakpoint = useKeyLabel('debug.breakpoint');
  return (
    <EmptyState icon={<Bug />} title="Programs are debugged here">
      Open a program. A run of a plan stops at its steps: set a breakpoint
      {breakpoint === undefined ? '' : ` (${breakpoint})`}, then run{run === undefined ? '' : ` (${run})`}.
    </EmptyState>
  );
}

function Status({ changed }: { changed: boolean }) {
  const { state, why, place, trap, look, func } = useProgramDebug();
  const begin = useKeyLabel('program.debug');
  const run = useKeyLabel('run.start');
  const breakpoint = useKeyLabel('debug.breakpoint');
  if (state === 'none')
    return (
      <p className="debug-status">
        {begin ?? 'Debug'} stands before the first line. {run ?? 'Run'} runs, and stops where a breakpoint is: click
        beside a line number{breakpoint === undefined ? '' : `, or ${breakpoint}`}.
      </p>
    );
  if (state === 'starting') return <p className="debug-status">Getting ready…</p>;
  if (state === 'running')
    return (
      <p className="debug-status" role="status">
        {func} is running.
      </p>
    );
  return (
    <div className="debug-status" role="status" data-trap={trap !== undefined}>
      <p>
        {trap === undefined ? (
          <>
            <b>{place?.func}</b> stands {place?.line === undefined ? '' : `in line ${place.line}, `}
            {WHY[why ?? 'step']}
          </>
        ) : (
          <>
            <b>{trap}</b> {place?.func}
            {place?.line === undefined ? '' : `, line ${place.line}`}. Going on ends the call.
          </>
        )}
      </p>
      <p className="tabular">
        {look === undefined ? '' : `${thousands(look.fuelUsed)} fuel used, ${count(look.depth, 'call')} deep`}
      </p>
      {changed ? <p>The text was changed since; lines are those of the text that runs.</p> : null}
    </div>
  );
}

function Section({ title, children, more }: { title: string; children: ReactNode; more?: ReactNode }) {
  return (
    <section className="debug-section" aria-label={title}>
      <h3>
        {title}
        {more}
      </h3>
      {children}
    </section>
  );
}

function Variables({ look }: { look: Look }) {
  const [all, setAll] = useState(false);
  // What begins with an underscore is the compiler's own.
  const own = look.locals.filter(({ name }) => name.startsWith('_'));
  const shown = all ? look.locals : look.locals.filter(({ name }) => !name.startsWith('_'));
  return (
    <Section
      title="Variables"
      more={
        own.length === 0 ? undefined : (
          <button type="button" className="link" aria-pressed={all} onClick={() => setAll(!all)}>
            {all ? 'only those of the source' : `and ${count(own.length, 'helper')}`}
          </button>
        )
      }
    >
      {shown.length === 0 ? (
        <p className="debug-empty">The function has none.</p>
      ) : (
        <ValueTree
          label="Variables"
          rows={shown.map((local) => ({
            name: local.name,
            type: local.type,
            ...('value' in local ? { value: local.value } : { note: 'not set yet' }),
          }))}
        />
      )}
    </Section>
  );
}

function Watches() {
  const watches = useDebugWishes((wishes) => wishes.watches);
  const { look, state } = useProgramDebug();
  const [typed, setTyped] = useState('');
  const facts = new Map(state === 'stopped' ? look?.watches.map((one) => [one.expression, one]) : []);
  return (
    <Section title="Watch">
      {watches.length === 0 ? null : (
        <ValueTree
          label="Watched"
          rows={watches.map((expression) => {
            const fact = facts.get(expression);
            return {
              name: expression,
              ...(fact === undefined
                ? { note: state === 'stopped' ? '…' : 'not now' }
                : fact.problem === undefined
                  ? { value: fact.value }
                  : { note: fact.problem }),
            };
          })}
          onRemove={removeWatch}
        />
      )}
      <form
        className="debug-add"
        onSubmit={(event) => {
          event.preventDefault();
          addWatch(typed);
          setTyped('');
        }}
      >
        <input
          aria-label="Watch an expression"
          placeholder="Watch: order.lines[0].price"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <IconButton label="Watch it" type="submit" disabled={typed.trim() === ''}>
          <Plus />
        </IconButton>
      </form>
    </Section>
  );
}

function Calls({ look, frame }: { look: Look; frame: number }) {
  return (
    <Section title="Calls">
      {/* oxlint-disable-next-line jsx-a11y/interactive-supports-focus -- the rows have the focus */}
      <div role="listbox" aria-label="Calls under way" onKeyDown={rowKeys}>
        {look.frames.map((one, at) => (
          <button
            key={at}
            type="button"
            role="option"
            aria-selected={at === frame}
            tabIndex={at === frame ? 0 : -1}
            className="debug-row"
            onClick={() => chooseFrame(at)}
          >
            <span>{one.func}</span>
            <small className="tabular">{placeWords(one)}</small>
          </button>
        ))}
      </div>
      {look.depth > look.frames.length ? (
        <p className="debug-empty">and {count(look.depth - look.frames.length, 'call')} in between</p>
      ) : null}
    </Section>
  );
}

const placeWords = ({ line, at }: FrameFacts): string => (line === undefined ? `instruction ${at}` : `line ${line}`);

function Breakpoints({ document }: { document: FlowDocument }) {
  const lines = useProgramBreakpoints((state) => state.lines[document.id]);
  const instructions = useProgramBreakpoints((state) => state.instructions[document.id]);
  if (lines === undefined && instructions === undefined) return null;
  const texts = document.text.split('\n');
  const goTo = (line: number): void => {
    const start = texts.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
    revealRange({ start, end: start }, { documentId: document.id, focus: true });
  };
  return (
    <Section title="Breakpoints">
      <ul className="debug-breakpoints">
        {lines?.map((line) => (
          <li key={line}>
            <i className="debug-dot" aria-hidden />
            <button type="button" className="debug-row" onClick={() => goTo(line)}>
              <span>{texts[line - 1]?.trim() ?? ''}</span>
              <small className="tabular">line {line}</small>
            </button>
            <IconButton
              label={`Take the breakpoint of line ${line} away`}
              onClick={() => switchLineBreakpoint(document.id, line)}
            >
              <X />
            </IconButton>
          </li>
        ))}
        {instructions?.map((place) => (
          <li key={breakpointKey(place)}>
            <i className="debug-dot" aria-hidden />
            <span className="debug-row">
              <span>{place.func}</span>
              <small className="tabular">instruction {place.at}</small>
            </span>
            <IconButton
              label={`Take the breakpoint of ${place.func}, instruction ${place.at} away`}
              onClick={() => switchInstructionBreakpoint(document.id, place)}
            >
              <X />
            </IconButton>
          </li>
        ))}
      </ul>
    </Section>
  );
}
