/** What anybody may know of a node: that it lives, and what it is. */
import { Type } from 'typebox';
import { operation } from '../operations/operation.ts';

export interface HealthServices {
  version: string;
  nodeId: string;
  startedAt: Date;
  /** Names of the areas that this node has. */
  areas: () => string[];
}

export function healthOperations(services: HealthServices) {
  return {
    'node.health': operation({
      summary: 'Says that the node is up.',
      http: { method: 'GET', path: '/health' },
      access: 'public',
      capability: 'node.read',
      effect: 'read',
      input: Type.Object({}),
      output: Type.Object({
        status: Type.Literal('ok'),
        uptimeMs: Type.Integer({ description: 'Milliseconds since the node was opened' }),
      }),
      handler: () => ({ status: 'ok' as const, uptimeMs: Date.now() - services.startedAt.getTime() }),
    }),
    'node.info': operation({
      summary: 'Says what this node is and has.',
      http: { method: 'GET', path: '/info' },
      access: 'public',
      capability: 'node.read',
      effect: 'read',
      input: Type.Object({}),
      output: Type.Object({
        name: Type.String(),
        version: Type.String(),
        nodeId: Type.String({ description: 'UUIDv7, made at the first start' }),
        startedAt: Type.String({ description: 'ISO 8601 UTC' }),
        platform: Type.String(),
        runtime: Type.String({ description: 'Version of Node.js' }),
        areas: Type.Array(Type.String(), { description: 'What it has; an area that is not here has no routes' }),
      }),
      handler: () => ({
        name: 'VOIKE',
        version: services.version,
        nodeId: services.nodeId,
        startedAt: services.startedAt.toISOString(),
        platform: `${process.platform}-${process.arch}`,
        runtime: process.versions.node,
        areas: services.areas(),
      }),
    }),
  };
}
