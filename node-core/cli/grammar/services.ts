/** The grammar of services and what programs may do: deploy, services, grants. */
import { Option } from 'commander';
import { collect, examples, type Grammar, positive } from './grammar.ts';

/** Adds deploy, services and grants to the program. */
export function addServiceCommands({ program, run, reaching }: Grammar): void {
  reaching(program.command('deploy'))
    .argument('<file>', 'a FLOW program; - is stdin')
    .option('--service <name>', 'only this service of it')
    .option('--grant <capability>', 'let it use this, as log; its own models it may use anyhow', collect, [])
    .option('--plan', 'say what would happen to services and tables, and do nothing')
    .option('--yes', 'also when values of models are lost by it')
    .description('Deploy the services of a program: models become tables, routes answer at /s/<project>/<service>/.')
    .addHelpText('after', examples('voike deploy users.flow --plan', 'voike deploy users.flow'))
    .action(run(async () => (await import('../commands/services.ts')).deployCommand));

  const services = program.command('services').description('Look at deployed services.');
  reaching(services.command('list', { isDefault: true }))
    .description('The services of the project.')
    .action(run(async () => (await import('../commands/services.ts')).listServices));
  reaching(services.command('show'))
    .argument('<service>')
    .description('A service with its routes.')
    .action(run(async () => (await import('../commands/services.ts')).showService));
  reaching(services.command('requests'))
    .argument('[service]')
    .addOption(new Option('--limit <n>', 'how many (default: 20)').argParser(positive))
    .description('The latest requests, the newest first.')
    .action(run(async () => (await import('../commands/services.ts')).serviceRequests));
  reaching(services.command('undeploy'))
    .argument('<service>')
    .description('Take a service away; its tables stay.')
    .action(run(async () => (await import('../commands/services.ts')).undeployService));

  const grants = program.command('grants').description('What programs may do, as somebody decided.');
  reaching(grants.command('list', { isDefault: true }))
    .argument('[file]', 'only what was decided about this program')
    .description('What was decided.')
    .action(run(async () => (await import('../commands/grants.ts')).listGrants));
  reaching(grants.command('set'))
    .argument('<file>', 'a program, or a VASM module')
    .argument('[capability...]', 'as log or db.write:orders; all that it declares when left out')
    .option('--always', 'it may, from now on, and so may its next versions from the same file')
    .option('--never', 'it may not, and is not asked about')
    .description('Decide what a program may do.')
    .addHelpText(
      'after',
      examples('voike grants set orders.flow --always', 'voike grants set orders.flow http.fetch --never'),
    )
    .action(run(async () => (await import('../commands/grants.ts')).setGrants));
  reaching(grants.command('forget'))
    .argument('<program>', 'its file, or its id')
    .argument('[capability]', 'this one only')
    .description('Forget what was decided, so that it is asked about again.')
    .addHelpText('after', examples('voike grants forget orders.flow', 'voike grants forget orders.flow http.fetch'))
    .action(run(async () => (await import('../commands/grants.ts')).forgetGrants));
}
