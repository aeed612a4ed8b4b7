/** The flows that ship with the node. */
import { FileCode2, GraduationCap } from 'lucide-react';
import { useDocuments } from '../../state/documents.ts';
import { loadSamples, openSample, type Sample, useSamples } from '../../state/samples.ts';
import { Button, Skeleton } from '../../ui/index.ts';
import { Section } from './Section.tsx';

export function Samples() {
  const { samples, problem } = useSamples();
  const active = useDocuments((state) => state.documents.find((item) => item.id === state.activeId)?.origin);
  const plans = samples?.filter(({ kind }) => kind !== 'program') ?? [];
  const programs = samples?.filter(({ kind }) => kind === 'program') ?? [];
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
      <Rows samples={plans} active={active} />
      {samples?.length === 0 ? <div className="side-note">This node has no samples.</div> : null}
      {programs.length === 0 ? null : (
        <>
          <h4 className="side-note side-part">Programs</h4>
          <Rows samples={programs} active={active} />
        </>
      )}
    </Section>
  );
}

function Rows({ samples, active }: { samples: readonly Sample[]; active: string | undefined }) {
  return samples.map((sample) => (
    <button
      key={sample.name}
      type="button"
      data-row
      data-program={sample.kind === 'program' || undefined}
      className="side-row"
      aria-current={active === `sample:${sample.name}`}
      data-tip={sample.description === '' ? sample.title : sample.description}
      onClick={() => openSample(sample)}
    >
      {sample.kind === 'program' ? <FileCode2 /> : <GraduationCap />}
      <span className="cut">{sample.title}</span>
    </button>
  ));
}
