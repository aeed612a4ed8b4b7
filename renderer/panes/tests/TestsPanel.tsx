/** The tests of the active program: a button that runs them, how each ended, and both sides of what did not hold. */
import { CircleDashed, CornerDownRight, FlaskConical, Play, Square } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { capabilityWords } from '../../../node-core/vasm/capability.ts';
import type { TestFailure, TestResult } from '../../../node-core/vvm/test-program.ts';
import type { TestFacts } from '../../language/program.ts';
import { NOT_CONNECTED, useConnection } from '../../state/connection.ts';
import { revealRange } from '../../state/cursor.ts';
import { type FlowDocument, useActiveDocument } from '../../state/documents.ts';
import { useProgram, isProgramDocument } from '../../state/program.ts';
import {
  grantsOf,
  letTestsUse,
  revealTest,
  runTests,
  stopTests,
  type TestRun,
  useTests,
  useTestWishes,
} from '../../state/program-tests.ts';
import {
  Button,
  count,
  duration,
  EmptyState,
  ErrorState,
  IconButton,
  rowKeys,
  Sentence,
  Skeleton,
  StateIcon,
} from '../../ui/index.ts';
import './tests.css';

const EXAMPLE = 'test "twice the number" { expect double(21) == 42 }';

export function TestsPanel() {
  const document = useActiveDocument();
  const { documentId, good, mistakes, revision } = useProgram();
  if (document === undefined || !isProgramDocument(document))
    return (
      <EmptyState icon={<FlaskConical />} title="Programs are tested here">
        Open a program that has tests: each of them, and how it ended, is listed here.
      </EmptyState>
    );
  if (documentId !== document.id || revision === 0) return <Skeleton label="Reading the tests" />;
  const [mistake] = mistakes;
  if (good === undefined)
    return (
      <EmptyState
        icon={<FlaskConical />}
        title="The text has mistakes"
        action={
          mistake === undefined ? undefined : (
            <Button
              icon={<CornerDownRight />}
              onClick={() => revealRange(mistake.range, { documentId: document.id, focus: true })}
            >
              Go to it
            </Button>
          )
        }
      >
        {mistake?.message}
      </EmptyState>
    );
  if (good.tests.length === 0)
    return (
      <EmptyState icon={<FlaskConical />} title="No test yet">
        Write one at the end of the program: <code>{EXAMPLE}</code>
      </EmptyState>
    );
  return <Tests document={document} tests={good.tests} uses={good.testsUse} blocked={mistakes.length > 0} />;
}

interface TestsProps {
  document: FlowDocument;
  tests: readonly TestFacts[];
  uses: readonly string[];
  blocked: boolean;
}

function Tests({ document, tests, uses, blocked }: TestsProps) {
  const run = useTests(({ byDocument }) => byDocument[document.id]);
  const watch = useTestWishes((wishes) => wishes.watch);
  const connected = useConnection(({ phase }) => phase === 'connected');
  const running = run?.running !== undefined;
  const granted = grantsOf(document);
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    // What failed is what one wants to see; in a low panel it may stand below the others.
    if (!running) list.current?.querySelector('[data-failed="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [running]);
  return (
    <div className="tests">
      <div className="tests-bar">
        {running ? (
          <Button kind="danger" icon={<Square />} onClick={() => stopTests(document.id)}>
            Stop
          </Button>
        ) : (
          <Button
            kind="primary"
            icon={<Play />}
            command="tests.run"
            disabled={blocked || !connected}
            onClick={() => void runTests(document)}
          >
            Run {count(tests.length, 'test')}
          </Button>
        )}
        <span role="status" className="tests-sum">
          {sumOf(run, tests, document.text, blocked, connected)}
        </span>
        <label className="tests-check">
          <input
            type="checkbox"
            checked={watch}
            onChange={(event) => useTestWishes.setState({ watch: event.target.checked })}
          />
          Run at each save
        </label>
      </div>
      {uses.length === 0 ? null : (
        <fieldset className="tests-uses">
          <legend>The tests may</legend>
          {uses.map((capability) => (
            <label key={capability} className="tests-check">
              <input
                type="checkbox"
                checked={granted.includes(capability)}
                onChange={(event) => letTestsUse(document, capability, event.target.checked)}
              />
              <span>
                {capabilityWords(capability)} <code>{capability}</code>
              </span>
            </label>
          ))}
        </fieldset>
      )}
      {run?.problem === undefined || run.text !== document.text ? (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the keys go from row to row, and rows have the focus
        <ul ref={list} className="tests-list" aria-label="Tests" onKeyDown={rowKeys}>
          {tests.map((test) => (
            <Row key={test.range.start} document={document} test={test} run={run} disabled={blocked || !connected} />
          ))}
        </ul>
      ) : (
        <ErrorState problem={run.problem} retry={() => void runTests(document)} />
      )}
    </div>
  );
}

function sumOf(
  run: TestRun | undefined,
  tests: readonly TestFacts[],
  text: string,
  blocked: boolean,
  connected: boolean,
): string {
  if (run?.running !== undefined) return 'running…';
  if (blocked) return 'The text has mistakes: they stand in Problems.';
  if (!connected) return NOT_CONNECTED;
  const ended = tests.flatMap(({ title }) => run?.results[title] ?? []);
  if (ended.length === 0) return '';
  const failed = ended.filter(({ passed }) => !passed).length;
  const ms = ended.reduce((sum, one) => sum + one.ms, 0);
  return [
    `${ended.length - failed} passed`,
    failed === 0 ? '' : `${failed} failed`,
    ended.length === tests.length ? '' : `${tests.length - ended.length} not run`,
    duration(ms),
    run?.text === text ? '' : 'of an older text',
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

interface RowProps {
  document: FlowDocument;
  test: TestFacts;
  run: TestRun | undefined;
  disabled: boolean;
}

function Row({ document, test, run, disabled }: RowProps) {
  const result = run?.results[test.title];
  const running = run?.running !== undefined && test.title.toLowerCase().includes(run.running.toLowerCase());
  return (
    <li data-failed={result?.passed === false}>
      <div className="tests-row">
        <button
          type="button"
          className="line-row"
          data-row
          onClick={() => revealRange(test.range, { documentId: document.id, focus: true })}
        >
          {running ? (
            <StateIcon state="running" size={14} />
          ) : result === undefined ? (
            <CircleDashed size={14} role="img" aria-label="not run" />
          ) : (
            <StateIcon state={result.passed ? 'succeeded' : 'failed'} size={14} />
          )}
          <span className="grow">{test.title}</span>
          {result === undefined || running ? null : <small className="tabular">{duration(result.ms)}</small>}
        </button>
        <IconButton
          label={`Run the test ${test.title}`}
          disabled={disabled || running}
          onClick={() => void runTests(document, test.title)}
        >
          <Play />
        </IconButton>
      </div>
      {result === undefined || running ? null : (
        <Details document={document} result={result} fresh={run!.text === document.text} />
      )}
    </li>
  );
}

function Details({ document, result, fresh }: { document: FlowDocument; result: TestResult; fresh: boolean }) {
  const { failure, log } = result;
  if (failure === undefined && log.length === 0) return null;
  return (
    <div className="tests-details">
      {failure === undefined ? null : <Failure failure={failure} />}
      {failure?.line === undefined || !fresh ? null : (
        <Button kind="quiet" icon={<CornerDownRight />} onClick={() => revealTest(document, failure)}>
          Go to line {failure.line}
        </Button>
      )}
      {log.length === 0 ? null : (
        <ol className="tests-log" aria-label="Log">
          {log.slice(0, 200).map((line, at) => (
            <li key={at}>{line}</li>
          ))}
        </ol>
      )}
    </div>
  );
}

function Failure({ failure }: { failure: TestFailure }) {
  const sides: [string, string | undefined][] = [
    ['left', failure.left],
    ['right', failure.right],
    ['value', failure.value],
  ];
  const told = sides.filter((side): side is [string, string] => side[1] !== undefined);
  return (
    <>
      <p className="tests-message">
        <Sentence text={failure.message} />
        {failure.source === undefined ? null : <code>{failure.source}</code>}
      </p>
      {failure.calledFrom === undefined ? null : <p className="tests-hint">{failure.calledFrom}</p>}
      {failure.hint === undefined ? null : (
        <p className="tests-hint">
          <Sentence text={failure.hint} />
        </p>
      )}
      {told.length === 0 ? null : (
        <dl className="tests-sides">
          {told.map(([side, text]) => (
            <div key={side}>
              <dt>{side}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}
