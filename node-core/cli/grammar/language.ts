/** The grammar of what is done with FLOW text alone: check, fmt, debug, lsp, plan. */
import { collect, examples, type Grammar } from './grammar.ts';

const LSP_HELP = `
Editors start it by themselves for files that end in .flow, plans and programs alike:
  Neovim   vim.filetype.add({ extension = { flow = 'flow' } })
           vim.lsp.config('voike', { cmd = { 'voike', 'lsp' }, filetypes = { 'flow' } })
           vim.lsp.enable('voike')
  Helix    in languages.toml
           [language-server.voike]
           command = "voike"
           args = ["lsp"]
           [[language]]
           name = "flow"
           scope = "source.flow"
           file-types = ["flow"]
           comment-token = "#"
           language-servers = ["voike"]
  Emacs    (add-to-list 'auto-mode-alist '("\\\\.flow\\\\'" . prog-mode))
           (with-eval-after-load 'eglot
             (add-to-list 'eglot-server-programs '(prog-mode "voike" "lsp")))
  Others   any client of the Language Server Protocol: the command is voike lsp, on stdin and stdout`;

/** Adds check, fmt, debug, lsp and plan to the program. */
export function addLanguageCommands({ program, run, reaching, mayReach, version }: Grammar): void {
  program
    .command('check')
    .argument('<file...>', 'FLOW files; - is stdin')
    .description('Check FLOW files: syntax, names, types. Needs no node.')
    .option('--json', 'an array of { file, ok, diagnostics }')
    .addHelpText('after', examples('voike check flows/*.flow', 'voike check plan.flow --json'))
    .action(run(async () => (await import('../commands/check.ts')).checkCommand));

  program
    .command('fmt')
    .argument('<file...>', 'FLOW files; - is stdin')
    .description('Format FLOW files in place.')
    .option('--check', 'change nothing; exit with 1 when a file would change')
    .option('--stdout', 'write the result to stdout instead of the file')
    .option('--json', 'an array of { file, changed }')
    .addHelpText('after', examples('voike fmt plan.flow', 'voike fmt --check flows/*.flow'))
    .action(run(async () => (await import('../commands/fmt.ts')).fmtCommand));

  // It talks for as long as a person does; the workbench has a view for that.
  if (mayReach)
    reaching(program.command('debug'))
      .argument('<file>', 'a FLOW program, VASM text or binary')
      .argument('<call...>', 'the function to call and its arguments')
      .option('--break <line>', 'stop there as well', collect, [])
      .option(
        '--grant <capability>',
        'let it use this, as log, and nothing else; else what was decided, or it asks',
        collect,
        [],
      )
      .description('Call a function step by step: it stands before its first line. Type h for what can be done.')
      .addHelpText(
        'after',
        examples('voike debug program.flow fib 10', "printf 'c\\np n\\n' | voike debug program.flow fib 10 --break 3"),
      )
      .action(run(async () => (await import('../commands/debug-program.ts')).debugCommand));

  // It speaks on stdin and stdout for as long as an editor does: nothing for a prompt inside of the workbench.
  if (mayReach)
    program
      .command('lsp')
      .description(
        'The language service for other editors: a server of the Language Server Protocol on stdin and stdout.',
      )
      .option('--stdio', 'what it does anyway; some editors say it')
      .addHelpText('after', LSP_HELP)
      .action(run(async () => (await import('../commands/lsp.ts')).lspCommand.bind(undefined, version)));

  program
    .command('plan')
    .argument('<file>', 'a FLOW file; - is stdin')
    .description('Show the steps that a FLOW file becomes. Needs no node.')
    .option('--json', 'the graph as JSON')
    .addHelpText('after', examples('voike plan plan.flow', 'voike plan plan.flow --json'))
    .action(run(async () => (await import('../commands/plan.ts')).planCommand));
}
