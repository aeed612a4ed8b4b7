/** How the shell reaches the network: as the system says, directly, or by a server that the person names. */
import type { ProxyConfig } from 'electron';
import type { ShellSettings } from './settings.ts';

/** Loopback never goes through a proxy: the node listens there. */
const NEVER = '<local>;127.0.0.1;[::1];localhost';

export function proxyOf(settings: ShellSettings): ProxyConfig {
  const server = settings['network.proxyServer'].trim();
  switch (settings['network.proxy']) {
    case 'none':
      return { mode: 'direct' };
    case 'server':
      // Without a server there is nothing to go through; the person is still typing it.
      if (server === '') return { mode: 'system' };
      return {
        mode: 'fixed_servers',
        proxyRules: server,
        proxyBypassRules: [NEVER, settings['network.proxyBypass'].trim()].filter((part) => part !== '').join(';'),
      };
    default:
      return { mode: 'system' };
  }
}
