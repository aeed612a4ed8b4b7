/** One service: where it answers, how busy it is, its routes with a form to try them, and its requests as they come. */
import { ChevronDown, ChevronRight, Copy, Lock, LockOpen, Trash2 } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import type { ServiceInfo, ServiceRates, ServiceRequest, ServiceRoute } from '../../../node-core/services/schema.ts';
import { client, useConnection } from '../../state/connection.ts';
import {
  Button,
  clock,
  confirm,
  copyText,
  count,
  duration,
  EmptyState,
  ErrorState,
  exactTime,
  IconButton,
  relativeTime,
  rowKeys,
  Skeleton,
  thousands,
  toastProblem,
} from '../../ui/index.ts';
import { TryIt } from './TryIt.tsx';
import { passedBy } from './request-of.ts';
import { useRequests } from './use-services.ts';

const keyOf = ({ method, path }: ServiceRoute): string => `${method} ${path}`;

export function ServicePage({ service, rates }: { service: ServiceInfo; rates: ServiceRates | undefined }) {
  const origin = useConnection((state) => state.at.url);
  const [chosen, setChosen] = useState<string>();
  const route = service.routes.find((one) => keyOf(one) === chosen) ?? service.routes[0];
  const address = `${origin}${service.url}`;
  return (
    <article className="service" aria-label={`Service ${service.name}`}>
      <header className="service-head">
        <h2>{service.name}</h2>
        <code className="cut" data-tip={address}>
          {address}
        </code>
        <IconButton label="Copy the address" onClick={() => void copyText(address, 'Address copied')}>
          <Copy />
        </IconButton>
        <Button kind="quiet" icon={<Trash2 />} onClick={() => void undeploy(service.name)}>
          Take away
        </Button>
      </header>
      <p className="service-facts">
        version {service.version} of {service.file ?? service.program}, deployed by {service.deployedBy}{' '}
        <span data-tip={exactTime(service.deployedAt)}>{relativeTime(service.deployedAt)}</span>
        {service.models.length === 0 ? '' : `; tables ${service.models.join(', ')}`}
        {service.capabilities.length === 0 ? '' : `; may ${service.capabilities.join(', ')}`}
      </p>
      {rates === undefined ? null : <Throughput rates={rates} />}
      <section aria-label="Routes">
        <h3>Routes</h3>
        {/* oxlint-disable-next-line jsx-a11y/interactive-supports-focus -- the rows have the focus */}
        <div role="listbox" aria-label="Routes" onKeyDown={rowKeys}>
          {service.routes.map((one) => (
            <button
              key={keyOf(one)}
              type="button"
              role="option"
              aria-selected={one === route}
              tabIndex={one === route ? 0 : -1}
              className="service-route"
              onClick={() => setChosen(keyOf(one))}
            >
              <b data-method={one.method}>{one.method}</b>
              <code className="cut">{one.path}</code>
              <small className="cut">
                {one.parameters.map(({ name, type }) => `${name} ${type}`).join(', ')}
                {one.result === 'None' ? '' : ` -> ${one.result}`}
              </small>
              <span
                role="img"
                aria-label={one.public ? 'anybody may call it' : 'needs a key'}
                data-tip={
                  one.public
                    ? 'Anybody may call it'
                    : `Needs a key of the project${one.roles.length === 0 ? '' : ` with ${one.roles.map((any) => any.join(' or ')).join(', ')}`}`
                }
              >
                {one.public ? <LockOpen size={14} /> : <Lock size={14} />}
              </span>
            </button>
          ))}
        </div>
      </section>
      {route === undefined ? null : (
        <TryIt key={`${service.version} ${keyOf(route)}`} service={service} route={route} />
      )}
      <Requests service={service.name} base={service.url} />
    </article>
  );
}

async function undeploy(name: string): Promise<void> {
  const sure = await confirm({
    title: `Take ${name} away?`,
    body: 'Its routes answer no more. Its tables and their rows stay.',
    action: 'Take away',
    danger: true,
  });
  if (sure) await client().call('service.undeploy', { name }).catch(toastProblem);
}

/** The seconds as they go by when no news comes; the clock stands still once the minute is empty. */
function usePassing(rates: ServiceRates): number[] {
  const [passed, setPassed] = useState(0);
  useEffect(() => {
    setPassed(0);
    const begun = Date.now();
    const last = rates.perSecond.findLastIndex((one) => one > 0);
    if (last < 0) return undefined;
    const timer = setInterval(() => {
      const seconds = Math.floor((Date.now() - begun) / 1000);
      setPassed(seconds);
      if (seconds > last) clearInterval(timer);
    }, 1000);
    return () => clearInterval(timer);
  }, [rates]);
  return passedBy(rates.perSecond, passed);
}

/** The last minute as bars, and what it amounts to. */
function Throughput({ rates }: { rates: ServiceRates }) {
  const perSecond = usePassing(rates);
  const most = Math.max(1, ...perSecond);
  const lately = perSecond.slice(-11, -1);
  const rate = lately.reduce((sum, one) => sum + one, 0) / Math.max(1, lately.length);
  return (
    <section className="service-rates" aria-label="Throughput">
      <svg
        viewBox={`0 0 ${perSecond.length * 4} 32`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Requests of each second of the last minute, ${thousands(most)} at most`}
      >
        {perSecond.map((one, at) => {
          const height = one === 0 ? 0 : Math.max(1, (one / most) * 32);
          return <rect key={at} x={at * 4} y={32 - height} width={3} height={height} />;
        })}
      </svg>
      <dl className="tabular">
        <div>
          <dt>a second</dt>
          <dd>{rate >= 10 ? thousands(Math.round(rate)) : rate.toFixed(1)}</dd>
        </div>
        <div>
          <dt>half within</dt>
          <dd>{duration(rates.p50)}</dd>
        </div>
        <div>
          <dt>95 of 100 within</dt>
          <dd>{duration(rates.p95)}</dd>
        </div>
        <div>
          <dt>requests</dt>
          <dd>{thousands(rates.requests)}</dd>
        </div>
        <div data-bad={rates.errors > 0}>
          <dt>errors</dt>
          <dd>{thousands(rates.errors)}</dd>
        </div>
      </dl>
    </section>
  );
}

/** @param base is left out of their paths, because it is the same of all */
function Requests({ service, base }: { service: string; base: string }) {
  const { value, error, reload } = useRequests(service);
  const [open, setOpen] = useState<string>();
  const shown = useMemo(() => value?.requests.slice(0, 200), [value]);
  const skipped = value?.skipped ?? 0;
  return (
    <section className="service-traffic" aria-label="Requests">
      <h3>
        Requests
        {skipped > 0 ? <small>{count(skipped, 'more')} came too fast to be told</small> : null}
      </h3>
      {error !== undefined && shown === undefined ? (
        <ErrorState problem={error} retry={reload} />
      ) : shown === undefined ? (
        <Skeleton lines={3} label="Reading the requests" />
      ) : shown.length === 0 ? (
        <EmptyState title="No request yet">They appear here as they come.</EmptyState>
      ) : (
        <ol className="service-requests tabular">
          {shown.map((request) => (
            <Request
              key={request.id}
              request={request}
              base={base}
              open={open === request.id}
              onToggle={() => setOpen(open === request.id ? undefined : request.id)}
            />
          ))}
        </ol>
      )}
    </section>
  );
}

interface RequestProps {
  request: ServiceRequest;
  base: string;
  open: boolean;
  onToggle(): void;
}

function Request({ request, base, open, onToggle }: RequestProps) {
  const { method, path, status, ms, time, actor, fuel, problem, log } = request;
  const more = problem !== undefined || (log?.length ?? 0) > 0;
  const Chevron = open ? ChevronDown : ChevronRight;
  return (
    <li>
      <button type="button" className="service-request" aria-expanded={more ? open : undefined} onClick={onToggle}>
        <span className="service-open">{more ? <Chevron size={14} aria-hidden /> : null}</span>
        <time dateTime={time} data-tip={exactTime(time)}>
          {clock(time, true)}
        </time>
        <b data-status={status >= 500 ? 'error' : status >= 400 ? 'refused' : 'good'}>{status}</b>
        <b data-method={method}>{method}</b>
        <code className="cut" data-tip={path}>
          {path.startsWith(`${base}/`) ? path.slice(base.length) : path}
        </code>
        <small className="service-why cut">{open ? '' : problem}</small>
        <small>{duration(ms)}</small>
        <small className="service-wide">{thousands(fuel)} fuel</small>
        <small className="service-wide cut">{actor}</small>
      </button>
      {open && more ? (
        <div className="service-more">
          {problem === undefined ? null : <p>{problem}</p>}
          {log?.map((line, at) => (
            <p key={at}>{line}</p>
          ))}
        </div>
      ) : null}
    </li>
  );
}
