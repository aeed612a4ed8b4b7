/** Whether services that stay could go on with the tables that a deployment makes. */
import type { MigrationPlan } from '../models/plan.ts';
import { fieldType, indexText, isOptional, type ModelShape } from '../models/shape.ts';
import type { Live } from './services.ts';

/** @param others services of the project that are not replaced */
export function conflictOf(
  models: readonly ModelShape[],
  others: readonly Live[],
): MigrationPlan['obstacles'][number] | undefined {
  for (const { info, unit } of others)
    for (const theirs of unit.models) {
      const ours = models.find(({ table }) => table === theirs.table);
      if (ours === undefined) continue;
      const lost = theirs.fields.find((field) => {
        const same = ours.fields.find(({ name }) => name === field.name);
        return same === undefined || fieldType(same) !== fieldType(field);
      });
      const asked = ours.fields.find(
        ({ name, type }) => !isOptional(type) && !theirs.fields.some((field) => field.name === name),
      );
      const field = lost ?? asked;
      if (field !== undefined)
        return {
          table: ours.table,
          field: field.name,
          what: `The service ${info.name} needs ${ours.table}.${field.name} ${lost === undefined ? 'to stay optional' : `as ${fieldType(field)}`}.`,
          hint: `Deploy ${info.name} with the same model together with this one, or undeploy it.`,
        };
      if (ours.indexes === undefined) continue;
      const [mine, other] = [ours.indexes, theirs.indexes ?? []].map((all) => new Set(all.map(indexText)));
      // Its searches would become slow, or what it writes would be refused.
      const gone = [...other!].find((one) => !mine!.has(one));
      const narrow = ours.indexes
        .filter(({ unique }) => unique)
        .map(indexText)
        .find((one) => !other!.has(one));
      if (gone !== undefined || narrow !== undefined)
        return {
          table: ours.table,
          what:
            gone === undefined
              ? `The service ${info.name} writes rows of ${ours.table} that may be the same on ${narrow}.`
              : `The service ${info.name} needs the index of ${ours.table} on ${gone}.`,
          hint: `Deploy ${info.name} with the same model together with this one, or undeploy it.`,
        };
    }
  return undefined;
}
