/** After saving a flow that says when it asks to be run: offers to make the schedules, which never happens by itself. */
import { triggerWords } from '../../../node-core/flow/schedule/words.ts';
import type { PlanSchedule } from '../../../node-core/flow/plan/graph.ts';
import type { Schedule } from '../../../node-core/schedules/schema.ts';
import { client } from '../../state/connection.ts';
import { toast } from '../../ui/index.ts';
import type { FlowDocument } from '../../state/documents.ts';
import { flowOf, scheduleFlow } from './state.ts';

export async function offerSchedules(document: FlowDocument): Promise<void> {
  const source = document.text;
  if (!/^\s*(#.*\s*)*@(every|cron|on)\b/i.test(source)) return;
  try {
    const { graph } = await client().call<{ graph: { name: string; schedules?: PlanSchedule[] } }>('flow.plan', {
      source,
    });
    const asked = graph.schedules ?? [];
    if (asked.length === 0) return;
    const { schedules } = await client().call<{ schedules: Schedule[] }>('schedules.list');
    const there = schedules.filter((one) => one.flow === graph.name).map((one) => one.words);
    const missing = asked.map((one) => triggerWords(one.trigger)).filter((words) => !there.includes(words));
    if (missing.length === 0) return;
    toast({
      text: `${graph.name} asks to be run ${missing.join(', and ')}.`,
      hint: 'Nothing runs by itself until you make the schedule.',
      action: { label: 'Schedule it…', run: () => scheduleFlow(flowOf(document)) },
    });
  } catch {
    // A text with errors, or a node that is away: it is saved all the same, and both are said elsewhere.
  }
}
