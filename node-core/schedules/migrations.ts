/** Tables of the schedules area. */
import type { AreaMigrations } from '../store/migrations.ts';

const ofProject = `
CREATE TABLE schedule (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  flow TEXT NOT NULL,
  -- JSON: see flow/schedule/trigger.ts
  trigger_json TEXT NOT NULL,
  zone TEXT NOT NULL,
  -- JSON
  inputs TEXT NOT NULL,
  -- a file that is read at each firing; else the text is the newest of schedule_source
  path TEXT,
  version INTEGER,
  origin TEXT,
  -- of one that was made of a flow's own annotations: which flow, which annotation
  made_of TEXT,
  overlap TEXT NOT NULL,
  parallel INTEGER NOT NULL,
  catch_up TEXT NOT NULL,
  notify TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  changed_at TEXT NOT NULL,
  -- milliseconds: where intervals are counted from, and the next due time that was not handled
  anchor INTEGER NOT NULL,
  next_at INTEGER,
  -- ledger entries up to this one were looked at
  seen_seq INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE schedule_source (
  schedule TEXT NOT NULL,
  version INTEGER NOT NULL,
  source TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (schedule, version)
) WITHOUT ROWID;

-- key says what set it off (due time, ledger entry, state of a file): each has its effect once
CREATE TABLE schedule_firing (
  id TEXT PRIMARY KEY,
  schedule TEXT NOT NULL,
  key TEXT NOT NULL,
  -- waiting, started, or how it ended
  state TEXT NOT NULL,
  -- the id that its run has or will have
  run TEXT,
  -- JSON
  cause TEXT NOT NULL,
  due INTEGER NOT NULL,
  at TEXT NOT NULL,
  ended_at TEXT,
  reason TEXT,
  count INTEGER NOT NULL DEFAULT 1,
  -- how many firings of schedules set one another off to get here
  depth INTEGER NOT NULL DEFAULT 0,
  -- JSON: a problem document
  error TEXT
) WITHOUT ROWID;
CREATE UNIQUE INDEX schedule_firing_key ON schedule_firing (schedule, key);
CREATE INDEX schedule_firing_newest ON schedule_firing (schedule, id);
CREATE INDEX schedule_firing_open ON schedule_firing (schedule) WHERE state IN ('waiting', 'started');
CREATE UNIQUE INDEX schedule_firing_run ON schedule_firing (run) WHERE run IS NOT NULL;

-- files of a watched folder as they were last seen
CREATE TABLE schedule_file (
  schedule TEXT NOT NULL,
  path TEXT NOT NULL,
  state TEXT NOT NULL,
  PRIMARY KEY (schedule, path)
) WITHOUT ROWID;
`;

/** Which projects have schedules: those are opened when the node starts. */
const ofNode = `
CREATE TABLE schedule_project (
  project TEXT PRIMARY KEY
) WITHOUT ROWID;
`;

export const schedulesMigrations: readonly AreaMigrations[] = [
  { area: 'schedules', in: 'project', steps: [ofProject] },
  { area: 'schedules', in: 'node', steps: [ofNode] },
];
