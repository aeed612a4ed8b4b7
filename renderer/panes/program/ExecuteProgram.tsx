/** Calls a function of the active program: which one, a form made from its parameters, and how the call ended. */
import { CornerDownRight, Play, Rocket, Server, Square } from 'lucide-react';
import type { ProblemDocument } from '../../../node-core/errors/problem.ts';
import type { FunctionFacts, ServiceFacts } from '../../language/program.ts';
import { planDeployment } from '../../state/deploy.ts';
import { isOpen } from '../../state/grants.ts';
import { readArguments } from '../../state/arguments.ts';
import { NOT_CONNECTED, useConnection, useRunLabel } from '../../state/connection.ts';
import { revealRange } from '../../state/cursor.ts';
import type { FlowDocument } from '../../state/documents.ts';
import { useLayout } from '../../state/layout.ts';
import { useProgram } from '../../state/program.ts';
import {
  type Call,
  chooseFunction,
  chosenFunction,
  decideAndRun,
  runFunction,
  stopFunction,
  typeArgument,
  typedOf,
  useCalls,
} from '../../state/program-run.ts';
import { Button, count, duration, EmptyState, Sentence, Skeleton, StateIcon, thousands } from '../../ui/index.ts';
import { useNow } from '../results/RunResults.tsx';
import { StartForm } from '../execute/StartForm.tsx';
import { ArgumentField } from './ArgumentField.tsx';
import './program.css';

export function ExecuteProgram({ document }: { document: FlowDocument }) {
  const { documentId, good, mistakes, revision } = useProgram();
  if (documentId !== document.id || revision === 0) return <Skeleton label="Reading the functions" />;
  const [first] = mistakes;
  if (good === undefined)
    return (
      <EmptyState
        title={first === undefined ? 'Nothing to run' : `The text has ${count(mistakes.length, 'mistake')}`}
        action={
          first === undefined ? undefined : (
            <Button
              icon={<CornerDownRight />}
              onClick={() => revealRange(first.range, { documentId: document.id, focus: true })}
            >
              Go to it
            </Button>
          )
        }
      >
        {first === undefined ? 'Write a function: it can be called from here.' : first.message}
      </EmptyState>
    );
  if (good.functions.length === 0 && good.services.length > 0)
    return <ServicesBar services={good.services} blocked={mistakes.length > 0} />;
  if (good.functions.length === 0)
    return <EmptyState title="No function yet">Write a function: it can be called from here.</EmptyState>;
  return (
    <>
      {good.services.length === 0 ? null : <ServicesBar services={good.services} blocked={mistakes.length > 0} />}
      <Execute key={document.id} document={document} functions={good.functions} mistakes={mistakes} />
    </>
  );
}

/** What of the program can be deployed. */
function ServicesBar({ services, blocked }: { services: ServiceFacts[]; blocked: boolean }) {
  const connected = useConnection(({ phase }) => phase === 'connected');
  return (
    <div className="program-services">
      <Server aria-hidden />
      <span className="cut">{services.map(({ name, routes }) => `${name}, ${count(routes, 'route')}`).join('; ')}</span>
      <Button
        icon={<Rocket />}
        disabled={blocked || !connected}
        data-tip={blocked ? 'The text has mistakes: they stand in Problems.' : connected ? undefined : NOT_CONNECTED}
        onClick={() => void planDeployment()}
      >
        Deploy…
      </Button>
    </div>
  );
}

interface ExecuteProps {
  document: FlowDocument;
  functions: FunctionFacts[];
  mistakes: { message: string; range: { start: number; end: number } }[];
}

function Execute({ document, functions, mistakes }: ExecuteProps) {
  const func = chosenFunction(document, functions)!;
  const call = useCalls(({ byDocument }) => byDocument[document.id]);
  const connected = useConnection(({ phase }) => phase === 'connected');
  const label = useRunLabel();
  const typed = typedOf(document, func.name);
  const { wrong } = readArguments(func.params, typed);
  const running = call !== undefined && call.ended === undefined;
  const [first] = mistakes;
  const why =
    mistakes.length > 0
      ? `The text has ${count(mistakes.length, 'mistake')}.`
      : (wrong ?? (connected ? undefined : NOT_CONNECTED));
  return (
    <div className="execute">
      <StartForm
        label="Call of a function"
        why={why}
        goTo={first && (() => revealRange(first.range, { documentId: document.id, focus: true }))}
        busy={running}
        start={() => void runFunction()}
        buttons={
          running ? (
            <Button kind="danger" icon={<Square />} command="run.stop" onClick={() => stopFunction(document.id)}>
              Stop
            </Button>
          ) : (
            <Button type="submit" kind="primary" icon={<Play />} command="run.start" disabled={why !== undefined}>
              {label}
            </Button>
          )
        }
      >
        <div className="field">
          <div className="field-head">
            <label htmlFor="program-function">Function</label>
            <button type="button" className="link" onClick={() => revealRange(func.range, { documentId: document.id })}>
              {functions.length === 1 ? 'go to it' : `${count(functions.length, 'function')}, go to this one`}
            </button>
          </div>
          <select
            id="program-function"
            className="field-box program-select"
            value={func.name}
            onChange={(event) => chooseFunction(document, event.target.value)}
          >
            {functions.map((one) => (
              <option key={one.name} value={one.name}>
                {`${one.name}(${one.params.map(({ name }) => name).join(', ')}) -> ${one.result}`}
              </option>
            ))}
          </select>
        </div>
        {func.params.length === 0 ? <p className="execute-quiet">{func.name} takes nothing.</p> : null}
        {func.params.map((param) => (
          <ArgumentField
            key={`${func.name} ${param.name}`}
            param={param}
            typed={typed[param.name]}
            onType={(text) => typeArgument(document, func.name, param.name, text)}
          />
        ))}
      </StartForm>
      {call === undefined ? null : <Outcome call={call} document={document} />}
    </div>
  );
}

function Outcome({ call, document }: { call: Call; document: FlowDocument }) {
  const running = call.ended === undefined;
  const now = useNow(running, call);
  if (call.ended === undefined)
    return (
      <section className="execute-run" aria-label="The call">
        <header>
          <StateIcon state="running" />
          <b>{call.func}</b>
          <span className="cut tabular">running · {duration(Math.max(0, now - call.startedAt))}</span>
        </header>
      </section>
    );
  if ('problem' in call.ended) return <Failed call={call} problem={call.ended.problem} document={document} />;
  const { result } = call.ended;
  return (
    <section className="execute-run" aria-label="The call">
      <header>
        <StateIcon state="done" />
        <b>{call.func}</b>
        <span className="cut tabular">
          {result.type} · {duration(result.ms)} · {thousands(result.fuelUsed)} fuel
        </span>
        <button type="button" className="link" onClick={() => useLayout.getState().showDocked('results')}>
          result
        </button>
      </header>
      <pre className="program-value">{valueText(result.value, result.type)}</pre>
      <Log lines={result.log} />
    </section>
  );
}

/** The value in a few lines; the whole of it stands in Results. */
function valueText(value: unknown, type: string): string {
  if (type === 'None') return 'It gives nothing.';
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null');
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}

function Failed({ call, problem, document }: { call: Call; problem: ProblemDocument; document: FlowDocument }) {
  const { range } = problem;
  const stopped = problem.code === 'cancelled';
  const log = Array.isArray(problem['log']) ? (problem['log'] as string[]) : [];
  const fuel = problem['fuelUsed'];
  const stale = call.text !== document.text;
  return (
    <section className="execute-run" aria-label="The call">
      <header>
        <StateIcon state={stopped ? 'cancelled' : 'failed'} />
        <b>{call.func}</b>
        <span className="cut tabular">
          {stopped ? 'stopped' : problem.code === 'vvm-trap' ? 'trapped' : 'failed'}
          {typeof fuel === 'number' ? ` · ${thousands(fuel)} fuel` : ''}
        </span>
      </header>
      {stopped ? null : (
        <div className="program-problem" role="alert">
          <p>{problem.detail}</p>
          {problem.hint === undefined ? null : (
            <p className="execute-quiet">
              <Sentence text={problem.hint} />
            </p>
          )}
          <div>
            {range === undefined || stale ? null : (
              <Button
                icon={<CornerDownRight />}
                onClick={() => revealRange(range, { documentId: document.id, focus: true })}
              >
                Go to the place
              </Button>
            )}
            {isOpen(problem) ? (
              <Button onClick={() => void decideAndRun(document, problem)}>Decide about it, and run again</Button>
            ) : null}
          </div>
        </div>
      )}
      <Log lines={log} />
    </section>
  );
}

function Log({ lines }: { lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <div className="program-log">
      <h4>{count(lines.length, 'line')} of log</h4>
      <ol>
        {lines.slice(0, 500).map((line, at) => (
          <li key={at}>{line}</li>
        ))}
      </ol>
      {lines.length > 500 ? <p className="execute-quiet">and {count(lines.length - 500, 'more')}</p> : null}
    </div>
  );
}
