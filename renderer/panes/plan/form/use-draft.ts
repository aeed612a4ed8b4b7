/** What is typed into a field and not yet in the text: it gets there with Enter or when the field is left. */
import { type KeyboardEvent, useRef, useState } from 'react';

export interface DraftField {
  value: string;
  /** Why the text did not take it. */
  problem: string | undefined;
  onChange: (value: string) => void;
  onBlur: () => void;
  /** Enter takes it over, Escape forgets it. True when the key was meant for the draft. */
  onKey: (event: KeyboardEvent) => boolean;
  /** Takes a value over at once. */
  commit: (value: string) => void;
}

/**
 * `text` is what stands in the plan now; while something else is typed, a change of the plan leaves the field alone.
 * `take` puts a value into the plan and resolves with what is wrong with it, or undefined.
 */
export function useDraft(text: string, take: (value: string) => Promise<string | undefined>): DraftField {
  const [draft, setDraft] = useState<string | undefined>();
  const [problem, setProblem] = useState<string | undefined>();
  const sent = useRef<string | undefined>(undefined);
  const commit = (value: string): void => {
    if (value === text) {
      setDraft(undefined);
      setProblem(undefined);
      return;
    }
    if (sent.current === value) return;
    sent.current = value;
    setDraft(value);
    void take(value).then((wrong) => {
      sent.current = undefined;
      setProblem(wrong);
      // What was typed since stays.
      if (wrong === undefined) setDraft((now) => (now === value ? undefined : now));
    });
  };
  return {
    value: draft ?? text,
    problem,
    onChange: (value) => {
      setDraft(value);
      setProblem(undefined);
    },
    onBlur: () => {
      if (draft !== undefined) commit(draft);
    },
    onKey: (event) => {
      if (event.key === 'Enter' && !event.shiftKey) commit(draft ?? text);
      // What is on its way into the text is no longer forgotten: that Escape is meant for the form.
      else if (event.key === 'Escape' && draft !== undefined && draft !== text && sent.current !== draft) {
        setDraft(undefined);
        setProblem(undefined);
      } else return false;
      event.preventDefault();
      event.stopPropagation();
      return true;
    },
    commit,
  };
}
