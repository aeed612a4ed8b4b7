/** What stands where editors would, while nothing is open: what to do here, and the samples. */
import { FileCode2, FileSpreadsheet, FolderOpen, GraduationCap, Plus } from 'lucide-react';
import { useDocuments } from '../../state/documents.ts';
import { openSample, type Sample, useSamples } from '../../state/samples.ts';
import { Button } from '../../ui/index.ts';
import { newFlowFromFile } from '../../panes/plan/from-file.ts';
import { openFile } from '../files.ts';
import { declineTour, startTour, useTour } from '../help/tour.ts';
import '../help/help.css';
import './welcome.css';

export function Welcome() {
  const restored = useDocuments((state) => state.restored);
  return restored ? <WelcomePage /> : null;
}

function WelcomePage() {
  const samples = useSamples((state) => state.samples);
  const taken = useTour((state) => state.taken);
  return (
    <div className="welcome">
      <div className="welcome-inner">
        <h1>Write a plan, run it, prove what happened</h1>
        <p className="lead">
          A FLOW plan says step by step what to do with data. Open a sample to see one at work on real data, or start
          your own.
        </p>
        {taken ? null : (
          <div className="tour-offer" role="region" aria-label="Tour">
            <span>New here? A short tour walks over this window, by keyboard or mouse.</span>
            <Button onClick={startTour}>Take the tour</Button>
            <Button kind="quiet" onClick={declineTour}>
              Not now
            </Button>
          </div>
        )}
        <div className="welcome-actions">
          <Button kind="primary" icon={<Plus />} onClick={() => void useDocuments.getState().create()}>
            New plan
          </Button>
          <Button icon={<FileCode2 />} onClick={() => void useDocuments.getState().create('program')}>
            New program
          </Button>
          <Button icon={<FolderOpen />} command="file.open" onClick={() => void openFile()}>
            Open file…
          </Button>
          <Button icon={<FileSpreadsheet />} onClick={() => void newFlowFromFile()}>
            New flow from a file…
          </Button>
        </div>
        <SampleCards title="Samples" samples={samples?.filter(({ kind }) => kind !== 'program')} />
        <SampleCards title="Programs" samples={samples?.filter(({ kind }) => kind === 'program')} />
      </div>
    </div>
  );
}

function SampleCards({ title, samples }: { title: string; samples: readonly Sample[] | undefined }) {
  if (samples === undefined || samples.length === 0) return null;
  return (
    <>
      <h2>{title}</h2>
      <div className="sample-grid">
        {samples.map((sample) => (
          <button key={sample.name} type="button" className="sample-card" onClick={() => void openSample(sample)}>
            <b>
              {sample.kind === 'program' ? <FileCode2 /> : <GraduationCap />}
              {sample.title}
            </b>
            {sample.description}
          </button>
        ))}
      </div>
    </>
  );
}
