import type { Recorded } from '../../engine/journal.ts';
import { StatusCheck } from '../../engine/step-status.ts';
import type { Context } from '../../workspace/context.ts';
import type { CommandParts } from './command.ts';
import { configFile, readConfiguration } from './configuration.ts';
import { keepAnswers, setupFields, withAnswers } from './setup.ts';
import type { OpenWorkspace } from './workspace.ts';
import { type WorkspacePorts, workspacePorts } from './workspace-ports.ts';

/** The operator's answers in the setup, by setting. */
export type Answers = Readonly<Record<string, string>>;

/** Asks for the settings if there is no configuration yet. */
export async function firstAnswers(parts: CommandParts, { files }: WorkspacePorts): Promise<Answers> {
  const configured = parts.flags.config !== undefined || (await files.inspect(configFile)).type !== 'absent';
  return configured ? {} : askSetup(parts, {});
}

/**
 * Asks for the settings that erp-deploy cannot detect.
 * @param before the answers so far
 */
export async function askSetup(parts: CommandParts, before: Answers): Promise<Answers> {
  const { flags, here, reporter, signal } = parts;
  const { files } = workspacePorts(parts, flags.workspace);
  const config = withAnswers(await readConfiguration(flags, here, files), before);
  const intent = await reporter.ask({ type: 'setup', fields: setupFields(config) }, signal);
  if (intent.type !== 'answers') return before;
  if (intent.keep && !(await keepAnswers(files, intent.values))) {
    const text = `${configFile} was not written by erp-deploy, so it is unchanged; the answers apply to this run only.`;
    reporter.emit({ type: 'note', level: 'info', text });
  }
  return intent.values;
}

/** Re-checks the completed steps of an unfinished rollout, reports them, and asks how to continue. */
export async function askResume(
  { reporter, signal }: CommandParts,
  open: OpenWorkspace,
  context: Context,
  recorded: Recorded,
): Promise<'resume' | 'start over' | 'quit'> {
  const checked = new StatusCheck(context, recorded);
  for (const step of open.steps) {
    signal.throwIfAborted();
    const status = await checked.of(step, open.skip.get(step.id));
    reporter.emit({ type: 'step.status', phase: step.phase, step: step.id, ...status });
  }
  const begun = recorded.records.findLast(({ type }) => type === 'rollout');
  const last = recorded.records.findLast((record) => 'step' in record && record.step !== null);
  const intent = await reporter.ask(
    {
      type: 'resume',
      startedAt: begun?.at ?? 'at an unknown time',
      stoppedIn: last !== undefined && 'step' in last ? `in ${last.step}` : 'before the first step',
    },
    signal,
  );
  if (intent.type === 'anew') return 'start over';
  return intent.type === 'approve' ? 'resume' : 'quit';
}
