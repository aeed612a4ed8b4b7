/** Sources as plans: checked against what the node can do, and made ready to run once a source. */
import { hash as digest } from 'node:crypto';
import { Problem } from '../errors/problem.ts';
import { check } from '../flow/plan/check.ts';
import type { Environment, OperationInfo } from '../flow/plan/environment.ts';
import type { Registry } from '../operations/registry.ts';
import { preparePlan, type PreparedPlan } from './prepare.ts';
import type { CheckedPlan } from './service.ts';

const MOST_PLANS = 200;

export interface PlanReader {
  /** The node's operations, as the checker sees them. */
  operationInfos(): OperationInfo[];
  /** @throws Problem `flow-has-errors` with `diagnostics` */
  checked(source: string, environment: Environment): CheckedPlan;
  /** Ready to run; remembered. @throws Problem `flow-has-errors` */
  prepared(source: string): { plan: PreparedPlan; sourceHash: string };
}

export function createPlanReader(registry: () => Registry | undefined): PlanReader {
  const plans = new Map<string, { plan: PreparedPlan; sourceHash: string }>();
  let infos: { of: Registry; list: OperationInfo[] } | undefined;
  function operationInfos(): OperationInfo[] {
    const now = registry();
    if (!now) return [];
    if (infos?.of !== now) {
      infos = {
        of: now,
        list: now
          .list()
          .map(
            ({ name, summary, effect, input, output, capability }) =>
              ({ name, summary, effect, input, output, capability }) as unknown as OperationInfo,
          ),
      };
    }
    return infos.list;
  }

  function checked(source: string, environment: Environment): CheckedPlan {
    const { graph, diagnostics } = check(source, environment);
    const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
    if (errors.length > 0 || !graph) {
      const first = errors[0];
      throw new Problem('flow-has-errors', first ? first.message : 'This is not a FLOW plan.', {
        status: 422,
        hint: errors.length > 1 ? `There are ${errors.length} errors; this is the first.` : 'Mend it and try again.',
        more: { diagnostics },
        ...(first ? { range: first.range } : {}),
      });
    }
    return { graph, diagnostics };
  }

  function prepared(source: string): { plan: PreparedPlan; sourceHash: string } {
    let found = plans.get(source);
    if (!found) {
      // Without the project's tables: what a plan does must not depend on when it was first read.
      const { graph } = checked(source, { operations: operationInfos() });
      found = { plan: preparePlan(graph), sourceHash: digest('sha256', source, 'hex') };
      if (plans.size >= MOST_PLANS) plans.delete(plans.keys().next().value!);
      plans.set(source, found);
    }
    return found;
  }

  return { operationInfos, checked, prepared };
}
