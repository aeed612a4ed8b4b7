/** Above the text of a document whose file another program changed or removed. */
import { TriangleAlert } from 'lucide-react';
import { closeDocument } from '../../app/files.ts';
import { runCommand } from '../../state/commands.ts';
import { useTabs } from '../../state/documents.ts';
import { keepMine, takeTheirs } from '../../state/workspace-files.ts';
import { Button } from '../../ui/index.ts';

export function ConflictBar({ documentId }: { documentId: string }) {
  const tab = useTabs().find((item) => item.id === documentId);
  if (tab?.conflict === undefined) return null;
  const { id, name } = tab;
  return (
    <div className="conflict-bar" role="alert" aria-label="Another program">
      <TriangleAlert />
      {tab.conflict === 'changed' ? (
        <>
          <span>
            Another program changed {name} while you had changes that are not saved. Both are kept in its history.
          </span>
          <Button onClick={() => runCommand('compare.withDisk')}>Compare</Button>
          <Button onClick={() => void takeTheirs(id)}>Take theirs</Button>
          <Button kind="primary" onClick={() => void keepMine(id)}>
            Keep mine
          </Button>
        </>
      ) : (
        <>
          <span>{name} was deleted or renamed by another program. Its text is still here.</span>
          <Button onClick={() => void closeDocument(id)}>Close</Button>
          <Button kind="primary" onClick={() => void keepMine(id)}>
            Save it again
          </Button>
        </>
      )}
    </div>
  );
}
