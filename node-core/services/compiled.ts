/** A program that may be deployed: its module, models and services, checked. */
import { Problem } from '../errors/problem.ts';
import { compileProgram } from '../flow/program/compile.ts';
import { notCompiled } from '../flow/program/not-compiled.ts';
import type { CompiledParam, CompiledRoute, CompiledService } from '../flow/program/described.ts';
import { moduleId } from '../vasm/binary/id.ts';
import { hostFunction } from '../vasm/host.ts';
import type { Module } from '../vasm/module.ts';
import type { ModelShape } from '../models/shape.ts';

export type { CompiledParam, CompiledRoute, CompiledService };

export interface CompiledUnit {
  module: Module;
  moduleId: string;
  /** Those that `db.…` names: they have tables. */
  models: ModelShape[];
  services: CompiledService[];
}

/** @throws Problem `flow-has-errors`, `service-without-service`, `service-contradiction` */
export function compileUnit(source: string, program: string, file?: string): CompiledUnit {
  const { module, models, services, diagnostics } = compileProgram(source, program, file);
  if (module === undefined) throw notCompiled(diagnostics);
  for (const { name, routes, public: open, roles } of services)
    for (const route of routes)
      if ((open || route.public) && (roles.length > 0 || route.roles.length > 0))
        throw new Problem(
          'service-contradiction',
          `${name}: ${route.method} ${route.path} is public, and asks for a role.`,
          {
            status: 422,
            hint: 'Leave out @public, or @roles and @use.',
          },
        );
  return { module, moduleId: moduleId(module), models: models.filter(({ stored }) => stored), services };
}

/** What the functions that are called from this one need of the host, by right. */
export function rightsOf(module: Module, func: string): Set<string> {
  const rights = new Set<string>();
  const seen = new Set<number>();
  const waiting = [module.functions.findIndex(({ name }) => name === func)];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    for (const instruction of module.functions[at]?.code ?? []) {
      if (instruction.op === 'CALL') waiting.push(instruction.func);
      else if (instruction.op === 'HOST') {
        const { capability } = hostFunction(instruction.name) ?? {};
        if (capability !== undefined) rights.add(capability);
      }
    }
  }
  return rights;
}

/** Rights whose use is undone, or does not matter when it is done again. */
const UNDONE = new Set(['db.read', 'db.write', 'log', 'time', 'random']);

export const hasOtherEffects = (module: Module, { routes }: CompiledService): boolean =>
  routes.some(({ func }) => [...rightsOf(module, func)].some((right) => !UNDONE.has(right)));

/** Grants for what the program may do with its own models: whoever deploys it has agreed to that. */
export const ownGrants = ({ module, models }: Pick<CompiledUnit, 'module' | 'models'>): string[] =>
  module.capabilities.filter((one) => {
    const [right, table] = one.split(':') as [string, string?];
    return (
      ['db.read', 'db.write'].includes(right) && (table === undefined || models.some((model) => model.table === table))
    );
  });
