/** Choosing one of many things by typing a few letters of it. */
import { create } from 'zustand';

export interface PickItem {
  id: string;
  label: string;
  /** Quieter, at the right. */
  side: string;
}

interface Pick {
  question:
    | {
        title: string;
        items: (query: string, signal: AbortSignal) => Promise<PickItem[]>;
        resolve: (id: string | undefined) => void;
      }
    | undefined;
}

export const usePick = create<Pick>()(() => ({ question: undefined }));

/** Resolves with the id of what was chosen, or undefined. `items` is asked again as one types. */
export function pick(
  title: string,
  items: (query: string, signal: AbortSignal) => Promise<PickItem[]>,
): Promise<string | undefined> {
  usePick.getState().question?.resolve(undefined);
  return new Promise((resolve) => {
    usePick.setState({
      question: {
        title,
        items,
        resolve: (id) => {
          usePick.setState({ question: undefined });
          resolve(id);
        },
      },
    });
  });
}
