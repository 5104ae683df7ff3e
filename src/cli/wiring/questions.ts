import type { Recorded } from '../../engine/journal.ts';
import { StatusCheck } from '../../engine/step-status.ts';
import type { Context } from '../../workspace/context.ts';
import type { CommandParts } from './command.ts';
import { configFile, readConfiguration } from './configuration.ts';
import { productionHints } from './production-hints.ts';
import { keepAnswers, setupFields } from './setup.ts';
import type { OpenWorkspace } from './workspace.ts';
import { type WorkspacePorts, workspacePorts } from './workspace-ports.ts';

/** The operator's answers in the setup, by setting. */
export type Answers = Readonly<Record<string, string>>;

/** Asks for the settings if there is no configuration yet. */
export async function firstAnswers(parts: CommandParts, { files }: WorkspacePorts): Promise<Answers> {
  const configured = parts.flags.config !== undefined || (await files.inspect(configFile)).type !== 'absent';
  if (configured) return {};
  const { flags, here, reporter, signal } = parts;
  const config = await readConfiguration(flags, here, files);
  const intro = [
    'erp-deploy rolls out a PostgreSQL database with the schemas erp and agent, and verifies every step.',
    `Workspace: ${files.root}. Nothing is changed before you approve the plan.`,
  ];
  const fields = setupFields(config, await productionHints(parts));
  const intent = await reporter.ask({ type: 'setup', intro, fields }, signal);
  return intent.type === 'answers' ? savedAnswers(parts, intent) : {};
}

/** Returns the operator's answers, and saves them if that is requested. */
export async function savedAnswers(
  parts: CommandParts,
  { values, keep }: { readonly values: Answers; readonly keep: boolean },
): Promise<Answers> {
  const { files } = workspacePorts(parts, parts.flags.workspace);
  if (keep && !(await keepAnswers(files, values))) {
    const text = `${configFile} was not written by erp-deploy, so it is unchanged; the answers apply to this run only.`;
    parts.reporter.emit({ type: 'note', level: 'info', text });
  }
  return values;
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
