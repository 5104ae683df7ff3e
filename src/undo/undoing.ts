import type { Stack } from '../containers/stack.ts';
import type { PlannedChange } from '../domain/change.ts';
import type { Done } from '../domain/done.ts';
import type { Files } from '../domain/ports.ts';
import { exitCodes, type Problem, ProblemError } from '../domain/problem.ts';
import type { Production } from '../host/production.ts';
import type { Context } from '../workspace/context.ts';

/** How one thing that a roll-out did is undone. */
export interface Undoing {
  /** Empty where it is undone already, or stays. */
  readonly changes: readonly PlannedChange[];
  /** What stays, and why; null where nothing does. */
  readonly kept: string | null;
}

export const undone: Undoing = { changes: [], kept: null };

export const stays = (kept: string): Undoing => ({ changes: [], kept });

type OfType<Type extends Done['type']> = Extract<Done, { type: Type }>;
export type DoneFile = OfType<'file'>;
export type DoneFolder = OfType<'folder'>;
export type DoneMove = OfType<'move'>;
export type DoneMigrations = OfType<'migrations'>;
export type DoneMade = OfType<'service' | 'network'>;

/** The files of a host. @throws ProblemError where it is the droplet, and none is configured */
export function filesOf(context: Context, host: DoneFile['host']): Files {
  return host === 'here' ? context.files : droplet(context).host.files;
}

/** The containers of a host; null where the local test has none. */
export function stackOf(context: Context, host: DoneFile['host']): Stack | null {
  return host === 'here' ? context.stack : droplet(context);
}

/** Where production is now. @throws ProblemError where none is configured */
export function where({ production }: Context): Production {
  if (production === null) throw new ProblemError(noDroplet);
  return production;
}

export function droplet(context: Context): Stack {
  const { stack } = where(context);
  if (stack === null) throw new ProblemError(noDroplet);
  return stack;
}

const noDroplet: Problem = {
  code: 'ERP-0831',
  what: 'The last roll-out also worked on production, and its host is not configured now.',
  why: 'What it did there is undone first, or else the rest could not be told from it.',
  todo: ['Name it: erp-deploy rollback --production-host HOST'],
  exit: exitCodes.prerequisite,
};
