/** The notifications centre: what was said, newest first, over the lower right corner. */
import { Bell, BellOff, CircleCheck, CircleX, Info, Trash2, TriangleAlert, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { clearNotices, type Notice, showNotices, unreadOf, useNotices } from '../../state/notifications.ts';
import { setSetting, useSetting } from '../../state/settings.ts';
import { Button, EmptyState, exactTime, IconButton, relativeTime, rowKeys } from '../../ui/index.ts';
import './notifications.css';

const ICONS = { info: Info, done: CircleCheck, warn: TriangleAlert, failed: CircleX };

/** The bell in the status bar. */
export function NotificationsItem() {
  const unread = useNotices((state) => unreadOf(state.notices));
  const open = useNotices((state) => state.open);
  const quiet = useSetting('workbench.doNotDisturb');
  const Icon = quiet ? BellOff : Bell;
  const label = unread === 0 ? 'Notifications' : `Notifications, ${unread} unread`;
  return (
    <button
      type="button"
      className="status-item"
      aria-label={label}
      aria-expanded={open}
      data-tip={quiet ? `${label}\nDo not disturb is on` : label}
      data-notices
      onClick={() => showNotices(!open)}
    >
      <Icon />
      {unread === 0 ? null : <b className="notice-count">{unread}</b>}
    </button>
  );
}

export function NotificationCentre() {
  const open = useNotices((state) => state.open);
  return open ? <Centre /> : null;
}

function Centre() {
  const notices = useNotices((state) => state.notices);
  const quiet = useSetting('workbench.doNotDisturb');
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    const from = document.activeElement;
    const box = panel.current;
    box?.focus();
    const outside = (event: Event): void => {
      if (event.target instanceof Element && event.target.closest('.notices, [data-notices]') === null)
        showNotices(false);
    };
    addEventListener('pointerdown', outside, true);
    return () => {
      removeEventListener('pointerdown', outside, true);
      if (from instanceof HTMLElement && box?.contains(document.activeElement) !== false) from.focus();
    };
  }, []);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape closes it from anywhere inside
    <section
      ref={panel}
      className="notices"
      role="dialog"
      aria-label="Notifications"
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        showNotices(false);
      }}
    >
      <header>
        <h2>Notifications</h2>
        <IconButton
          label="Do not disturb"
          pressed={quiet}
          onClick={() => setSetting('workbench.doNotDisturb', !quiet || undefined)}
        >
          {quiet ? <BellOff /> : <Bell />}
        </IconButton>
        <IconButton label="Clear all notifications" disabled={notices.length === 0} onClick={() => clearNotices()}>
          <Trash2 />
        </IconButton>
        <IconButton label="Close the notifications" onClick={() => showNotices(false)}>
          <X />
        </IconButton>
      </header>
      {notices.length === 0 ? (
        <EmptyState title="Nothing to tell">
          Messages of this window, and what runs and schedules did while you were away, are kept here.
        </EmptyState>
      ) : (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the keys go from row to row, and rows have the focus
        <ul onKeyDown={rowKeys}>
          {notices.map((notice) => (
            <Item key={notice.id} notice={notice} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Item({ notice }: { notice: Notice }) {
  const Icon = ICONS[notice.tone];
  const { action } = notice;
  return (
    <li className="notice" data-tone={notice.tone} data-read={notice.read} data-row tabIndex={-1}>
      <Icon aria-label={notice.tone} />
      <div>
        <b>{notice.title}</b>
        {notice.text === '' ? null : <p>{notice.text}</p>}
        <small data-tip={exactTime(notice.time)}>
          {relativeTime(notice.time)} · {notice.from === 'node' ? 'from the node' : 'this window'}
        </small>
        {action === undefined ? null : (
          <Button
            onClick={() => {
              showNotices(false);
              action.run();
            }}
          >
            {action.label}
          </Button>
        )}
      </div>
      <IconButton label={`Clear ${notice.title}`} onClick={() => clearNotices(notice.id)}>
        <X />
      </IconButton>
    </li>
  );
}
