/** The value of an input for the next run, as in Execute: a file to choose, a number to type. */
import { useEffect, useMemo } from 'react';
import type { InputNode } from '../../../../node-core/flow/plan/graph.ts';
import type { FlowDocument } from '../../../state/documents.ts';
import { changeDraft, useDrafts } from '../../execute/drafts.ts';
import { readForm } from '../../execute/form-values.ts';
import '../../execute/execute.css';
import { InputField } from '../../execute/InputField.tsx';
import { followFiles } from '../../execute/sniff.ts';

export function GivenValue({ document, node }: { document: FlowDocument; node: InputNode }) {
  const drafts = useDrafts(document);
  const nodes = useMemo(() => [node], [node]);
  const { errors } = useMemo(() => readForm(nodes, drafts), [nodes, drafts]);
  useEffect(() => followFiles(document.id, nodes, document.inputs), [document.id, document.inputs, nodes]);
  return (
    <section className="form-section" aria-label="Value for the next run">
      <InputField
        documentId={document.id}
        node={node}
        draft={drafts[node.name]}
        error={drafts[node.name] === undefined ? undefined : errors[node.name]}
        missing={errors[node.name] !== undefined}
        onChange={(draft) => changeDraft(document, node, draft)}
      />
    </section>
  );
}
