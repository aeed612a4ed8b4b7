/** A form made from the parameters of a route, the request that it makes, and its answer. */
import { Copy, Send } from 'lucide-react';
import { useId, useState } from 'react';
import type { ServiceInfo, ServiceRoute } from '../../../node-core/services/schema.ts';
import { client } from '../../state/connection.ts';
import { Button, copyText, duration, ErrorState, IconButton } from '../../ui/index.ts';
import { JsonTree } from '../results/JsonTree.tsx';
import { requestOf } from './request-of.ts';

type Answer = { status: number; ms: number; text: string; json?: { value: unknown } } | { problem: unknown };

/** Longer answers are cut here. */
const MOST = 100_000;

export function TryIt({ service, route }: { service: ServiceInfo; route: ServiceRoute }) {
  const id = useId();
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const [answer, setAnswer] = useState<Answer>();
  const [busy, setBusy] = useState(false);
  const prepared = requestOf(route, typed);
  const send = async (): Promise<void> => {
    if (prepared.wrong !== undefined) return;
    const { method, path, body } = prepared.request;
    setBusy(true);
    const begun = performance.now();
    try {
      const response = await client().request(`${service.url}${path}`, {
        method,
        ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body }),
      });
      const text = await response.text();
      const ms = performance.now() - begun;
      setAnswer({ status: response.status, ms, text, ...parsed(text) });
    } catch (problem) {
      setAnswer({ problem });
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="try" aria-label={`Try ${route.method} ${route.path}`}>
      <h3>Try it</h3>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        {route.parameters.map((parameter) => (
          <div key={parameter.name} className="try-field">
            <label htmlFor={`${id}-${parameter.name}`}>{parameter.name}</label>
            <input
              id={`${id}-${parameter.name}`}
              value={typed[parameter.name] ?? ''}
              placeholder={parameter.required ? parameter.type : `${parameter.type}, may be left out`}
              spellCheck={false}
              autoComplete="off"
              onChange={(event) => setTyped((before) => ({ ...before, [parameter.name]: event.target.value }))}
            />
            <small>{parameter.in === 'body' ? 'in the body' : `in the ${parameter.in}`}</small>
          </div>
        ))}
        <div className="try-actions">
          <Button type="submit" kind="primary" icon={<Send />} disabled={busy || prepared.wrong !== undefined}>
            {busy ? 'Sending…' : 'Send'}
          </Button>
          {prepared.wrong === undefined ? (
            <code className="cut">
              {prepared.request.method} {service.url}
              {prepared.request.path} {prepared.request.body ?? ''}
            </code>
          ) : (
            <span>{prepared.wrong}</span>
          )}
        </div>
      </form>
      {answer === undefined ? null : 'problem' in answer ? (
        <ErrorState problem={answer.problem} />
      ) : (
        <div className="try-answer" role="status" aria-label="Answer">
          <header>
            <b data-status={answer.status >= 500 ? 'error' : answer.status >= 400 ? 'refused' : 'good'}>
              {answer.status}
            </b>
            <small className="tabular">{duration(answer.ms)}</small>
            <IconButton label="Copy the answer" onClick={() => void copyText(answer.text, 'Answer copied')}>
              <Copy />
            </IconButton>
          </header>
          {answer.json !== undefined && typeof answer.json.value === 'object' && answer.json.value !== null ? (
            <div className="try-json">
              <JsonTree value={answer.json.value} label="Answer" />
            </div>
          ) : (
            <pre>{answer.text === '' ? 'no body' : answer.text.slice(0, MOST)}</pre>
          )}
        </div>
      )}
    </section>
  );
}

function parsed(text: string): { json?: { value: unknown } } {
  try {
    return { json: { value: JSON.parse(text) as unknown } };
  } catch {
    return {};
  }
}
