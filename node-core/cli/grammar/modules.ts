/** The grammar of modules: vasm, wasi. */
import { Option } from 'commander';
import { collect, examples, type Grammar, positive } from './grammar.ts';

/** Adds vasm and wasi to the program. */
export function addModuleCommands({ program, run, reaching }: Grammar): void {
  const vasm = program.command('vasm').description('VASM, the portable form of programs: text and binary.');
  vasm
    .command('asm')
    .argument('<file>', 'VASM text; - is stdin')
    .description('Make the binary of a VASM text, once the verifier takes it. Needs no node.')
    .option('-o, --output <file>', 'the file (default: FILE.bin); - is stdout')
    .option('--strip', 'without what tells where the code came from')
    .option('--json', '{ file, ok, output, id, bytes, diagnostics }')
    .addHelpText('after', examples('voike vasm asm fib.vasm', 'voike vasm asm fib.vasm -o out/fib.vasm.bin --strip'))
    .action(run(async () => (await import('../commands/vasm.ts')).assembleCommand));
  vasm
    .command('dis')
    .argument('<file>', 'a VASM binary, or a text; - is stdin')
    .description('Write a module as VASM text, in its one form. Needs no node.')
    .option('-o, --output <file>', 'the file; one that is there is replaced')
    .addHelpText('after', examples('voike vasm dis fib.vasm.bin', 'voike vasm dis untidy.vasm -o tidy.vasm'))
    .action(run(async () => (await import('../commands/vasm.ts')).disassembleCommand));
  vasm
    .command('verify')
    .argument('<file...>', 'VASM texts or binaries; - is stdin')
    .description('Prove that modules can be run safely: types, stack, jumps, capabilities, limits. Needs no node.')
    .option('--json', 'an array of { file, ok, id, diagnostics }')
    .addHelpText('after', examples('voike vasm verify fib.vasm', 'voike vasm verify *.vasm.bin --json'))
    .action(run(async () => (await import('../commands/vasm.ts')).verifyCommand));

  reaching(vasm.command('run'))
    .argument('<file>', 'VASM text or binary; - is stdin')
    .argument('<func>', 'a function that it exports')
    .argument('[arg...]', 'as the types of its parameters ask: text for a String, JSON for a List, Map or model, none')
    .description('Call a function of a module, within its fuel, time and memory, with nothing that was not granted.')
    .addOption(new Option('--fuel <n>', 'instructions at most (default: 10000000000)').argParser(positive))
    .addOption(new Option('--time <ms>', 'milliseconds at most (default: 30000)').argParser(positive))
    .addOption(new Option('--engine <engine>', 'wasm is faster for long work').choices(['interpreter', 'wasm']))
    .option(
      '--grant <capability>',
      'let it use this, as log, and nothing else; else what was decided, or it asks',
      collect,
      [],
    )
    .addHelpText(
      'after',
      examples(
        'voike vasm run fib.vasm fib 30',
        'voike vasm run abs.vasm abs -- -5',
        'voike vasm run hello.vasm main --grant log --json',
      ),
    )
    .action(run(async () => (await import('../commands/vasm-run.ts')).runModule));

  const wasi = program.command('wasi').description('WebAssembly modules of others, run as jobs.');
  reaching(wasi.command('run'))
    .argument('<file>', 'a WebAssembly module, as compilers make it for wasm32-wasip1; - is stdin')
    .argument('[arg...]', 'its arguments')
    .description('Run a module with its arguments and the files that are named, and with nothing that was not granted.')
    .option('--file <path=file>', 'let it read this file, under this path', collect, [])
    .option('--env <name=value>', 'set a variable of its environment', collect, [])
    .option('--stdin <file>', 'what it reads as stdin; - is stdin')
    .option('--grant <capability>', 'let it use time or random; else what was decided', collect)
    .addOption(new Option('--time <ms>', 'milliseconds at most (default: 30000)').argParser(positive))
    .addHelpText(
      'after',
      examples(
        'voike wasi run sort.wasm --stdin names.txt -- -r',
        'voike wasi run count.wasm data/rows.csv --file data/rows.csv=rows.csv --grant time',
      ),
    )
    .action(run(async () => (await import('../commands/wasi.ts')).runWasi));
}
