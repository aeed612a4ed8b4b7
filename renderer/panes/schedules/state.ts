/** What the schedules area shows: one of them, or a form. */
import { create } from 'zustand';
import type { Trigger } from '../../../node-core/flow/schedule/trigger.ts';
import type { Schedule } from '../../../node-core/schedules/schema.ts';
import { onNodeLeft } from '../../state/connection.ts';
import { activeDocument, type FlowDocument } from '../../state/documents.ts';
import { useLayout } from '../../state/layout.ts';

/** A flow that is to be scheduled. */
export interface FlowToSchedule {
  name: string;
  source: string;
  origin: string | undefined;
  inputs: Record<string, unknown>;
}

/** What the form is about: a new schedule of a flow, or one that is there. */
export type Editing = { kind: 'new'; flow: FlowToSchedule } | { kind: 'change'; schedule: Schedule };

interface SchedulesShown {
  shown: string | undefined;
  editing: Editing | undefined;
}

export const useSchedulesShown = create<SchedulesShown>()(() => ({ shown: undefined, editing: undefined }));

onNodeLeft(() => useSchedulesShown.setState({ shown: undefined, editing: undefined }));

export function showSchedule(id: string): void {
  useSchedulesShown.setState({ shown: id, editing: undefined });
  useLayout.getState().showArea('schedules');
}

/** The active document as a flow to schedule. */
export function activeFlow(): FlowToSchedule | undefined {
  const document = activeDocument();
  return document === undefined ? undefined : flowOf(document);
}

export function flowOf({ name, text, path, origin, inputs }: FlowDocument): FlowToSchedule {
  return { name, source: text, origin: path ?? origin, inputs };
}

/** Opens the form for the active document. */
export function scheduleActive(): void {
  const flow = activeFlow();
  if (flow !== undefined) scheduleFlow(flow);
}

/** Opens the form for a flow. */
export function scheduleFlow(flow: FlowToSchedule): void {
  useSchedulesShown.setState({ editing: { kind: 'new', flow } });
  useLayout.getState().showArea('schedules');
}

export const DEFAULT_TRIGGER: Trigger = { kind: 'cron', cron: '0 7 * * MON-FRI' };
