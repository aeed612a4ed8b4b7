/** Shown in a browser tab that has no session: how to get one. */
import { Button } from '../ui/Button.tsx';
import { useConnection } from '../state/connection.ts';
import { Logo } from './Logo.tsx';
import './gate.css';

export function SignedOut() {
  const reason = useConnection((state) => state.reason);
  return (
    <div className="gate">
      <div className="gate-card" role="alert">
        <Logo size={28} />
        <h1>Open the link that the node printed</h1>
        <p>
          {reason ?? 'This tab has no session with the node.'} Each start of the node prints a link for this workbench;
          only who has it may use the node.
        </p>
        <p>In the terminal where the node runs, look for:</p>
        <pre>{`${location.origin}/#launch=…`}</pre>
        <p>
          If the node is not running, start it with <code>npm start</code>. Text that you had not saved is kept in this
          browser.
        </p>
        <Button kind="primary" onClick={() => location.reload()}>
          Try again
        </Button>
      </div>
    </div>
  );
}
