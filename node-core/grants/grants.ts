/**
 * What a person decided about a module and a capability, for good: always or never. It is about the very module, by its id; a new
 * version of it from the same place (`origin`) is asked about only for what is new.
 */
import { Problem } from '../errors/problem.ts';
import type { EventHub } from '../operations/events.ts';
import type { Project } from '../projects/project.ts';
import { capabilityWords, type Decisions } from '../vasm/capability.ts';
import type { Grant } from './schema.ts';

export interface DecidedModule {
  id: string;
  name: string;
  version: string;
}

export interface Grants {
  /** What was decided about this module, or about an earlier one from the same place; of the module itself counts first, then the latest. */
  decided(project: Project, module: { id: string }, origin?: string): { granted: string[]; denied: string[] };
  /** By module, then by capability; all when neither `module` (id) nor `origin` is given. */
  list(project: Project, of?: { module?: string; origin?: string }): Grant[];
  set(
    project: Project,
    input: { module: DecidedModule; origin?: string; decisions: { capability: string; decision: Grant['decision'] }[] },
    actor: string,
  ): Promise<Grant[]>;
  /**
   * From then on it is asked about again; all capabilities of the module when none is named. Also forgets what was decided about
   * earlier versions from the same place. @throws Problem `grant-not-found`
   */
  forget(project: Project, input: { module: string; capability?: string }, actor: string): Promise<Grant[]>;
}

interface Row {
  seq: number;
  module: string;
  name: string;
  version: string;
  origin: string | null;
  capability: string;
  decision: Grant['decision'];
  actor: string;
  time: string;
}

const ofRow = ({ module: id, name, version, origin, capability, decision, actor, time }: Row): Grant => ({
  module: { id, name, version },
  ...(origin === null ? {} : { origin }),
  capability,
  decision,
  words: capabilityWords(capability),
  actor,
  time,
});

export function createGrants({ events }: { events: EventHub }): Grants {
  const changed = (project: Project, modules: Iterable<string>): void => {
    for (const module of new Set(modules)) events.publish(project.id, { type: 'grants.changed', module });
  };

  return {
    decided(project, { id }, origin) {
      const rows = project.db
        .prepare<[string, string | null], Row>(
          'SELECT * FROM voike_grants WHERE module = ? OR origin = ? ORDER BY seq DESC',
        )
        .all(id, origin ?? null);
      const decisions = new Map<string, Grant['decision']>();
      for (const own of [true, false])
        for (const { module, capability, decision } of rows)
          if ((module === id) === own && !decisions.has(capability)) decisions.set(capability, decision);
      const those = (wanted: Grant['decision']): string[] =>
        [...decisions].filter(([, decision]) => decision === wanted).map(([capability]) => capability);
      return { granted: those('always').sort(), denied: those('never').sort() } satisfies Decisions;
    },

    list(project, { module, origin } = {}) {
      const all = module === undefined && origin === undefined;
      return project.db
        .prepare<[number, string | null, string | null], Row>(
          'SELECT * FROM voike_grants WHERE ? OR module = ? OR origin = ? ORDER BY name, module, capability',
        )
        .all(all ? 1 : 0, module ?? null, origin ?? null)
        .map(ofRow);
    },

    async set(project, { module, origin, decisions }, actor) {
      const set = await project.write((tx) => {
        const time = new Date().toISOString();
        const insert = tx.db.prepare(
          'INSERT OR REPLACE INTO voike_grants (module, name, version, origin, capability, decision, actor, time) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
        );
        for (const { capability, decision } of decisions) {
          insert.run(module.id, module.name, module.version, origin ?? null, capability, decision, actor, time);
          const where = origin === undefined ? {} : { origin };
          tx.append('grant.set', { module: { ...module }, ...where, capability, decision }, { actor });
        }
        return decisions.map(({ capability, decision }): Grant => ({
          module,
          ...(origin === undefined ? {} : { origin }),
          capability,
          decision,
          words: capabilityWords(capability),
          actor,
          time,
        }));
      });
      changed(project, [module.id]);
      return set;
    },

    async forget(project, { module, capability }, actor) {
      const gone = await project.write((tx) => {
        const rows = tx.db
          .prepare<[string, string, string | null, string | null], Row>(
            `SELECT * FROM voike_grants
             WHERE (module = ? OR origin IN (SELECT origin FROM voike_grants WHERE module = ?)) AND (? IS NULL OR capability = ?)
             ORDER BY capability, seq`,
          )
          .all(module, module, capability ?? null, capability ?? null);
        if (rows.length === 0)
          throw new Problem(
            'grant-not-found',
            `Nothing was decided about ${capability ?? 'the capabilities'} of this module.`,
            { status: 404, hint: '`voike grants list` shows what was decided.' },
          );
        const remove = tx.db.prepare('DELETE FROM voike_grants WHERE seq = ?');
        for (const row of rows) {
          remove.run(row.seq);
          const { id, name, version } = ofRow(row).module;
          tx.append('grant.forget', { module: { id, name, version }, capability: row.capability }, { actor });
        }
        return rows;
      });
      changed(
        project,
        gone.map((row) => row.module),
      );
      return gone.map(ofRow);
    },
  };
}
