/** The structural difference of two texts, computed by a worker that lives as long as the view. */
import { useEffect, useRef, useState } from 'react';
import type { DiffAnswer, DiffRequest } from '../../workers/diff.worker.ts';

export function useStructure(before: string, after: string): DiffAnswer | undefined {
  const worker = useRef<Worker | undefined>(undefined);
  const asked = useRef(0);
  const [answer, setAnswer] = useState<DiffAnswer>();
  useEffect(() => {
    const made = new Worker(new URL('../../workers/diff.worker.ts', import.meta.url), {
      type: 'module',
      name: 'flow-diff',
    });
    made.addEventListener('message', ({ data }: MessageEvent<DiffAnswer>) => {
      // An answer for an older text is skipped: the next is on its way.
      if (data.id === asked.current) setAnswer(data);
    });
    worker.current = made;
    return () => made.terminate();
  }, []);
  useEffect(() => {
    const id = ++asked.current;
    // A pause in typing is enough: the text beside is compared with every key.
    const timer = setTimeout(() => {
      const request: DiffRequest = { id, before, after };
      worker.current?.postMessage(request);
    }, 120);
    return () => clearTimeout(timer);
  }, [before, after]);
  return answer;
}
