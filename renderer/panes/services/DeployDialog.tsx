/** What deploying a program would do, before it is done; nothing is lost, and nothing allowed, that was not agreed to here. */
import { Rocket, TriangleAlert } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { capabilityWords } from '../../../node-core/vasm/capability.ts';
import { cancelDeployment, deploy, type Deploying, useDeploying } from '../../state/deploy.ts';
import { NOT_CONNECTED, useConnection } from '../../state/connection.ts';
import { Button, count } from '../../ui/index.ts';
import './services.css';

export function DeployDialog() {
  const deploying = useDeploying((state) => state.deploying);
  return deploying === undefined ? null : <Ask key={deploying.documentId} deploying={deploying} />;
}

function Ask({ deploying: { name, plan, busy, problem } }: { deploying: Deploying }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [agreed, setAgreed] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  const connected = useConnection(({ phase }) => phase === 'connected');
  const { services, migration, needs } = plan;
  const { changes, loses, obstacles } = migration;
  const agree = (what: string): void => {
    const next = new Set(agreed);
    if (!next.delete(what)) next.add(what);
    setAgreed(next);
  };
  const open = [...loses, ...needs].filter((what) => !agreed.has(what));
  const blocked = obstacles.length > 0 || open.length > 0 || !connected;
  return (
    <dialog ref={dialog} className="ui-dialog deploy-dialog" aria-labelledby="deploy-title" onClose={cancelDeployment}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!blocked && !busy) void deploy(loses, needs);
        }}
      >
        <div className="ui-dialog-body">
          <h2 id="deploy-title">
            <Rocket aria-hidden /> Deploy {name}
          </h2>
          <ul className="deploy-services">
            {services.map((service) => (
              <li key={service.name}>
                <b>{service.name}</b> {count(service.routes.length, 'route')} at <code>{service.url}</code>
              </li>
            ))}
          </ul>
          <h3>Tables</h3>
          {changes.length === 0 ? <p>They stay as they are.</p> : null}
          <ul>
            {changes.map((change) => (
              <li key={`${change.table} ${change.field ?? ''} ${change.kind}`} data-loses={change.lost > 0}>
                {change.what}
                {change.lost > 0 ? <b> {count(change.lost, 'value')} would be lost.</b> : null}
              </li>
            ))}
          </ul>
          {obstacles.map((obstacle) => (
            <p key={`${obstacle.table} ${obstacle.field ?? ''}`} className="deploy-obstacle" role="alert">
              <TriangleAlert aria-hidden /> {obstacle.what} {obstacle.hint}
            </p>
          ))}
          {loses.map((field) => (
            <label key={field} className="deploy-agree" data-danger="true">
              <input type="checkbox" checked={agreed.has(field)} onChange={() => agree(field)} />
              The values of {field} may be lost, for good
            </label>
          ))}
          {needs.length === 0 ? null : <h3>It wants to</h3>}
          {needs.map((capability) => (
            <label key={capability} className="deploy-agree">
              <input type="checkbox" checked={agreed.has(capability)} onChange={() => agree(capability)} />
              {capabilityWords(capability)} <code>{capability}</code>
            </label>
          ))}
          {problem === undefined ? null : (
            <p className="deploy-obstacle" role="alert">
              <TriangleAlert aria-hidden /> {problem.detail} {problem.hint}
            </p>
          )}
        </div>
        <div className="ui-dialog-actions">
          {connected ? null : (
            <span className="deploy-why" role="status">
              {NOT_CONNECTED}
            </span>
          )}
          <Button onClick={cancelDeployment}>Cancel</Button>
          <Button kind={loses.length > 0 ? 'danger' : 'primary'} type="submit" disabled={blocked || busy}>
            {busy ? 'Deploying…' : loses.length > 0 ? 'Deploy, and lose these values' : 'Deploy'}
          </Button>
        </div>
      </form>
    </dialog>
  );
}
