/** `voike deploy`, `voike services …` */
import type { Where } from '../connection.ts';
import { EXIT } from '../exit.ts';
import { count, note, print, printJson, textTable } from '../print.ts';
import { readSource } from '../sources.ts';
import { withConnection } from './runs.ts';

type Options = Where & {
  json?: boolean;
  service?: string;
  grant?: string[];
  yes?: boolean;
  plan?: boolean;
  limit?: number;
};

/** Deploys what a program has; says what would be lost, and does it only with `--yes`. */
export const deployCommand = async (file: string, options: Options): Promise<number> => {
  const { name, text } = await readSource(file);
  return withConnection(options, async (connection) => {
    const program = {
      source: text,
      ...(file === '-' ? {} : { file: name }),
      ...(options.service === undefined ? {} : { name: options.service }),
      grants: options.grant ?? [],
    };
    const plan = await connection.call('service.plan', program);
    const [obstacle] = plan.migration.obstacles;
    const open =
      obstacle !== undefined || plan.needs.length > 0 || (plan.migration.loses.length > 0 && options.yes !== true);
    if (options.plan === true) {
      if (options.json) printJson(plan);
      else {
        for (const { what } of plan.migration.changes) print(what);
        for (const { what, hint } of plan.migration.obstacles) print(`Not possible: ${what} ${hint}`);
        if (plan.needs.length > 0) print(`Needs ${plan.needs.map((one) => `--grant ${one}`).join(' ')}`);
        for (const service of plan.services)
          print(`${service.name} version ${service.version}: ${count(service.routes.length)} routes`);
      }
      return open ? EXIT.failed : EXIT.ok;
    }
    const done = await connection.call('service.deploy', {
      ...program,
      lose: options.yes === true ? plan.migration.loses : [],
    });
    if (options.json) {
      printJson(done);
      return EXIT.ok;
    }
    for (const { what } of done.migration.changes) note(what);
    for (const { name: service, version, url, routes } of done.services) {
      print(`${service} version ${version} answers at ${url}`);
      for (const route of routes) print(`  ${route.method.padEnd(6)} ${route.path}${route.public ? '  [public]' : ''}`);
    }
    if (done.services.some(({ routes }) => routes.some((route) => !route.public)))
      note('Routes that are not public need a key of the project: `voike keys create` makes one.');
    return EXIT.ok;
  });
};

export const listServices = (options: Options): Promise<number> =>
  withConnection(options, async (connection) => {
    const { services, rates } = await connection.call('service.list', {});
    if (options.json) printJson({ services, rates });
    else if (services.length === 0)
      note('The project has no services yet. `voike deploy FILE` deploys those of a program.');
    else
      print(
        textTable(
          [
            { name: 'SERVICE' },
            { name: 'VERSION', right: true },
            { name: 'ROUTES', right: true },
            { name: 'REQUESTS', right: true },
            { name: 'URL' },
          ],
          services.map(({ name, version, routes, url }) => [
            name,
            count(version),
            count(routes.length),
            count(rates.find(({ service }) => service === name)?.requests ?? 0),
            url,
          ]),
        ),
      );
    return EXIT.ok;
  });

export const showService = (name: string, options: Options): Promise<number> =>
  withConnection(options, async (connection) => {
    const service = await connection.call('service.get', { name });
    if (options.json) printJson(service);
    else {
      print(
        `${service.name} version ${service.version}, of ${service.file ?? service.program}, since ${service.deployedAt}`,
      );
      print(`at ${service.url}`);
      for (const { method, path, parameters, result, roles, public: open } of service.routes) {
        const takes = parameters.map((one) => `${one.name}: ${one.type}`).join(', ');
        const who = open ? 'public' : roles.map((group) => group.join(' or ')).join(' and ');
        print(`  ${method.padEnd(6)} ${path} (${takes}) -> ${result}${who === '' ? '' : `  [${who}]`}`);
      }
    }
    return EXIT.ok;
  });

export const undeployService = (name: string, options: Options): Promise<number> =>
  withConnection(options, async (connection) => {
    const { undeployed } = await connection.call('service.undeploy', { name });
    if (options.json) printJson({ undeployed });
    else note(`${undeployed} no longer answers. Its tables stay.`);
    return EXIT.ok;
  });

export const serviceRequests = (service: string | undefined, options: Options): Promise<number> =>
  withConnection(options, async (connection) => {
    const found = await connection.call('service.requests', {
      ...(service === undefined ? {} : { service }),
      limit: options.limit ?? 20,
    });
    if (options.json) printJson(found);
    else if (found.requests.length === 0) note('There were no requests since the node started.');
    else
      print(
        textTable(
          [
            { name: 'TIME' },
            { name: 'SERVICE' },
            { name: 'REQUEST' },
            { name: 'STATUS', right: true },
            { name: 'MS', right: true },
            { name: 'CALLER' },
            { name: 'WHY' },
          ],
          found.requests.map((one) => [
            one.time,
            one.service,
            // The service has a column of its own, and the project is the same of all.
            `${one.method} ${one.path.replace(/^\/s\/[^/]+\/[^/]+(?=\/)/, '')}`,
            String(one.status),
            one.ms.toFixed(1),
            one.actor,
            one.problem ?? '',
          ]),
        ),
      );
    return EXIT.ok;
  });
