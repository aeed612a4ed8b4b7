/** Schedules: the list with next times on the left; one of them, or the form, on the right. */
import { CalendarClock, CirclePause, Plus, TriangleAlert } from 'lucide-react';
import { type KeyboardEvent, useEffect } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import { localText } from '../../../node-core/flow/schedule/zones.ts';
import type { Schedule } from '../../../node-core/schedules/schema.ts';
import { useDocuments } from '../../state/documents.ts';
import type { FromNode } from '../../state/from-node.ts';
import { useLayout } from '../../state/layout.ts';
import { Button, EmptyState, ErrorState, Skeleton, StateIcon, stateFace, thousands } from '../../ui/index.ts';
import { ScheduleForm } from './ScheduleForm.tsx';
import { SchedulePage } from './SchedulePage.tsx';
import './schedules.css';
import { scheduleActive, showSchedule, useSchedulesShown } from './state.ts';
import { untilText, useMinute, useSchedules } from './use-schedules.ts';

export function SchedulesView() {
  const schedules = useSchedules();
  const { shown, editing } = useSchedulesShown();
  const hasDocument = useDocuments((state) => state.activeId !== undefined);
  const chosen = schedules.value?.find((one) => one.id === shown);
  useEffect(() => {
    if (shown === undefined && schedules.value?.[0] !== undefined)
      useSchedulesShown.setState({ shown: schedules.value[0].id });
  }, [shown, schedules.value]);
  if (schedules.error !== undefined && schedules.value === undefined && editing === undefined)
    return (
      <div className="list-page">
        <ErrorState problem={schedules.error} retry={schedules.reload} />
      </div>
    );
  const list = (
    <section className="list-page-list" aria-label="Schedules">
      <header className="list-page-bar">
        <h1>Schedules</h1>
        <span className="tabular">{schedules.value === undefined ? '' : thousands(schedules.value.length)}</span>
        {hasDocument ? (
          <Button icon={<Plus />} onClick={scheduleActive}>
            New
          </Button>
        ) : null}
      </header>
      <Rows schedules={schedules} chosen={chosen?.id} hasDocument={hasDocument} />
    </section>
  );
  // There is nothing to choose from: one face, in the middle.
  if (editing === undefined && schedules.value?.length === 0) return <div className="list-page">{list}</div>;
  return (
    <div className="list-page">
      <Group orientation="horizontal" id="group-schedules">
        <Panel id="schedules-list" defaultSize="36%" minSize={260}>
          {list}
        </Panel>
        <Separator className="handle" aria-label="Width of the schedule" />
        <Panel id="schedules-page" minSize={360}>
          {editing !== undefined ? (
            <ScheduleForm
              key={editing.kind === 'new' ? `new:${editing.flow.name}` : editing.schedule.id}
              editing={editing}
            />
          ) : chosen !== undefined ? (
            <SchedulePage key={chosen.id} schedule={chosen} />
          ) : (
            <EmptyState icon={<CalendarClock />} title="Choose a schedule">
              Its next times and what came of the last ones appear here.
            </EmptyState>
          )}
        </Panel>
      </Group>
    </div>
  );
}

function Rows({
  schedules,
  chosen,
  hasDocument,
}: {
  schedules: FromNode<Schedule[]>;
  chosen: string | undefined;
  hasDocument: boolean;
}) {
  const { value: list, error, reload } = schedules;
  const now = useMinute(list);
  if (error !== undefined && list === undefined) return <ErrorState problem={error} retry={reload} />;
  if (list === undefined) return <Skeleton lines={8} label="Reading the schedules" />;
  if (list.length === 0) {
    return (
      <EmptyState
        icon={<CalendarClock />}
        title="Nothing runs by itself yet"
        action={
          hasDocument ? (
            <Button icon={<Plus />} onClick={scheduleActive}>
              Schedule this flow…
            </Button>
          ) : (
            <Button onClick={() => useLayout.getState().showArea('flows')}>Go to the flows</Button>
          )
        }
      >
        A schedule runs a flow by the clock, when a file changes, or when something happens.
      </EmptyState>
    );
  }
  const at = list.findIndex((one) => one.id === chosen);
  const keys = (event: KeyboardEvent): void => {
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: list.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = list[Math.max(0, Math.min(list.length - 1, to))];
    if (next !== undefined) showSchedule(next.id);
  };
  return (
    <div
      className="schedules-rows"
      role="listbox"
      aria-label="Schedules"
      tabIndex={0}
      aria-activedescendant={chosen === undefined ? undefined : `schedule-${chosen}`}
      onKeyDown={keys}
      onClick={(event) => {
        const row = (event.target as Element).closest('[role=option]');
        if (row !== null) showSchedule(row.id.slice('schedule-'.length));
      }}
    >
      {list.map((one) => (
        <Row key={one.id} schedule={one} chosen={one.id === chosen} now={now} />
      ))}
    </div>
  );
}

function Row({ schedule, chosen, now }: { schedule: Schedule; chosen: boolean; now: number }) {
  const { last, next } = schedule;
  return (
    <div id={`schedule-${schedule.id}`} role="option" aria-selected={chosen} className="list-page-row">
      {schedule.trouble !== undefined ? (
        <TriangleAlert size={16} role="img" aria-label="in trouble" className="schedule-trouble" />
      ) : !schedule.enabled ? (
        <CirclePause size={16} role="img" aria-label="paused" className="schedule-paused" />
      ) : schedule.running.length > 0 ? (
        <StateIcon state="running" />
      ) : last === undefined ? (
        <CalendarClock size={16} role="img" aria-label="has not run yet" className="schedule-paused" />
      ) : (
        <StateIcon state={last.state} />
      )}
      <div>
        <p>
          <b className="cut">{schedule.name}</b>
          <span
            className="tabular"
            data-tip={next === undefined ? undefined : localText(Date.parse(next), schedule.zone)}
          >
            {!schedule.enabled ? 'paused' : next === undefined ? '' : untilText(next, now)}
          </span>
        </p>
        <p>
          <small className="cut">{schedule.words}</small>
          <small>
            {schedule.running.length > 0 ? 'running' : last === undefined ? '' : `last ${stateFace(last.state).word}`}
          </small>
        </p>
      </div>
    </div>
  );
}
