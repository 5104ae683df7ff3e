import type { Consent } from '../../domain/change.ts';
import { sameCommand } from '../../domain/command-text.ts';
import { exitCodes, type Problem } from '../../domain/problem.ts';
import type { Remedy } from '../../domain/remedy.ts';
import type { CommandParts } from './command.ts';
import type { Flags } from './flags.ts';

/** Returns whether the flag that approves this change was given. */
export function isApproved(flags: Flags, consent: Consent): boolean {
  switch (consent.flag) {
    case '--overwrite':
      return consent.value !== undefined && flags.overwrite.includes(consent.value);
    case '--fix-starter':
      return flags.fixStarter;
    case '--allow-populated':
      return flags.allowPopulated;
    case '--create-env':
      return flags.createEnv;
    case '--restart-database':
      return flags.restartDatabase;
    case '--replace-route':
      return flags.replaceRoute;
    case '--replace-dns':
      return flags.replaceDns;
    case '--without-rehearsal':
      return flags.withoutRehearsal !== undefined;
    case '--force':
      return flags.force;
  }
}

/**
 * Returns the problem that there is no terminal on which to ask the operator.
 * @param preview shows what would be changed
 */
export function needsAnswer({ flags }: CommandParts, preview: Remedy): Problem {
  return {
    code: 'ERP-0101',
    what: 'erp-deploy asks for confirmation before it changes anything, and there is no terminal.',
    why: `${flags.yes ? '--yes is only for a terminal. ' : ''}stdin or stdout is a pipe or a file.`,
    todo: [preview, { text: 'To run without questions', command: sameCommand('--non-interactive') }],
    exit: exitCodes.usage,
  };
}
