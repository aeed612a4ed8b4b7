/** Runs a WebAssembly module (WASI preview 1) as a job: the file, what it is given, what it may use, and what came of it. */
import { Package, Play, Square, X } from 'lucide-react';
import { useEffect, useId, useRef } from 'react';
import { capabilityWords } from '../../../node-core/vasm/capability.ts';
import { NOT_CONNECTED, useConnection } from '../../state/connection.ts';
import { bytes, Button, Chip, duration, ErrorState, IconButton, shortId, StateIcon } from '../../ui/index.ts';
import { FileDrop } from '../execute/FileDrop.tsx';
import { StartForm } from '../execute/StartForm.tsx';
import { argumentsIn } from './arguments-in.ts';
import { giveFiles, letJob, runJob, stopJob, useJob, WASI_GRANTS } from './job.ts';
import './wasi.css';

export function WasiView() {
  const { module, args, stdin, files, grants, running } = useJob();
  const id = useId();
  const connected = useConnection(({ phase }) => phase === 'connected');
  const words = argumentsIn(args);
  const why =
    module === undefined
      ? 'Choose a module first.'
      : words === undefined
        ? 'A quote is open in the arguments.'
        : connected
          ? undefined
          : NOT_CONNECTED;
  return (
    <div className="execute wasi">
      <StartForm
        label="WASI job"
        why={why}
        busy={running}
        start={() => void runJob()}
        buttons={
          running ? (
            <Button kind="danger" icon={<Square />} onClick={stopJob}>
              Stop
            </Button>
          ) : (
            <Button type="submit" kind="primary" icon={<Play />} disabled={why !== undefined}>
              Run the job
            </Button>
          )
        }
      >
        <p className="execute-quiet">
          A command that was compiled for wasm32-wasip1, from C, Rust, Go or another language. It runs on a thread of
          its own, sees the files that you give it and no others, and has no network.
        </p>
        <div className="field">
          <div className="field-head">
            <b>Module</b>
            <code>.wasm</code>
          </div>
          <FileDrop
            label="Choose the module"
            accept=".wasm,application/wasm"
            take={([file]) => useJob.setState({ module: file, ended: undefined })}
            chosen={() =>
              module === undefined ? undefined : (
                <FileRow file={module} remove={() => useJob.setState({ module: undefined, ended: undefined })} />
              )
            }
          />
        </div>
        <div className="field" data-error={words === undefined}>
          <div className="field-head">
            <label htmlFor={`${id}-args`}>Arguments</label>
            <span>as in a shell</span>
          </div>
          <input
            id={`${id}-args`}
            className="field-box field-json"
            spellCheck={false}
            autoComplete="off"
            aria-invalid={words === undefined}
            placeholder={'--count 3 "two words"'}
            value={args}
            onChange={(event) => useJob.setState({ args: event.target.value })}
          />
        </div>
        <div className="field">
          <div className="field-head">
            <label htmlFor={`${id}-stdin`}>Input</label>
            <code>stdin</code>
          </div>
          <textarea
            id={`${id}-stdin`}
            className="field-box field-json"
            spellCheck={false}
            rows={Math.min(10, Math.max(2, stdin.split('\n').length))}
            value={stdin}
            onChange={(event) => useJob.setState({ stdin: event.target.value })}
          />
        </div>
        <div className="field">
          <div className="field-head">
            <b>Files</b>
            <span>read only, in its folder</span>
          </div>
          {files.map((file) => (
            <FileRow
              key={file.name}
              file={file}
              remove={() => useJob.setState({ files: files.filter((one) => one !== file) })}
            />
          ))}
          <FileDrop label="Give it files" multiple take={giveFiles} />
        </div>
        <fieldset className="wasi-grants">
          <legend>It may</legend>
          {WASI_GRANTS.map((grant) => (
            <label key={grant}>
              <input
                type="checkbox"
                checked={grants.includes(grant)}
                onChange={(event) => letJob(grant, event.target.checked)}
              />
              {capabilityWords(grant)} <code>{grant}</code>
            </label>
          ))}
        </fieldset>
      </StartForm>
      <Outcome />
    </div>
  );
}

function FileRow({ file, remove }: { file: File; remove: () => void }) {
  return (
    <div className="field-chosen">
      <Package size={14} aria-hidden />
      <span className="cut">{file.name}</span>
      <small className="cut">{bytes(file.size)}</small>
      <IconButton label={`Take ${file.name} away`} onClick={remove}>
        <X />
      </IconButton>
    </div>
  );
}

function Outcome() {
  const { running, ended } = useJob();
  const shown = useRef<HTMLElement>(null);
  // It stands below the form, which may fill the window.
  useEffect(() => {
    shown.current?.scrollIntoView({ block: 'nearest' });
  }, [running, ended]);
  if (running)
    return (
      <section ref={shown} className="execute-run" aria-label="The job">
        <header role="status">
          <StateIcon state="running" />
          <b>running</b>
        </header>
      </section>
    );
  if (ended === undefined) return null;
  if ('problem' in ended) {
    const { problem } = ended;
    return (
      <section ref={shown} className="execute-run" aria-label="The job">
        <ErrorState problem={problem} />
        <Output title="stdout" text={textOf(problem['stdout'])} />
        <Output title="stderr" text={textOf(problem['stderr'])} />
      </section>
    );
  }
  const { exitCode, stdout, stderr, ms, module } = ended.ran;
  return (
    <section ref={shown} className="execute-run" aria-label="The job">
      <header role="status">
        <StateIcon state={exitCode === 0 ? 'succeeded' : 'failed'} />
        <b>exit code {exitCode}</b>
        <span className="cut tabular" data-tip={`module ${module.id}`}>
          {duration(ms)} · module {shortId(module.id)}
        </span>
        {module.capabilities.map((capability) => (
          <Chip key={capability}>asks for {capability}</Chip>
        ))}
      </header>
      {stdout === '' && stderr === '' ? <p className="execute-quiet wasi-nothing">It wrote nothing.</p> : null}
      <Output title="stdout" text={stdout} />
      <Output title="stderr" text={stderr} />
    </section>
  );
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Characters that are shown; more would make the page slow. */
const MOST = 200_000;

function Output({ title, text }: { title: string; text: string }) {
  if (text === '') return null;
  return (
    <>
      <h4 className="wasi-title">{title}</h4>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what is long is scrolled by key */}
      <pre className="wasi-output" tabIndex={0} aria-label={title} role="region">
        {text.length > MOST ? `${text.slice(0, MOST)}\n… ${text.length - MOST} more characters` : text}
      </pre>
    </>
  );
}
