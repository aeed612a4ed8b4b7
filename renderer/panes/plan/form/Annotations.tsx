/** How a step is run: time limit, tries, reuse. Written above the step as annotations. */
import { X } from 'lucide-react';
import type { Form } from '../../../../node-core/flow/edit/types.ts';
import { IconButton } from '../../../ui/index.ts';
import { reasonAgainst } from '../edit.ts';
import { Line, Pick } from './controls.tsx';

/** Have controls of their own, or are shown on the canvas. */
const OWN = new Set(['timeout', 'retry', 'cache', 'nocache', 'at', 'group']);

const unquoted = (text: string): string => text.trim().replace(/^"(.*)"$/s, '$1');

/** The number of tries and the pause of `3, backoff="2s"`. Exported for tests. */
export function retryParts(text: string): { times: string; pause: string } {
  const pause = /backoff\s*=\s*"([^"]*)"/.exec(text)?.[1] ?? '';
  return { times: /^\s*(\d+)/.exec(text)?.[1] ?? '', pause };
}

export function Annotations({ form }: { form: Form }) {
  const of = (name: string): string | undefined =>
    form.annotations.find((item) => item.name.toLowerCase() === name)?.arguments;
  const set = (name: string, value: string | null): Promise<string | undefined> =>
    reasonAgainst({ kind: 'annotate', node: form.node, name, arguments: value }, { select: false });
  const text = (name: string, value: string): Promise<string | undefined> =>
    set(name, value.trim() === '' ? null : JSON.stringify(value.trim()));
  const retry = retryParts(of('retry') ?? '');
  const setRetry = (times: string, pause: string): Promise<string | undefined> =>
    set(
      'retry',
      times.trim() === ''
        ? null
        : pause.trim() === ''
          ? times.trim()
          : `${times.trim()}, backoff=${JSON.stringify(pause.trim())}`,
    );
  const cache = of('cache');
  const reuse = of('nocache') !== undefined ? 'never' : cache !== undefined ? 'time' : 'same';
  const setReuse = async (value: string): Promise<string | undefined> => {
    if (reuse === 'never') await set('nocache', null);
    if (reuse === 'time' && value !== 'time') await set('cache', null);
    if (value === 'never') return set('nocache', '');
    return value === 'time' ? set('cache', '"1d"') : undefined;
  };
  const others = form.annotations.filter((item) => !OWN.has(item.name.toLowerCase()));
  return (
    <details className="form-section" open={form.annotations.some((item) => !['at', 'group'].includes(item.name))}>
      <summary>How it runs</summary>
      <div className="form-grid">
        <span>Time limit</span>
        <Line
          label="Time limit"
          value={unquoted(of('timeout') ?? '')}
          placeholder="none, or 30s, 5m"
          take={(value) => text('timeout', value)}
        />
        <span>Tries again</span>
        <Line label="Tries again" value={retry.times} placeholder="0" take={(times) => setRetry(times, retry.pause)} />
        {retry.times === '' ? null : (
          <>
            <span>Pause before</span>
            <Line
              label="Pause before the next try"
              value={retry.pause}
              placeholder="1s"
              take={(pause) => setRetry(retry.times, pause)}
            />
          </>
        )}
        <span>Reuses a result</span>
        <Pick
          label="Reuses a result"
          value={reuse}
          choices={[
            { value: 'same', label: 'of the same inputs' },
            { value: 'time', label: 'for a time' },
            { value: 'never', label: 'never' },
          ]}
          take={setReuse}
        />
        {reuse === 'time' ? (
          <>
            <span>For</span>
            <Line
              label="How long a result is reused"
              value={unquoted(cache ?? '')}
              placeholder="1d"
              take={(value) => text('cache', value)}
            />
          </>
        ) : null}
      </div>
      {others.map((item) => (
        <div key={item.name} className="form-annotation">
          <code data-tip={item.summary}>
            @{item.name}
            {item.arguments === '' ? '' : `(${item.arguments})`}
          </code>
          <IconButton label={`Remove @${item.name}`} onClick={() => void set(item.name, null)}>
            <X />
          </IconButton>
        </div>
      ))}
    </details>
  );
}
