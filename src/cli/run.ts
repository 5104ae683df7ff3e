import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Consent } from '../domain/change.ts';
import { type ExitCode, exitCodes, ProblemError } from '../domain/problem.ts';
import { Journal } from '../engine/journal.ts';
import { runRollout } from '../engine/rollout.ts';
import { type CommandParts, type Execute, journalPath } from './command.ts';
import { refuseProduction } from './engine-choice.ts';
import type { Flags } from './flags.ts';
import { type Answers, askResume, askSetup, firstAnswers } from './questions.ts';
import { withAnswers } from './setup.ts';
import { canAsk } from './terminal.ts';
import { contextOf, lockWorkspace, openWorkspace, tellStarted } from './workspace.ts';
import type { World } from './world.ts';

/** The roll-out: plan under the lock, one yes, changes, proof. Begun again where a person edits an answer. */
export const run: Execute = async (parts) => {
  const { flags, terminal } = parts;
  if (!canAsk(flags, terminal) && !flags.nonInteractive && !flags.json) {
    throw new ProblemError(needsAnswer(flags));
  }
  let given: Answers | null = null;
  for (;;) {
    const { exit, answers }: RunEnd = await rollOut(parts, given);
    if (!parts.teller.wantsEdit) return exit;
    given = await askSetup(parts, answers);
  }
};

interface RunEnd {
  readonly exit: ExitCode;
  /** What the person had answered by then. */
  readonly answers: Answers;
}

/** @param given what a person answered when they went back to the set-up; null at the first try */
async function rollOut(parts: CommandParts, given: Answers | null): Promise<RunEnd> {
  const { flags, adapters, terminal, teller } = parts;
  const interactive = canAsk(flags, terminal);
  const found = await openWorkspace(parts);
  refuseProduction(found.config);
  const { world } = found;
  const lock = await lockWorkspace(parts, world);
  try {
    await hideFromGit(world);
    openLog(parts, world);
    const file = adapters.appendFile(world.root, journalPath);
    let journal = await Journal.open(file, adapters.clock);
    const fresh = interactive && !flags.yes && journal.recorded.records.length === 0;
    const answers = given ?? (fresh ? await firstAnswers(parts, world) : {});
    const open = { ...found, config: withAnswers(found.config, answers) };
    const { unfinished } = journal.recorded;
    tellStarted(parts, open, unfinished !== null);
    const context = contextOf(parts, open, () => journal.recorded);
    if (interactive && !flags.yes && unfinished !== null && given === null) {
      const intent = await askResume(parts, open, context, journal.recorded);
      if (intent === 'leave') return { exit: exitCodes.done, answers };
      if (intent === 'anew') {
        await world.files.move(
          journalPath,
          journalPath.replace('.jsonl', `-${stampOf(adapters.clock())}.jsonl`),
        );
        journal = await Journal.open(file, adapters.clock);
      }
    }
    const self = await adapters.processTable().self();
    const exit = await runRollout({
      steps: open.steps,
      skip: open.skip,
      context,
      executor: {
        files: world.files,
        processes: adapters.processesIn(world.root),
        http: adapters.http(),
        randomBytes: adapters.randomBytes,
        journal,
        lock,
        sql: () => world.sql(),
      },
      teller,
      signal: parts.signal,
      rollout: `${adapters.clock().slice(0, 10)}-${randomUUID().slice(0, 8)}`,
      program: parts.version,
      by: `${self.user}@${self.host}`,
      again: parts.typed,
      engine: open.choice.engine,
      consented: (consent) => consentGiven(flags, consent),
      interactive,
    });
    return { exit, answers };
  } finally {
    await world.database.close();
    await lock.release();
  }
}

/** One log for the whole run, however often it is begun again. */
function openLog(parts: CommandParts, { root }: World): void {
  if (parts.teller.isLogged) return;
  const log = parts.adapters.openLog(root, `.erp-deploy/logs/${stampOf(parts.adapters.clock())}.jsonl`);
  parts.teller.log((event) => log.write(JSON.stringify(event)));
  parts.teller.tell({ type: 'log.opened', path: join(root, log.path) });
}

/** A time as a part of a file's name. */
function stampOf(time: string): string {
  return time.replaceAll(':', '-');
}

/** What erp-deploy keeps is the workspace's own business, and nothing for a repository. */
async function hideFromGit({ files }: World): Promise<void> {
  const path = '.erp-deploy/.gitignore';
  if ((await files.look(path)).type === 'absent') await files.write(path, '*\n', 0o644);
}

function consentGiven(flags: Flags, consent: Consent): boolean {
  switch (consent.flag) {
    case '--overwrite':
      return consent.value !== undefined && flags.overwrite.includes(consent.value);
    case '--fix-starter':
      return flags.fixStarter;
    case '--allow-populated':
      return flags.allowPopulated;
  }
}

function needsAnswer(flags: Flags) {
  return {
    code: 'ERP-0101',
    what: 'A roll-out asks before it changes anything, and there is no terminal to ask at.',
    why: `${flags.yes ? '--yes answers the wizard, which needs a terminal. ' : ''}stdin or stdout is a pipe or a file.`,
    todo: [
      'See what it would do: erp-deploy plan',
      'Let it do that without questions: erp-deploy run --non-interactive',
    ],
    exit: exitCodes.usage,
  } as const;
}
