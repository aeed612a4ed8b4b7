/** Questions that wait for an answer: `await confirm({ … })`. The host is in `UiHosts`. */
import { create } from 'zustand';

export interface Question<Answer extends string = string> {
  title: string;
  /** The exact consequence. */
  body: string;
  /** From left to right; the last is the one that Enter chooses. Escape answers `cancel`. */
  answers: { id: Answer; label: string; kind?: 'primary' | 'danger' | 'quiet' }[];
}

interface Dialogs {
  question: (Question & { resolve: (answer: string) => void }) | undefined;
}

export const useDialogs = create<Dialogs>()(() => ({ question: undefined }));

/** Asks and resolves with the chosen answer's id, or `cancel`. */
export function ask<Answer extends string>(question: Question<Answer>): Promise<Answer | 'cancel'> {
  useDialogs.getState().question?.resolve('cancel');
  return new Promise((resolve) => {
    useDialogs.setState({
      question: {
        ...question,
        resolve: (answer) => {
          useDialogs.setState({ question: undefined });
          resolve(answer as Answer | 'cancel');
        },
      },
    });
  });
}

/** A confirmation with the exact consequence, for what cannot be undone. */
export async function confirm(options: {
  title: string;
  body: string;
  action: string;
  danger?: boolean;
}): Promise<boolean> {
  const answer = await ask({
    title: options.title,
    body: options.body,
    answers: [
      { id: 'cancel', label: 'Cancel' },
      { id: 'yes', label: options.action, kind: options.danger === true ? 'danger' : 'primary' },
    ],
  });
  return answer === 'yes';
}
