/** Where a form takes files: a button that asks for them, on which they can be dropped as well. */
import { Upload } from 'lucide-react';
import { type ReactNode, useRef, useState } from 'react';

export interface FileDropProps {
  /** On the button: `Choose a file`. */
  label: string;
  /** Never empty; one file unless `multiple`. */
  take: (files: [File, ...File[]]) => void;
  multiple?: boolean;
  /** As of an `<input type="file">`. */
  accept?: string;
  /** Asks for files in another way than the page does, or gives false to have the page ask. */
  ask?: () => Promise<boolean>;
  /** Of the button. */
  id?: string;
  describedBy?: string | undefined;
  /** What was chosen, instead of the button; nothing while there is none. It is given what asks for another. */
  chosen?: (choose: () => void) => ReactNode;
  /** What is said below. */
  children?: ReactNode;
}

export function FileDrop(props: FileDropProps) {
  const { label, take, multiple = false, accept, ask, id, describedBy, chosen, children } = props;
  const picker = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const taken = (list: FileList | null): boolean => {
    const [first, ...others] = list ?? [];
    if (first === undefined) return false;
    take(multiple ? [first, ...others] : [first]);
    return true;
  };
  const choose = async (): Promise<void> => {
    if ((await ask?.()) !== true) picker.current?.click();
  };
  return (
    <div
      className="field-file"
      data-over={over}
      data-drop="input"
      onDragOver={(event) => {
        event.preventDefault();
        event.stopPropagation();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false);
        if (!taken(event.dataTransfer.files)) return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <input
        ref={picker}
        type="file"
        hidden
        aria-label={label}
        accept={accept}
        multiple={multiple}
        onChange={(event) => {
          taken(event.target.files);
          event.target.value = '';
        }}
      />
      {chosen?.(() => void choose()) ?? (
        <button
          type="button"
          id={id}
          aria-describedby={describedBy}
          className="field-drop"
          onClick={() => void choose()}
        >
          <Upload size={14} aria-hidden />
          <span>
            <b>{label}</b> or drop {multiple ? 'them' : 'it'} here
          </span>
        </button>
      )}
      {children}
    </div>
  );
}
