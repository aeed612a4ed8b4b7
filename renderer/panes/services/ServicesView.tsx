/** The project's services: the list with their rates on the left, one of them on the right. */
import { Plus, Server } from 'lucide-react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import type { ServiceInfo, ServiceRates } from '../../../node-core/services/schema.ts';
import { hasServices, planDeployment, useShownService } from '../../state/deploy.ts';
import { activeDocument } from '../../state/documents.ts';
import { useLayout } from '../../state/layout.ts';
import { useProgram } from '../../state/program.ts';
import { Button, count, EmptyState, ErrorState, rowKeys, Skeleton, thousands } from '../../ui/index.ts';
import { ServicePage } from './ServicePage.tsx';
import './services.css';
import { type Services, useServices } from './use-services.ts';

export function ServicesView() {
  const services = useServices();
  const shown = useShownService((state) => state.name);
  const chosen = services.list?.find(({ name }) => name === shown) ?? services.list?.[0];
  if (services.error !== undefined && services.list === undefined)
    return (
      <div className="list-page">
        <ErrorState problem={services.error} retry={services.reload} />
      </div>
    );
  const list = (
    <section className="list-page-list" aria-label="Services">
      <header className="list-page-bar">
        <h1>Services</h1>
        <span className="tabular">{services.list === undefined ? '' : thousands(services.list.length)}</span>
        <DeployButton />
      </header>
      <Rows services={services} chosen={chosen?.name} />
    </section>
  );
  // There is nothing to choose from: one face, in the middle.
  if (services.list?.length === 0) return <div className="list-page">{list}</div>;
  return (
    <div className="list-page">
      <Group orientation="horizontal" id="group-services">
        <Panel id="services-list" defaultSize="30%" minSize={220}>
          {list}
        </Panel>
        <Separator className="handle" aria-label="Width of the service" />
        <Panel id="services-page" minSize={360}>
          {chosen === undefined ? (
            <EmptyState icon={<Server />} title="No service is chosen">
              Its routes, a form to try them, and its requests as they come appear here.
            </EmptyState>
          ) : (
            <ServicePage key={chosen.name} service={chosen} rates={services.rates.get(chosen.name)} />
          )}
        </Panel>
      </Group>
    </div>
  );
}

/** For the program in front, when it has services. */
function DeployButton() {
  const there = useProgram(() => hasServices(activeDocument()));
  return there ? (
    <Button icon={<Plus />} onClick={() => void planDeployment()}>
      Deploy…
    </Button>
  ) : null;
}

function Rows({ services: { list, rates }, chosen }: { services: Services; chosen: string | undefined }) {
  if (list === undefined) return <Skeleton lines={6} label="Reading the services" />;
  if (list.length === 0)
    return (
      <EmptyState
        icon={<Server />}
        title="No service answers yet"
        action={<Button onClick={() => useLayout.getState().showArea('flows')}>Go to the flows</Button>}
      >
        A program with a service is deployed from its Execute view. Its routes then answer on this node.
      </EmptyState>
    );
  return (
    // oxlint-disable-next-line jsx-a11y/interactive-supports-focus -- the rows have the focus
    <div role="listbox" aria-label="Services" onKeyDown={rowKeys}>
      {list.map((service) => (
        <Row key={service.name} service={service} rates={rates.get(service.name)} chosen={service.name === chosen} />
      ))}
    </div>
  );
}

function Row({ service, rates, chosen }: { service: ServiceInfo; rates: ServiceRates | undefined; chosen: boolean }) {
  return (
    <div
      role="option"
      aria-selected={chosen}
      tabIndex={chosen ? 0 : -1}
      className="list-page-row"
      onClick={() => useShownService.setState({ name: service.name })}
      onKeyDown={(event) => event.key === 'Enter' && useShownService.setState({ name: service.name })}
      onFocus={() => useShownService.setState({ name: service.name })}
    >
      <Server size={16} aria-hidden />
      <div>
        <p>
          <b className="cut">{service.name}</b>
          <span className="tabular">version {service.version}</span>
        </p>
        <p>
          <small className="cut">{service.program}</small>
          <small className="tabular">
            {rates === undefined
              ? ''
              : `${count(rates.requests, 'request')}${rates.errors > 0 ? `, ${count(rates.errors, 'error')}` : ''}`}
          </small>
        </p>
      </div>
    </div>
  );
}
