import { randomUUID } from 'node:crypto';
import { type ExitCode, exitCodes, ProblemError } from '../../domain/problem.ts';
import { Journal } from '../../engine/journal.ts';
import { runRollout } from '../../engine/rollout.ts';
import { type CommandParts, type Execute, journalPath } from '../wiring/command.ts';
import { consentGiven, needsAnswer } from '../wiring/consents.ts';
import { executorParts } from '../wiring/executor-parts.ts';
import { openLog, stampOf } from '../wiring/open-log.ts';
import { productionAddress } from '../wiring/production-address.ts';
import { type Answers, askResume, askSetup, firstAnswers } from '../wiring/questions.ts';
import { reachDroplet } from '../wiring/reach-host.ts';
import { withAnswers } from '../wiring/setup.ts';
import { canAsk } from '../wiring/terminal.ts';
import { contextOf, lockWorkspace, openWorkspace, reconfigured, tellStarted } from '../wiring/workspace.ts';
import type { World } from '../wiring/world.ts';

/** The roll-out: plan under the lock, one yes, changes, proof. Begun again where a person edits an answer. */
export const run: Execute = async (parts) => {
  const { flags, terminal } = parts;
  if (!canAsk(flags, terminal) && !flags.nonInteractive && !flags.json) {
    throw new ProblemError(needsAnswer(parts, 'See what it would do: erp-deploy plan'));
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
  const { files, root } = found.world;
  const lock = await lockWorkspace(parts, found.world);
  let open = found;
  try {
    await hideFromGit(found.world);
    openLog(parts, found.world);
    const file = adapters.appendFile(root, journalPath);
    let journal = await Journal.open(file, adapters.clock);
    const fresh = interactive && !flags.yes && journal.recorded.records.length === 0;
    const answers = given ?? (fresh ? await firstAnswers(parts, found.world) : {});
    if (Object.keys(answers).length > 0) {
      open = reconfigured(parts, found, withAnswers(found.config, answers));
    }
    const { unfinished } = journal.recorded;
    tellStarted(parts, open, unfinished !== null);
    const reached = await reachDroplet(parts, open, journal, interactive && !flags.yes);
    if (reached === null) return { exit: exitCodes.done, answers };
    open = reached;
    const context = contextOf(parts, open, () => journal.recorded);
    if (interactive && !flags.yes && unfinished !== null && given === null) {
      const intent = await askResume(parts, open, context, journal.recorded);
      if (intent === 'leave') return { exit: exitCodes.done, answers };
      if (intent === 'anew') {
        await files.move(journalPath, journalPath.replace('.jsonl', `-${stampOf(adapters.clock())}.jsonl`));
        journal = await Journal.open(file, adapters.clock);
      }
    }
    const self = await adapters.processTable().self();
    const exit = await runRollout({
      steps: open.steps,
      skip: open.skip,
      context,
      executor: executorParts(parts, open.world, context.cloudflare, journal, lock),
      teller,
      signal: parts.signal,
      undoes: null,
      rollout: `${adapters.clock().slice(0, 10)}-${randomUUID().slice(0, 8)}`,
      program: parts.version,
      by: `${self.user}@${self.host}`,
      again: parts.typed,
      engine: open.choice.engine,
      production: await productionAddress(open),
      withoutLocalTest: context.withoutLocalTest,
      consented: (consent) => consentGiven(flags, consent),
      interactive,
    });
    return { exit, answers };
  } finally {
    await open.world.close();
    await lock.release();
  }
}

/** What erp-deploy keeps is the workspace's own business, and nothing for a repository. */
export async function hideFromGit({ files }: World): Promise<void> {
  const path = '.erp-deploy/.gitignore';
  if ((await files.look(path)).type === 'absent') await files.write(path, '*\n', 0o644);
}
