import type { Stack } from '../containers/stack.ts';
import type { PlannedChange } from '../domain/change.ts';
import type { Done } from '../domain/done.ts';
import type { Files } from '../domain/ports/files.ts';
import { exitCodes, type Problem, ProblemError } from '../domain/problem.ts';
import type { Production } from '../targets/target.ts';
import type { Context } from '../workspace/context.ts';

/** How one thing that a rollout did is undone. */
export interface Undoing {
  /** Empty if it is undone already, or stays. */
  readonly changes: readonly PlannedChange[];
  /** What stays, and why; null if nothing does. */
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

/** Returns the files of a host. @throws ProblemError if it is the production host, and none is configured */
export function filesOf(context: Context, host: DoneFile['host']): Files {
  return host === 'here' ? context.files : productionStackNow(context).host.files;
}

/** Returns the containers of a host; null if the local test has none. @throws ProblemError as `filesOf` */
export function containersOn(context: Context, host: DoneFile['host']): Stack | null {
  return host === 'here' ? context.local.stack : productionStackNow(context);
}

/** Returns production as it is configured now. @throws ProblemError if it is not */
export function productionNow({ production }: Context): Production {
  if (production === null) throw new ProblemError(productionNotConfigured);
  return production;
}

export function productionStackNow(context: Context): Stack {
  const { stack } = productionNow(context);
  if (stack === null) throw new ProblemError(productionNotConfigured);
  return stack;
}

const productionNotConfigured: Problem = {
  code: 'ERP-0831',
  what: 'A rollout to undo also changed production, but no production is configured now.',
  why: 'Its changes in production have to be undone first, since the rest depends on them.',
  todo: [{ text: 'Name the host', command: ['erp-deploy', 'rollback', '--production-host', 'HOST'] }],
  exit: exitCodes.prerequisite,
};
