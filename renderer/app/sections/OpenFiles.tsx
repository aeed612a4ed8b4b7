/** What is open. */
import { FileCode2, FilePlus2, FolderOpen } from 'lucide-react';
import { besideName, useDocuments, useTabs } from '../../state/documents.ts';
import { IconButton } from '../../ui/index.ts';
import { closeDocument, openFile } from '../files.ts';
import { Section } from './Section.tsx';

export function OpenFiles() {
  const documents = useTabs();
  const activeId = useDocuments((state) => state.activeId);
  const { activate, create } = useDocuments.getState();
  return (
    <Section
      title="Flows"
      actions={
        <>
          <IconButton label="New plan" onClick={() => void create()}>
            <FilePlus2 />
          </IconButton>
          <IconButton label="Open file…" command="file.open" onClick={() => void openFile()}>
            <FolderOpen />
          </IconButton>
        </>
      }
    >
      {documents.length === 0 ? <div className="side-note">No file is open.</div> : null}
      {documents.map((item) => {
        const beside = besideName(documents, item);
        return (
          <div
            key={item.id}
            role="button"
            tabIndex={0}
            data-row
            className="side-row"
            aria-current={item.id === activeId}
            data-tip={item.path}
            onClick={() => activate(item.id)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' || event.key === ' ') activate(item.id);
              if (event.key === 'Delete') void closeDocument(item.id);
            }}
          >
            <FileCode2 />
            <span className="cut">{item.name}</span>
            {beside === undefined ? null : <small className="cut">{beside}</small>}
            {item.dirty ? <span className="dot" role="img" aria-label="unsaved" /> : null}
          </div>
        );
      })}
    </Section>
  );
}
