/** The dialog that asks for a path, completing folders of the node's machine as one types. */
import { Folder } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { client } from '../../state/connection.ts';
import { Button } from '../../ui/index.ts';
import { type PathQuestion, usePrompt } from './prompt.ts';

export function PathPrompt() {
  const question = usePrompt((state) => state.question);
  return question === undefined ? null : <OpenPrompt key={question.title} question={question} />;
}

function OpenPrompt({ question }: { question: PathQuestion & { resolve: (path: string | undefined) => void } }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const [path, setPath] = useState(question.path);
  const [folders, setFolders] = useState<string[]>([]);
  /** The folder that the arrow keys chose; -1 is the text itself. */
  const [at, setAt] = useState(-1);
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
    const { start, end } = question.select ?? { start: question.path.length, end: question.path.length };
    field.current?.setSelectionRange(start, end);
  }, [question]);
  useEffect(() => {
    const gone = new AbortController();
    client()
      .call<{ folders: string[] }>('files.folders', { path }, { signal: gone.signal })
      .then(
        (answer) => gone.signal.aborted || setFolders(answer.folders),
        () => gone.signal.aborted || setFolders([]),
      );
    return () => gone.abort();
  }, [path]);
  const by = path.includes('\\') ? '\\' : '/';
  const complete = (folder: string): void => {
    setPath(folder.endsWith(by) ? folder : folder + by);
    setAt(-1);
    field.current?.focus();
  };
  const accept = (): void => {
    const wanted = path.trim();
    if (wanted !== '') question.resolve(wanted);
  };
  return (
    <dialog
      ref={dialog}
      className="palette path-prompt"
      aria-label={question.title}
      onClose={() => question.resolve(undefined)}
      {...{ closedby: 'any' }}
    >
      <h2>{question.title}</h2>
      <input
        ref={field}
        autoFocus
        role="combobox"
        aria-label="Path"
        aria-expanded={folders.length > 0}
        aria-controls="path-list"
        aria-activedescendant={at === -1 ? undefined : `path-${at}`}
        placeholder="/home/you/flows"
        spellCheck={false}
        value={path}
        onChange={(event) => {
          setPath(event.target.value);
          setAt(-1);
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') setAt(Math.min(at + 1, folders.length - 1));
          else if (event.key === 'ArrowUp') setAt(Math.max(at - 1, -1));
          else if (event.key === 'Tab' && !event.shiftKey && folders.length > 0) complete(folders[Math.max(at, 0)]!);
          else if (event.key === 'Enter') {
            if (at === -1) accept();
            else complete(folders[at]!);
          } else return;
          event.preventDefault();
        }}
      />
      <div id="path-list" className="palette-list" role="listbox" aria-label="Folders">
        {folders.map((folder, index) => (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the field above has the focus and answers the keys
          <div
            key={folder}
            id={`path-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            onPointerMove={() => setAt(index)}
            onClick={() => complete(folder)}
          >
            <Folder />
            <span className="cut">{folder}</span>
          </div>
        ))}
      </div>
      <div className="path-prompt-foot">
        <span>{question.hint}</span>
        <Button onClick={() => question.resolve(undefined)}>Cancel</Button>
        <Button kind="primary" onClick={accept} disabled={path.trim() === ''}>
          {question.action}
        </Button>
      </div>
    </dialog>
  );
}
