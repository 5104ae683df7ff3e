import { isAbsolute } from 'node:path';
import { judgeItem, type StepRecord } from '../../checklist/judge-item.ts';
import { type MatchedItem, matchItems } from '../../checklist/match-items.ts';
import { checkOff, type ListedItem, parseChecklist } from '../../checklist/parse-checklist.ts';
import type { StepId } from '../../domain/phase.ts';
import type { Files } from '../../domain/ports/files.ts';
import { type ExitCode, exitCodes, type Problem, ProblemError } from '../../domain/problem.ts';
import { steps } from '../../tasks/steps.ts';
import type { CommandParts, Execute } from '../wiring/command.ts';
import { relativeTo } from '../wiring/configuration.ts';
import { neverChecked, stepRecords } from '../wiring/step-records.ts';
import {
  contextOf,
  type OpenWorkspace,
  openWorkspace,
  recordedIn,
  tellStarted,
} from '../wiring/workspace.ts';

type Told = Parameters<CommandParts['reporter']['emit']>[0];
type ItemEvent = Extract<Told, { type: 'item' }>;

/** Prints a checklist, with the items checked off for which the journal has evidence; then what is left, and why. */
export const checklist: Execute = async (parts) => {
  if (parts.flags.write && parts.flags.file === undefined) throw new ProblemError(nothingToWrite);
  const open = await openWorkspace(parts);
  try {
    return await checkOffItems(parts, open);
  } finally {
    // Finding out why a step does not apply may have connected to the production host.
    await open.ports.close();
  }
};

async function checkOffItems(parts: CommandParts, open: OpenWorkspace): Promise<ExitCode> {
  const { flags, here, reporter, terminal } = parts;
  const file = flags.file === undefined ? null : await fileNamed(here, flags.file);
  const text = file === null ? await open.ports.assets.read('data/checklist.md') : await here.read(file.path);
  tellStarted(parts, { ...open, steps: [] }, false);
  const recorded = await recordedIn(parts, open.ports);
  const context = contextOf(parts, open, () => recorded);
  const records = await stepRecords(context, open.skip);
  const judged = matchItems(await parseChecklist(text)).map((matched) => ({
    listed: matched.listed,
    event: eventOf(matched, (step) => records.get(step) ?? neverChecked(step)),
  }));
  for (const { event } of judged) reporter.emit(event);
  const ticked = judged.filter(({ event }) => event.state === 'ticked').map(({ listed }) => listed);
  const result = checkOff(
    text,
    ticked.filter((item) => !item.ticked),
  );
  parts.signal.throwIfAborted();
  if (flags.write && file !== null && result !== text) await here.write(file.path, result, file.mode);
  if (!flags.write && !flags.json) terminal.stdout.write(result);
  reporter.emit({
    type: 'note',
    level: 'info',
    text: closingNote(
      judged.map(({ event }) => event),
      ticked,
    ),
    command: ['erp-deploy', 'status'],
  });
  return exitCodes.done;
}

function eventOf({ listed, known }: MatchedItem, recordOf: (step: StepId) => StepRecord): ItemEvent {
  const item = { type: 'item', line: listed.line, text: listed.text } as const;
  if (known === null) {
    const summary = 'not an item of the bundled checklist: check it yourself';
    return { ...item, state: 'unknown', summary };
  }
  const verdict = judgeItem(known, steps, recordOf);
  const state = verdict.state === 'open' && listed.ticked ? 'claimed' : verdict.state;
  const summary =
    state === 'claimed' ? `checked off without erp-deploy: ${verdict.summary}` : verdict.summary;
  const command = verdict.state === 'open' ? verdict.command : undefined;
  return { ...item, phase: known.phase, step: known.step, item: known.id, state, summary, command };
}

function closingNote(events: readonly ItemEvent[], ticked: readonly ListedItem[]): string {
  const count = (state: ItemEvent['state']) => events.filter((one) => one.state === state).length;
  const claimed = count('claimed') === 0 ? '' : `, ${count('claimed')} checked off without evidence`;
  const unknown = count('unknown') === 0 ? '' : `, ${count('unknown')} not in the bundled checklist`;
  return `${ticked.length} of ${events.length} items have evidence, ${count('open')} left${claimed}${unknown}; from the journal; to check the actual state`;
}

async function fileNamed(here: Files, given: string): Promise<{ path: string; mode: number }> {
  const path = isAbsolute(given) ? relativeTo(here, given) : given;
  const node = await here.inspect(path);
  if (node.type !== 'file') throw new ProblemError(noChecklist(given, node.type === 'absent'));
  return { path, mode: node.mode };
}

function noChecklist(path: string, absent: boolean): Problem {
  return {
    code: 'ERP-0801',
    what: absent ? `The file ${path} does not exist.` : `${path} is not a file.`,
    why: 'It is named by --file. The path is relative to the current directory.',
    todo: [
      { text: 'List the files', command: ['ls'] },
      {
        text: 'Or print the bundled checklist, for a file of your own',
        command: ['erp-deploy', 'checklist'],
      },
    ],
    exit: exitCodes.usage,
  };
}

const nothingToWrite: Problem = {
  code: 'ERP-0802',
  what: '--write was given without --file.',
  why: 'The bundled checklist is only printed, never changed.',
  todo: [
    {
      text: 'Name your own checklist',
      command: ['erp-deploy', 'checklist', '--file', 'tasks.md', '--write'],
    },
  ],
  exit: exitCodes.usage,
};
