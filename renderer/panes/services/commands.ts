/** Commands about services. */
import type { Command } from '../../state/commands.ts';
import { hasServices, planDeployment } from '../../state/deploy.ts';
import { activeDocument } from '../../state/documents.ts';
import { useLayout } from '../../state/layout.ts';

export const servicesCommands: Command[] = [
  { id: 'view.services', title: 'Show Services', run: () => useLayout.getState().showArea('services') },
  {
    id: 'service.deploy',
    title: 'Deploy the services of this program…',
    run: () => void planDeployment(),
    when: () => hasServices(activeDocument()),
  },
];
