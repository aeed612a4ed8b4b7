/** The flows that ship with the node. */
import { GraduationCap } from 'lucide-react';
import { useDocuments } from '../../state/documents.ts';
import { loadSamples, openSample, useSamples } from '../../state/samples.ts';
import { Button, Skeleton } from '../../ui/index.ts';
import { Section } from './Section.tsx';

export function Samples() {
  const { samples, problem } = useSamples();
  const active = useDocuments((state) => state.documents.find((item) => item.id === state.activeId)?.origin);
  return (
    <Section title="Samples">
      {samples === undefined && problem === undefined ? <Skeleton lines={4} label="Loading samples" /> : null}
      {problem === undefined ? null : (
        <div className="side-note">
          The samples could not be read.{' '}
          <Button kind="quiet" onClick={() => void loadSamples()}>
            Try again
          </Button>
        </div>
      )}
      {samples?.map((sample) => (
        <button
          key={sample.name}
          type="button"
          data-row
          className="side-row"
          aria-current={active === `sample:${sample.name}`}
          data-tip={sample.description === '' ? sample.title : sample.description}
          onClick={() => openSample(sample)}
        >
          <GraduationCap />
          <span className="cut">{sample.title}</span>
        </button>
      ))}
      {samples?.length === 0 ? <div className="side-note">This node has no samples.</div> : null}
    </Section>
  );
}
