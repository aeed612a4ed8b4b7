/** Tables of the runs area in a project's database. */
import type { AreaMigrations } from '../store/migrations.ts';

/** Sources are kept once, by hash; a run names the one that it ran. Result keys and hashes are lower-case hex. */
const first = `
CREATE TABLE flow_source (
  hash TEXT PRIMARY KEY,
  source TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE flow_plan (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  plan_hash TEXT NOT NULL,
  source_hash TEXT NOT NULL REFERENCES flow_source (hash),
  origin TEXT,
  created_at TEXT NOT NULL
) WITHOUT ROWID;

-- ids are UUIDv7: the newest run is the greatest id
CREATE TABLE run (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  plan_hash TEXT NOT NULL,
  source_hash TEXT NOT NULL,
  -- JSON: as given, and for files the hash of what was in them when the run began
  inputs TEXT NOT NULL,
  files TEXT NOT NULL,
  origin TEXT,
  rerun_of TEXT,
  -- JSON: node ids that must be computed anew
  forced TEXT,
  -- of a called flow: the run and step that called it
  parent TEXT,
  parent_step TEXT,
  created_at TEXT NOT NULL,
  finished_at TEXT,
  ms REAL,
  steps_total INTEGER NOT NULL,
  steps_done INTEGER NOT NULL DEFAULT 0,
  -- JSON: a problem document
  error TEXT
) WITHOUT ROWID;
CREATE UNIQUE INDEX run_of_step ON run (parent, parent_step) WHERE parent IS NOT NULL;
CREATE INDEX run_unfinished ON run (state) WHERE state IN ('queued', 'running', 'interrupted');

-- steps that have ended; position is that in the plan
CREATE TABLE run_step (
  run TEXT NOT NULL,
  step INTEGER NOT NULL,
  state TEXT NOT NULL,
  result TEXT,
  -- JSON: the rest of the step's record
  record TEXT NOT NULL,
  PRIMARY KEY (run, step)
) WITHOUT ROWID;

-- results by key, shared by all runs; kind: json, text, table, lazy
CREATE TABLE step_result (
  key TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;

-- effects that have happened: one row a write of a step, made in the transaction of the effect
CREATE TABLE run_effect (
  run TEXT NOT NULL,
  path TEXT NOT NULL,
  n INTEGER NOT NULL,
  result TEXT NOT NULL,
  PRIMARY KEY (run, path, n)
) WITHOUT ROWID;
`;

const second = `
-- JSON: where the run is asked to end, its breakpoints, what was let through
ALTER TABLE run ADD COLUMN control TEXT;
-- JSON: where it comes from, for a run out of a file
ALTER TABLE run ADD COLUMN imported TEXT;
CREATE INDEX run_by_name ON run (name, id) WHERE parent IS NULL;

-- the run that made the result
ALTER TABLE step_result ADD COLUMN run TEXT;

-- JSON: what stood for the values that the step read, and stands for what it yields, in the keys of results
ALTER TABLE run_step ADD COLUMN identity TEXT;

-- what happened in a run, in order
CREATE TABLE run_event (
  run TEXT NOT NULL,
  seq INTEGER NOT NULL,
  event TEXT NOT NULL,
  PRIMARY KEY (run, seq)
) WITHOUT ROWID;

-- values that a person put in the place of a result ('' as input) or of a value that a step reads
CREATE TABLE run_edit (
  run TEXT NOT NULL,
  step TEXT NOT NULL,
  input TEXT NOT NULL,
  result TEXT NOT NULL,
  edited_by TEXT NOT NULL,
  time TEXT NOT NULL,
  PRIMARY KEY (run, step, input)
) WITHOUT ROWID;
`;

const third = `
-- when results of the run were let go; a run that keeps its results whatever the rule: 'pinned', 'shared'
ALTER TABLE run ADD COLUMN let_go TEXT;
ALTER TABLE run ADD COLUMN pinned TEXT;

-- stored tables whose files are to be removed: their rows are gone already
CREATE TABLE result_dropped (
  key TEXT PRIMARY KEY
) WITHOUT ROWID;

-- JSON: which runs keep their results
CREATE TABLE run_retention (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  rule TEXT NOT NULL
);
`;

const fourth = `
-- what happened in a run, in order: JSON of the events that were written at once; seq is the number of the first
CREATE TABLE run_events (
  run TEXT NOT NULL,
  seq INTEGER NOT NULL,
  events TEXT NOT NULL,
  PRIMARY KEY (run, seq)
) WITHOUT ROWID;
INSERT INTO run_events (run, seq, events) SELECT run, seq, '[' || event || ']' FROM run_event ORDER BY run, seq;
DROP TABLE run_event;
`;

export const runsMigrations: readonly AreaMigrations[] = [
  { area: 'runs', in: 'project', steps: [first, second, third, fourth] },
];
