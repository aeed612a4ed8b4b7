/** Mounted once by the frame: where toasts, the one dialog, the one menu and the one tooltip appear. */
import { Check, X } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useKeyLabel } from '../state/keybindings.ts';
import { keyLabel } from '../state/keys.ts';
import { Button, IconButton } from './Button.tsx';
import { useDialogs } from './dialogs.ts';
import { closeMenu, type MenuItem, useMenu } from './menu.ts';
import { openModal } from './modal.ts';
import { Sentence } from './Sentence.tsx';
import { useToasts } from './toasts.ts';

function ToastHost() {
  const { toasts, dismiss } = useToasts();
  return (
    <div className="ui-toasts" role="status" aria-live="polite">
      {toasts.map((item) => (
        <div key={item.id} className="ui-toast" data-tone={item.tone}>
          <div>
            <Sentence text={item.text} />
            {item.hint === undefined ? null : (
              <small>
                <Sentence text={item.hint} />
              </small>
            )}
          </div>
          {item.action === undefined ? null : (
            <Button
              kind="quiet"
              onClick={() => {
                item.action?.run();
                dismiss(item.id);
              }}
            >
              {item.action.label}
            </Button>
          )}
          <IconButton label="Close" onClick={() => dismiss(item.id)}>
            <X />
          </IconButton>
        </div>
      ))}
    </div>
  );
}

function DialogHost() {
  const question = useDialogs((state) => state.question);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (question !== undefined) openModal(dialog.current);
  }, [question]);
  if (question === undefined) return null;
  return (
    <dialog
      ref={dialog}
      className="ui-dialog"
      aria-labelledby="ui-dialog-title"
      onCancel={(event) => {
        event.preventDefault();
        question.resolve('cancel');
      }}
    >
      <div className="ui-dialog-body">
        <h2 id="ui-dialog-title">{question.title}</h2>
        <p>{question.body}</p>
      </div>
      <div className="ui-dialog-actions">
        {question.answers.map((answer, at) => (
          <Button
            key={answer.id}
            {...(answer.kind === undefined ? {} : { kind: answer.kind })}
            data-first={at === question.answers.length - 1 ? true : undefined}
            onClick={() => question.resolve(answer.id)}
          >
            {answer.label}
          </Button>
        ))}
      </div>
    </dialog>
  );
}

function MenuHost() {
  const open = useMenu((state) => state.open);
  const menu = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const box = menu.current;
    if (open === undefined || box === null) return;
    const { width, height } = box.getBoundingClientRect();
    box.style.left = `${Math.max(4, Math.min(open.x, innerWidth - width - 4))}px`;
    box.style.top = `${Math.max(4, Math.min(open.y, innerHeight - height - 4))}px`;
    box.querySelector<HTMLButtonElement>('button:not(:disabled)')?.focus();
  }, [open]);
  useEffect(() => {
    if (open === undefined) return;
    const outside = (event: Event): void => {
      if (!(event.target instanceof Node) || menu.current?.contains(event.target) !== true) closeMenu();
    };
    addEventListener('pointerdown', outside, true);
    addEventListener('blur', closeMenu);
    return () => {
      removeEventListener('pointerdown', outside, true);
      removeEventListener('blur', closeMenu);
    };
  }, [open]);
  if (open === undefined) return null;
  return (
    <div
      ref={menu}
      className="ui-menu"
      role="menu"
      onKeyDown={(event) => {
        const items = [...event.currentTarget.querySelectorAll<HTMLButtonElement>('button:not(:disabled)')];
        const at = items.indexOf(document.activeElement as HTMLButtonElement);
        if (event.key === 'Escape' || event.key === 'Tab') closeMenu(true);
        else if (event.key === 'ArrowDown') items[(at + 1) % items.length]?.focus();
        else if (event.key === 'ArrowUp') items[(at - 1 + items.length) % items.length]?.focus();
        else if (event.key === 'Home') items[0]?.focus();
        else if (event.key === 'End') items.at(-1)?.focus();
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      {open.items.map((item, at) =>
        item === 'separator' ? (
          <hr key={at} />
        ) : (
          <button
            key={at}
            type="button"
            role={item.checked === undefined ? 'menuitem' : 'menuitemradio'}
            aria-checked={item.checked}
            className="ui-menu-item"
            disabled={item.disabled}
            onClick={() => {
              closeMenu(true);
              item.run();
            }}
          >
            {item.checked === undefined ? (
              item.icon
            ) : (
              <Check className={item.checked ? undefined : 'ui-menu-unchecked'} />
            )}
            {item.label}
            <AtRight item={item} />
          </button>
        ),
      )}
    </div>
  );
}

/** The key of a menu item, or what else is said of it. */
function AtRight({ item: { command, shortcut, note } }: { item: MenuItem }) {
  const shown = useKeyLabel(command) ?? (shortcut === undefined ? note : keyLabel(shortcut));
  return shown === undefined ? null : <span className="ui-kbd">{shown}</span>;
}

/** Shows `data-tip` of whatever is pointed at or focused: one listener for the whole window. */
function TooltipHost() {
  const [tip, setTip] = useState<{ text: string; box: DOMRect } | undefined>();
  const bubble = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let at = '';
    let shown = false;
    const hide = (): void => {
      clearTimeout(timer);
      // Only when there is one: React queues a change to the same value until the next one is drawn, and this hears every key.
      if (shown) setTip(undefined);
      shown = false;
    };
    const show = (event: Event): void => {
      const target = event.target instanceof Element ? event.target.closest('[data-tip]') : null;
      hide();
      if (event instanceof PointerEvent) {
        // What comes to lie below a pointer at rest (a dialog went away) was not pointed at.
        const now = `${event.clientX},${event.clientY}`;
        if (now === at) return;
        at = now;
      }
      const text = target?.getAttribute('data-tip');
      if (target === null || text === null || text === undefined || text === '') return;
      if (event.type === 'focusin' && !target.matches(':focus-visible')) return;
      timer = setTimeout(() => {
        shown = true;
        setTip({ text, box: target.getBoundingClientRect() });
      }, 350);
    };
    addEventListener('pointerover', show);
    addEventListener('focusin', show);
    addEventListener('focusout', hide);
    addEventListener('pointerdown', hide, true);
    addEventListener('keydown', hide, true);
    addEventListener('wheel', hide, { passive: true, capture: true });
    return () => {
      clearTimeout(timer);
      removeEventListener('pointerover', show);
      removeEventListener('focusin', show);
      removeEventListener('focusout', hide);
      removeEventListener('pointerdown', hide, true);
      removeEventListener('keydown', hide, true);
      removeEventListener('wheel', hide, true);
    };
  }, []);
  useLayoutEffect(() => {
    const box = bubble.current;
    if (tip === undefined || box === null) return;
    const { width, height } = box.getBoundingClientRect();
    const left = tip.box.left + tip.box.width / 2 - width / 2;
    const below = tip.box.bottom + 6;
    box.style.left = `${Math.max(4, Math.min(left, innerWidth - width - 4))}px`;
    box.style.top = `${below + height > innerHeight - 4 ? tip.box.top - height - 6 : below}px`;
  }, [tip]);
  if (tip === undefined) return null;
  return (
    <div ref={bubble} className="ui-tooltip" role="tooltip">
      {tip.text}
    </div>
  );
}

export function UiHosts() {
  return (
    <>
      <ToastHost />
      <DialogHost />
      <MenuHost />
      <TooltipHost />
    </>
  );
}
