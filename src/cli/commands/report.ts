import { isAbsolute, join } from 'node:path';
import { leftItems } from '../../checklist/left-items.ts';
import type { Files } from '../../domain/ports/files.ts';
import { exitCodes, ProblemError } from '../../domain/problem.ts';
import { type Recorded, recordedOf } from '../../engine/journal.ts';
import { beforeRollback } from '../../engine/rollout-records.ts';
import { reportPage } from '../../report/report-page.ts';
import { steps } from '../../tasks/steps.ts';
import type { CommandParts, Execute } from '../wiring/command.ts';
import { relativeTo } from '../wiring/configuration.ts';
import { productionAddress } from '../wiring/production-address.ts';
import { reportPicture } from '../wiring/report-diagram.ts';
import { howMade, nextActions } from '../wiring/report-summary.ts';
import { lastRolloutLogs } from '../wiring/rollout-logs.ts';
import { neverChecked, stepRecords } from '../wiring/step-records.ts';
import { contextOf, type OpenWorkspace, openWorkspace, recordedIn } from '../wiring/workspace.ts';

const defaultPath = '.erp-deploy/report.html';

/** Writes one self-contained page about the last rollout, and changes nothing else. */
export const report: Execute = async (parts) => {
  const { flags, adapters, here, reporter, terminal } = parts;
  if (flags.json && flags.output === '-') throw new ProblemError(stdoutIsForEvents);
  const open = await openWorkspace(parts);
  const { ports, config } = open;
  const recorded = await recordedIn(parts, ports);
  const rollout = await lastRolloutLogs(ports.files, recorded);
  if (rollout === null) throw new ProblemError(nothingRan(ports.root));
  const left = await itemsLeftOf(parts, open, recorded);
  const production = (await productionAddress(open)) ?? undefined;
  // A rollback takes the evidence of the rollout with it, and the report shows the state before the rollback.
  const shown = rollout.rollback === null ? recorded : recordedOf(beforeRollback(recorded.records));
  const page = reportPage({
    project: config.project,
    ...rollout,
    isUnfinished: recorded.unfinished !== null,
    withoutLocalTest: recorded.withoutLocalTest,
    made: howMade(recorded, rollout),
    next: nextActions(parts, open, rollout, recorded, left),
    left,
    evidenceOf: (step) => shown.lastVerified(step, production),
    picture: await reportPicture(parts, ports, recorded),
    madeAt: adapters.clock(),
  });
  parts.signal.throwIfAborted();
  const given = flags.output;
  if (given === '-') {
    terminal.stdout.write(page);
    return exitCodes.done;
  }
  const [files, path] = given === undefined ? [ports.files, defaultPath] : [here, pathIn(here, given)];
  await files.write(path, page, 0o644);
  reporter.emit({ type: 'note', level: 'info', text: `Report written to ${join(files.root, path)}` });
  return exitCodes.done;
};

async function itemsLeftOf(parts: CommandParts, open: OpenWorkspace, recorded: Recorded) {
  const records = await stepRecords(
    contextOf(parts, open, () => recorded),
    open.skip,
  );
  return leftItems(steps, (step) => records.get(step) ?? neverChecked(step));
}

const stdoutIsForEvents = {
  code: 'ERP-0107',
  what: '--output - and --json cannot be used together.',
  why: 'With --json, stdout contains only events.',
  todo: [{ text: 'Leave out --json, or name a file: --output FILE' }],
  exit: exitCodes.usage,
} as const;

function pathIn(here: Files, given: string): string {
  return isAbsolute(given) ? relativeTo(here, given) : given;
}

function nothingRan(root: string) {
  return {
    code: 'ERP-0804',
    what: 'There is no rollout to report on.',
    why: `${root} has no log of a rollout.`,
    todo: [{ text: 'Start one', command: ['erp-deploy', 'run', '--non-interactive'] }],
    exit: exitCodes.prerequisite,
  } as const;
}
