/** The data of a chart, asked of the node; what was there before stays until the new has come. */
import { useEffect, useState } from 'react';
import type { ChartData, ChartSpec } from '../../../../node-core/results/schema.ts';
import { client } from '../../../state/connection.ts';
import type { ResultSource } from '../source.ts';

export interface ChartAnswer {
  /** What `data` was asked with; behind the present wish while new data is under way. */
  spec: ChartSpec;
  data: ChartData;
}

export function useChartData(
  source: ResultSource,
  spec: ChartSpec,
): { answer: ChartAnswer | undefined; failure: unknown; busy: boolean; retry(): void } {
  const [answer, setAnswer] = useState<ChartAnswer | undefined>();
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(true);
  const [attempt, setAttempt] = useState(0);
  const wish = JSON.stringify({ source, spec });
  useEffect(() => {
    const controller = new AbortController();
    const asked = JSON.parse(wish) as { source: ResultSource; spec: ChartSpec };
    setBusy(true);
    client()
      .call<ChartData>('results.chart', { ...asked.source, chart: asked.spec }, { signal: controller.signal })
      .then(
        (data) => {
          setFailure(undefined);
          setAnswer({ spec: asked.spec, data });
          setBusy(false);
        },
        (error: unknown) => {
          if (controller.signal.aborted) return;
          setFailure(error);
          setBusy(false);
        },
      );
    return () => controller.abort();
  }, [wish, attempt]);
  return { answer, failure, busy, retry: () => setAttempt((before) => before + 1) };
}
