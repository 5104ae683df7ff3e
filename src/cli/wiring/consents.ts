import type { Consent } from '../../domain/change.ts';
import { exitCodes, type Problem } from '../../domain/problem.ts';
import type { CommandParts } from './command.ts';
import type { Flags } from './flags.ts';

/** Whether the flag of this very consent was given. */
export function consentGiven(flags: Flags, consent: Consent): boolean {
  switch (consent.flag) {
    case '--overwrite':
      return consent.value !== undefined && flags.overwrite.includes(consent.value);
    case '--fix-starter':
      return flags.fixStarter;
    case '--allow-populated':
      return flags.allowPopulated;
    case '--create-env':
      return flags.createEnv;
    case '--replace-route':
      return flags.replaceRoute;
    case '--replace-dns':
      return flags.replaceDns;
    case '--force':
      return flags.force;
  }
}

/**
 * Without a terminal nobody can be asked.
 * @param look the command that shows what would be done
 */
export function needsAnswer({ flags, typed }: CommandParts, look: string): Problem {
  return {
    code: 'ERP-0101',
    what: 'erp-deploy asks before it changes anything, and there is no terminal to ask at.',
    why: `${flags.yes ? '--yes answers at a terminal, and there is none. ' : ''}stdin or stdout is a pipe or a file.`,
    todo: [look, `Let it do that without questions: ${typed} --non-interactive`],
    exit: exitCodes.usage,
  };
}
