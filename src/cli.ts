import { CommanderError } from 'commander';
import { type Adapters, realAdapters } from './cli/adapters.ts';
import { invocationOf, problemAsInvoked, wordsOf } from './cli/as-invoked.ts';
import { type CommandParts, type Execute, journalPath } from './cli/command.ts';
import { type Flags, programOf } from './cli/flags.ts';
import type { Terminal } from './cli/open-front-end.ts';
import { stopOnSignals } from './cli/signals.ts';
import { frontEndFor } from './cli/terminal.ts';
import { programVersion } from './cli/world.ts';
import { holdsPassword } from './config/database-url.ts';
import type { CommandName, Told } from './domain/events.ts';
import { type ExitCode, exitCodes, type Problem } from './domain/problem.ts';
import { quoted } from './domain/show-change.ts';
import { bugProblem, problemsOf } from './engine/faults.ts';
import { Interrupted } from './engine/interrupted.ts';
import { Teller } from './engine/tell.ts';
import { jsonFrontEnd } from './headless/json.ts';
import { problemLines } from './headless/problem-text.ts';

/** Loaded when they are asked for: `--help` needs none of them. */
const commands: Readonly<Record<CommandName, () => Promise<Execute>>> = {
  run: async () => (await import('./cli/run.ts')).run,
  plan: async () => (await import('./cli/plan.ts')).plan,
  status: async () => (await import('./cli/status.ts')).status,
  validate: async () => (await import('./cli/validate.ts')).validate,
  doctor: async () => (await import('./cli/doctor.ts')).doctor,
  init: async () => (await import('./cli/init.ts')).init,
  unlock: async () => (await import('./cli/unlock.ts')).unlock,
  restore: async () => (await import('./cli/restore.ts')).restore,
  token: async () => (await import('./cli/token.ts')).token,
  docs: async () => (await import('./cli/docs.ts')).docs,
  probe: async () => (await import('./cli/probe.ts')).probe,
  report: async () => (await import('./cli/report.ts')).report,
  rollback: async () => (await import('./cli/rollback.ts')).rollback,
  checklist: async () => (await import('./cli/checklist.ts')).checklist,
};

/**
 * The program. Sets the exit code; the process ends when nothing is left to do, or at once on a second signal.
 * @param adapters what reaches the world; tests put others around them
 */
export async function start(adapters: Adapters = realAdapters, typed = process.argv.slice(2)): Promise<void> {
  process.on('uncaughtException', endWithBug);
  const version = programVersion();
  const program = programOf(version, async (name, flags) => {
    process.exitCode = await execute(name, flags, adapters, version, typed);
  });
  try {
    const unknown = typed[0] !== undefined && !typed[0].startsWith('-') ? typed[0] : null;
    // "run" is what the bare name does, so commander would take a mistyped command for its argument.
    if (unknown !== null && !program.commands.some((one) => one.name() === unknown) && unknown !== 'help') {
      program.error(`There is no command "${unknown}"`);
    }
    await program.parseAsync(typed, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? exitCodes.done : usageFault(error, typed);
  }
}

/** Ends the process as Node does after an error that nothing caught, but shows no secret. */
function endWithBug(error: unknown): void {
  // Listeners that restore the terminal come first.
  process.on('exit', () => void process.stderr.write(`${problemLines(bugProblem(error)).join('\n')}\n`));
  process.exit(exitCodes.bug);
}

/** What commander says of the command line, in the four parts that every problem has. */
function usageFault(error: CommanderError, typed: readonly string[]): ExitCode {
  const json = typed.includes('--json');
  const clock = () => new Date().toISOString();
  const out = (text: string) => void process.stdout.write(text);
  const view = json ? jsonFrontEnd(out, (text) => void process.stderr.write(text)) : null;
  const problem: Problem = problemAsInvoked(
    {
      code: 'ERP-0103',
      what: `${error.message.replace(/^error: /, '').replace(/\n/g, ' ')}${error.message.endsWith('.') ? '' : '.'}`,
      why: 'The command line asks for something that erp-deploy does not have.',
      todo: ['See what there is: erp-deploy --help'],
      exit: exitCodes.usage,
    },
    invocationOf(process.argv[1], null),
  );
  if (view === null) process.stderr.write(`${problemLines(problem).join('\n')}\n`);
  else tellAndFinish(new Teller(view, clock), problem);
  return problem.exit;
}

function tellAndFinish(teller: Teller, problem: Problem): void {
  teller.problem(problem);
  const { counts } = teller;
  teller.tell({
    type: 'rollout.finished',
    counts,
    exit: problem.exit,
    milliseconds: 0,
    journal: journalPath,
  });
}

async function execute(
  name: CommandName,
  flags: Flags,
  adapters: Adapters,
  version: string,
  typed: readonly string[],
): Promise<ExitCode> {
  if (!flags.color) process.env.NO_COLOR = '1';
  const since = performance.now();
  const terminal: Terminal = process;
  const frontEnd = await frontEndFor(name, flags, terminal);
  const invocation = invocationOf(process.argv[1], flags);
  const teller = new Teller(frontEnd, adapters.clock, wordsOf(invocation));
  const stop = stopOnSignals((code) => process.exit(code));
  const words = ['erp-deploy', ...withoutSecrets(typed).map(quoted)].join(' ');
  const parts = { name, flags, adapters, terminal, teller, signal: stop.signal, version, typed: words };
  const exit = await outcomeOf(parts, commands[name]);
  teller.tell({
    type: 'rollout.finished',
    counts: teller.counts,
    exit,
    milliseconds: Math.round(performance.now() - since),
    journal: journalPath,
  });
  await frontEnd.close();
  stop.dispose();
  return exit;
}

async function outcomeOf(parts: CommandParts, load: () => Promise<Execute>): Promise<ExitCode> {
  try {
    const exit = await (await load())(parts);
    // Its last look may have been cut short: what it found is not all that there is to find.
    if (looking.has(parts.name)) parts.signal.throwIfAborted();
    return exit;
  } catch (error) {
    if (error instanceof Interrupted) {
      if (looking.has(parts.name)) parts.teller.tell(stoppedLooking(error));
      return error.exit;
    }
    return tellFault(parts.teller, error);
  }
}

/** Commands that change nothing. */
const looking: ReadonlySet<CommandName> = new Set([
  'plan',
  'status',
  'validate',
  'doctor',
  'probe',
  'checklist',
  'report',
]);

function stoppedLooking({ by }: Interrupted): Told {
  return { type: 'note', level: 'warning', text: `Stopped by ${by}: not everything was looked at.` };
}

/** A fault of the world is a problem; anything else is a bug of ours, and only that shows a stack. */
function tellFault(teller: Teller, error: unknown): ExitCode {
  try {
    const problems = problemsOf(error);
    for (const problem of problems) teller.problem(problem);
    return problems[0].exit;
  } catch (bug) {
    teller.problem(bugProblem(bug));
    return exitCodes.bug;
  }
}

/** A database URL may hold a password: then it is left out where the command is told or kept. */
function withoutSecrets(typed: readonly string[]): readonly string[] {
  const shown = (url: string) => (holdsPassword(url) ? 'URL' : url);
  return typed.map((word, index) => {
    if (/^--(shadow-)?database-url$/.test(typed[index - 1] ?? '')) return shown(word);
    const [, flag, url = ''] = /^(--(?:shadow-)?database-url=)(.*)$/s.exec(word) ?? [];
    return flag === undefined ? word : `${flag}${shown(url)}`;
  });
}
