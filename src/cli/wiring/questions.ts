import type { Recorded } from '../../engine/journal.ts';
import { lookedStatus } from '../../engine/look-again.ts';
import type { Context } from '../../workspace/context.ts';
import type { CommandParts } from './command.ts';
import { configFile, readConfiguration } from './configuration.ts';
import { keepAnswers, setupFields, withAnswers } from './setup.ts';
import type { OpenWorkspace } from './workspace.ts';
import { type World, worldOf } from './world.ts';

/** What a person answered in the set-up, by setting. */
export type Answers = Readonly<Record<string, string>>;

/** The set-up, where nothing is configured and nothing was done yet; else nothing is asked. */
export async function firstAnswers(parts: CommandParts, { files }: World): Promise<Answers> {
  const configured = parts.flags.config !== undefined || (await files.look(configFile)).type !== 'absent';
  return configured ? {} : askSetup(parts, {});
}

/** Asks for the settings that nobody can find out by looking; `before` are the answers so far. */
export async function askSetup(parts: CommandParts, before: Answers): Promise<Answers> {
  const { flags, here, teller, signal } = parts;
  const { files } = worldOf(parts, flags.workspace);
  const config = withAnswers(await readConfiguration(flags, here, files), before);
  const intent = await teller.ask({ type: 'setup', fields: setupFields(config) }, signal);
  if (intent.type !== 'answers') return before;
  if (intent.keep && !(await keepAnswers(files, intent.values))) {
    const text = `${configFile} is yours and stays as it is; the answers hold for this run.`;
    teller.tell({ type: 'note', level: 'info', text });
  }
  return intent.values;
}

/** Tells what is still true of an unfinished roll-out, looked at now, and asks how to go on. */
export async function askResume(
  { teller, signal }: CommandParts,
  open: OpenWorkspace,
  context: Context,
  recorded: Recorded,
): Promise<'go on' | 'anew' | 'leave'> {
  for (const step of open.steps) {
    signal.throwIfAborted();
    const status = await lookedStatus(step, context, recorded, open.skip.get(step.id));
    teller.tell({ type: 'step.status', phase: step.phase, step: step.id, ...status });
  }
  const begun = recorded.records.findLast(({ type }) => type === 'rollout');
  const last = recorded.records.findLast((record) => 'step' in record && record.step !== null);
  const intent = await teller.ask(
    {
      type: 'resume',
      startedAt: begun?.at ?? 'at an unknown time',
      stoppedIn: last !== undefined && 'step' in last ? `in ${last.step}` : 'before the first step',
    },
    signal,
  );
  if (intent.type === 'anew') return 'anew';
  return intent.type === 'approve' ? 'go on' : 'leave';
}
