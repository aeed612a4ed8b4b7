/** Deploying the services of a program: first what it would do, then, once a person has agreed, the thing itself. */
import { create } from 'zustand';
import type { ProblemDocument } from '../../node-core/errors/problem.ts';
import type { ServiceInfo } from '../../node-core/services/schema.ts';
import { count } from '../ui/format.ts';
import { problemOf } from '../ui/problem.ts';
import { toast, toastProblem } from '../ui/toasts.ts';
import { client, onNodeLeft } from './connection.ts';
import { activeDocument, type FlowDocument } from './documents.ts';
import { useLayout } from './layout.ts';
import { leadToMistake } from './mistakes.ts';
import { goodOf, whenRead } from './program.ts';

export interface DeployPlan {
  services: ServiceInfo[];
  migration: {
    changes: { table: string; field?: string; kind: string; what: string; lost: number }[];
    /** Fields as table.field that lose values, and that nobody agreed to lose. */
    loses: string[];
    obstacles: { table: string; field?: string; what: string; hint: string }[];
  };
  capabilities: string[];
  /** What must still be granted. */
  needs: string[];
}

export interface Deploying {
  documentId: string;
  name: string;
  source: string;
  plan: DeployPlan;
  busy: boolean;
  problem: ProblemDocument | undefined;
}

export const useDeploying = create<{ deploying: Deploying | undefined }>()(() => ({ deploying: undefined }));
onNodeLeft(() => useDeploying.setState({ deploying: undefined }));

/** The service that the Services area shows. */
export const useShownService = create<{ name: string | undefined }>()(() => ({ name: undefined }));
onNodeLeft(() => useShownService.setState({ name: undefined }));

/** Has the program services? */
export const hasServices = (document: FlowDocument | undefined): boolean =>
  document !== undefined && (goodOf(document.id)?.services.length ?? 0) > 0;

/** Asks the node what deploying would do, and shows it. */
export async function planDeployment(document = activeDocument()): Promise<void> {
  if (document === undefined) return;
  await whenRead(document);
  if (leadToMistake(document)) return;
  const { id: documentId, name, text: source } = document;
  try {
    const plan = await client().call<DeployPlan>('service.plan', { source, file: name });
    useDeploying.setState({ deploying: { documentId, name, source, plan, busy: false, problem: undefined } });
  } catch (thrown) {
    toastProblem(thrown);
  }
}

export function cancelDeployment(): void {
  useDeploying.setState({ deploying: undefined });
}

/** @param lose fields whose values may go, @param grants what it may use: both as the person agreed to them */
export async function deploy(lose: readonly string[], grants: readonly string[]): Promise<void> {
  const { deploying } = useDeploying.getState();
  if (deploying === undefined || deploying.busy) return;
  useDeploying.setState({ deploying: { ...deploying, busy: true, problem: undefined } });
  try {
    const { services } = await client().call<DeployPlan>('service.deploy', {
      source: deploying.source,
      file: deploying.name,
      lose,
      grants,
    });
    cancelDeployment();
    useShownService.setState({ name: services[0]?.name });
    useLayout.getState().showArea('services');
    toast({
      tone: 'done',
      text: `${services.map(({ name }) => name).join(', ')} ${services.length === 1 ? 'answers' : 'answer'} now: ${count(
        services.reduce((sum, { routes }) => sum + routes.length, 0),
        'route',
      )}.`,
    });
  } catch (thrown) {
    const now = useDeploying.getState().deploying;
    if (now !== undefined) useDeploying.setState({ deploying: { ...now, busy: false, problem: problemOf(thrown) } });
  }
}
