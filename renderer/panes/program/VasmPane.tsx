/**
 * The VASM that the program compiles to, beside its source: lines that belong together are marked in both, whichever the
 * cursor is in. While a text has mistakes the last good one stays. Breakpoints at instructions stand in its margin.
 */
import { useVirtualizer } from '@tanstack/react-virtual';
import { Copy, Cpu } from 'lucide-react';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { VasmFacts, VasmLine } from '../../language/program.ts';
import { revealRange, useCursor } from '../../state/cursor.ts';
import { useActiveDocument } from '../../state/documents.ts';
import {
  atKey,
  breakpointKey,
  switchInstructionBreakpoint,
  useProgramBreakpoints,
} from '../../state/program-breakpoints.ts';
import { useProgramDebug } from '../../state/program-debug.ts';
import { isProgramDocument, useProgram } from '../../state/program.ts';
import { showVasmRange } from '../../state/vasm-view.ts';
import {
  bytes,
  Button,
  copyText,
  count,
  EmptyState,
  IconButton,
  rowFrom,
  shortId,
  Skeleton,
  thousands,
} from '../../ui/index.ts';
import { OperandStack } from './OperandStack.tsx';
import { linesAt, linesLike } from './vasm-lines.ts';
import './program.css';

const ROW = 20;

export function VasmPane() {
  const document = useActiveDocument();
  const { documentId, good, mistakes, revision } = useProgram();
  if (document === undefined) return null;
  if (!isProgramDocument(document))
    return (
      <EmptyState icon={<Cpu />} title={`${document.name} has no VASM`}>
        It is no program. Open one, and the instructions that its functions compile to stand here.
      </EmptyState>
    );
  if (documentId !== document.id || revision === 0) return <Skeleton lines={10} label="Compiling" />;
  const [first] = mistakes;
  if (good === undefined)
    return (
      <EmptyState
        icon={<Cpu />}
        title="Nothing is compiled yet"
        action={
          first === undefined ? undefined : (
            <Button onClick={() => revealRange(first.range, { documentId: document.id, focus: true })}>
              Go to the first mistake
            </Button>
          )
        }
      >
        {first?.message ?? 'Write a function, and its instructions appear here.'}
      </EmptyState>
    );
  return (
    <div className="vasm">
      <Facts vasm={good.vasm} />
      {first === undefined ? null : (
        <p className="vasm-old" role="status">
          The text has {count(mistakes.length, 'mistake')}: this is of the last one that compiled.{' '}
          <button
            type="button"
            className="link"
            onClick={() => revealRange(first.range, { documentId: document.id, focus: true })}
          >
            Go to it
          </button>
        </p>
      )}
      <Listing key={document.id} documentId={document.id} vasm={good.vasm} fresh={good.text === document.text} />
      <OperandStack documentId={document.id} />
    </div>
  );
}

/** Size, manifest, budget. */
function Facts({ vasm }: { vasm: VasmFacts }) {
  const { capabilities, budget } = vasm;
  const limits = [
    ...(budget.fuel === undefined ? [] : [`fuel ${thousands(budget.fuel)}`]),
    ...(budget.memory === undefined ? [] : [`memory ${bytes(budget.memory)}`]),
    ...(budget.time === undefined ? [] : [`time ${thousands(budget.time)} ms`]),
  ];
  return (
    <header className="vasm-facts">
      <dl>
        <div>
          <dt>size</dt>
          <dd>
            {bytes(vasm.bytes)}, {count(vasm.instructions, 'instruction')}
          </dd>
        </div>
        <div>
          <dt>needs</dt>
          <dd>{capabilities.length === 0 ? 'nothing' : capabilities.join(' ')}</dd>
        </div>
        <div>
          <dt>budget</dt>
          <dd>{limits.length === 0 ? 'as the node allows' : limits.join(', ')}</dd>
        </div>
        <div>
          <dt>module</dt>
          <dd data-tip={vasm.id}>{shortId(vasm.id)}</dd>
        </div>
      </dl>
      <IconButton
        label="Copy the VASM"
        onClick={() => void copyText(vasm.lines.map(({ text }) => text).join('\n'), 'VASM copied')}
      >
        <Copy />
      </IconButton>
    </header>
  );
}

interface ListingProps {
  documentId: string;
  vasm: VasmFacts;
  /** The text is the one that this was made from, so that places in it mean something. */
  fresh: boolean;
}

function Listing({ documentId, vasm: { lines }, fresh }: ListingProps) {
  const { cursorOffset, documentId: cursorIn, source: mover } = useCursor();
  const stopped = useProgramDebug((debug) => (debug.documentId === documentId ? debug.place : undefined));
  const breakpoints = useProgramBreakpoints((state) => state.instructions[documentId]);
  const broken = useMemo(() => new Set(breakpoints?.map(breakpointKey)), [breakpoints]);
  /** The line of the keyboard while the person is in this list. */
  const [own, setOwn] = useState<number>();
  const matching = useMemo(() => {
    if (!fresh || cursorIn !== documentId) return new Set<number>();
    return own === undefined ? linesAt(lines, cursorOffset) : linesLike(lines, own);
  }, [lines, fresh, cursorIn, documentId, cursorOffset, own]);
  const stoppedAt = useMemo(
    () => (stopped === undefined ? -1 : lines.findIndex(({ func, at }) => func === stopped.func && at === stopped.at)),
    [lines, stopped],
  );
  const scroller = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- nothing here is memoized by the compiler
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 20,
  });
  const first = matching.values().next().value;
  useEffect(() => {
    if (mover === 'editor') setOwn(undefined);
    if (first !== undefined && mover === 'editor') virtual.scrollToIndex(first, { align: 'auto' });
  }, [first, mover, cursorOffset, virtual]);
  useEffect(() => {
    if (stoppedAt >= 0) virtual.scrollToIndex(stoppedAt, { align: 'center' });
  }, [stoppedAt, stopped, virtual]);
  // What is marked in the source goes when the pane does.
  useEffect(() => () => showVasmRange(undefined), []);

  const go = (index: number, focus = false): void => {
    setOwn(index);
    const line = lines[index];
    if (line?.range === undefined || !fresh) return showVasmRange(undefined);
    showVasmRange({ documentId, range: line.range });
    revealRange({ start: line.range.start, end: line.range.start }, { documentId, focus });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = own ?? first ?? 0;
    if (event.key === 'Enter') go(at, true);
    else if (event.key === 'F9') toggle(lines[at]);
    else {
      const target = rowFrom(event.key, at, lines.length);
      if (target === undefined) return;
      go(target);
      virtual.scrollToIndex(target, { align: 'auto' });
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const toggle = (line: VasmLine | undefined): void => {
    if (line?.func !== undefined && line.at !== undefined)
      switchInstructionBreakpoint(documentId, { func: line.func, at: line.at });
  };
  const active = own ?? first;
  return (
    <div
      ref={scroller}
      className="vasm-lines"
      role="listbox"
      tabIndex={0}
      aria-label="VASM of the program"
      aria-activedescendant={active === undefined ? undefined : `vasm-${active}`}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map((item) => {
          const line = lines[item.index]!;
          const isBroken = line.func !== undefined && broken.has(atKey(line.func, line.at!));
          const isStopped = item.index === stoppedAt;
          return (
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the list has the focus and answers the keys
            <div
              key={item.index}
              id={`vasm-${item.index}`}
              className="vasm-line"
              role="option"
              tabIndex={-1}
              aria-selected={item.index === active}
              aria-label={`${line.text.trim() || 'empty line'}${isBroken ? ', breakpoint' : ''}${isStopped ? ', the call stands here' : ''}`}
              data-match={matching.has(item.index)}
              data-stopped={isStopped}
              style={{ transform: `translateY(${item.start}px)` }}
              onClick={() => go(item.index)}
              onDoubleClick={() => go(item.index, true)}
            >
              {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- F9 in the list does it */}
              <i
                className={`vasm-glyph${isBroken ? ' flow-break' : ''}${isStopped ? ' flow-stopped' : ''}`}
                onClick={(event) => {
                  event.stopPropagation();
                  toggle(line);
                }}
              />
              <span className="vasm-at tabular">{line.at ?? ''}</span>
              <Code text={line.text} instruction={line.at !== undefined} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Code({ text, instruction }: { text: string; instruction: boolean }) {
  if (!instruction) return <span className="vasm-frame">{text}</span>;
  const [, op, rest] = /^\s*(\S+)(.*)$/.exec(text) ?? [];
  return (
    <>
      <span className="vasm-op">{op}</span>
      <span className="vasm-operand" data-jump={op === 'JMP' || op === 'JMP_IF' || op === 'CALL'}>
        {rest}
      </span>
    </>
  );
}
