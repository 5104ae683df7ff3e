import { missingKeys, parseEnvFile } from '../config/env-file.ts';
import type { Need } from '../domain/step.ts';
import type { Context } from '../workspace/context.ts';
import { layout } from '../workspace/layout.ts';
import { stateOf } from '../workspace/own-file.ts';
import { desiredCompose } from './compose/desired-compose.ts';
import type { ComposeFile } from './service-state.ts';
import { secretKeys } from './stack.ts';

/**
 * Holds if the files that containers are created from exist, and are up to date if 0.2 is selected. An operator who skips
 * 0.2 keeps a compose file of their own.
 */
export const composeReady: Need<Context> = {
  step: '0.2',
  what: `${layout.compose} and ${layout.env}`,
  holds: async (context) => context.local.stack === null || isReady(context),
};

/** Returns the same for any engine of the local test. */
export async function isReady(context: Context): Promise<boolean> {
  const { files, selected } = context;
  const nodes = await Promise.all([files.inspect(layout.compose), files.inspect(layout.env)]);
  if (nodes.some(({ type }) => type !== 'file')) return false;
  return !selected.has('0.2') || (await isAsReleased(context));
}

async function isAsReleased(context: Context): Promise<boolean> {
  const own = { path: layout.compose, text: (await desiredCompose(context)).text };
  if ((await stateOf(context, own)) !== 'same') return false;
  const { entries } = parseEnvFile(await context.files.read(layout.env), secretKeys);
  return missingKeys(entries, secretKeys).length === 0;
}

/**
 * Returns the compose file as it will be when containers are created: as 0.2 is going to write it (with `willBeWritten`, or
 * if 0.2 is about to change it), otherwise as it is. So a file that cannot be rolled out does not block the plan that
 * replaces it.
 */
export async function composeFile(context: Context, willBeWritten: boolean): Promise<ComposeFile> {
  const { files, selected, memory } = context;
  const text = willBeWritten ? null : await files.read(layout.compose);
  const isLeftOut = !selected.has('0.2') || memory.leftOut('0.2') !== undefined;
  if (text !== null && isLeftOut) return { composeText: text, willBeWritten };
  const { text: desired } = await desiredCompose(context);
  return { composeText: desired, willBeWritten: text !== desired };
}
