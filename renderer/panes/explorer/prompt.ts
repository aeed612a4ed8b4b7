/** Asking for a path: of a folder to open, or of a file to save into an open folder. */
import { create } from 'zustand';

export interface PathQuestion {
  title: string;
  /** What is in the field at first. */
  path: string;
  /** Part of it that is selected, so that typing replaces it. */
  select?: { start: number; end: number };
  action: string;
  hint: string;
}

interface Prompt {
  question: (PathQuestion & { resolve: (path: string | undefined) => void }) | undefined;
}

export const usePrompt = create<Prompt>()(() => ({ question: undefined }));

/** Resolves with the path, or undefined when the person cancelled. */
export function askPath(question: PathQuestion): Promise<string | undefined> {
  usePrompt.getState().question?.resolve(undefined);
  return new Promise((resolve) => {
    usePrompt.setState({
      question: {
        ...question,
        resolve: (path) => {
          usePrompt.setState({ question: undefined });
          resolve(path);
        },
      },
    });
  });
}
