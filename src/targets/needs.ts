import { pendingMigrations } from '../database/ledger/order.ts';
import { validateSchema } from '../database/validation/validate.ts';
import type { StepId } from '../domain/phase.ts';
import type { Need } from '../domain/step.ts';
import { catalogOf } from '../schema/catalog-of.ts';
import { ledgerOf } from '../schema/ledger-of.ts';
import type { Context } from '../workspace/context.ts';
import { contractOf } from '../workspace/contract.ts';
import { layout } from '../workspace/layout.ts';
import { soundMigrations, workspaceMigrations } from '../workspace/migrations.ts';
import type { Target } from './target.ts';

/** Selects the target that a need is about; null if the need does not apply to this rollout. */
type Selection = (context: Context) => Target | null;

/** Returns the need that the target's ledger has every migration of the workspace, unchanged, and no other. */
export function applied(step: StepId, select: Selection): Need<Context> {
  const holds = async (context: Context) => {
    const target = select(context);
    return target === null || isApplied(context, target);
  };
  return { step, what: 'every migration applied', holds };
}

/** Returns the need that the target's database has every migration, and equals what they make of an empty one. */
export function validated(step: StepId, what: string, select: Selection): Need<Context> {
  const holds = async (context: Context) => {
    const target = select(context);
    return target === null || isValid(context, target);
  };
  return { step, what, holds };
}

async function isApplied(context: Context, { database }: Target): Promise<boolean> {
  const found = await workspaceMigrations(context);
  if ('problem' in found) return false;
  const order = pendingMigrations(found.files, await ledgerOf(database), layout.migrations);
  return !('problem' in order) && order.pending.length === 0;
}

async function isValid(context: Context, target: Target): Promise<boolean> {
  const { database } = target;
  if ((await database.state()).is !== 'present' || !(await isApplied(context, target))) return false;
  const live = await catalogOf(database);
  const expected = await context.catalogs.matching(await soundMigrations(context), live);
  const { differences } = await validateSchema(live, expected, await contractOf(context), false);
  return differences.length === 0;
}

export const appliedLocally = applied('2.2', ({ local }) => local);
export const validatedLocally = validated('2.3', 'a validated local database', ({ local }) => local);
export const appliedInProduction = applied('3.3', ({ production }) => production);
export const validatedInProduction = validated(
  '3.4',
  'a validated database in production',
  ({ production }) => production,
);

const localIfLast: Selection = ({ local, production }) => (production === null ? local : null);

/** The same needs, but only about the last target of the rollout. */
export const appliedAtLast = [applied('2.2', localIfLast), appliedInProduction];
export const validatedAtLast = [
  validated('2.3', 'a validated local database', localIfLast),
  validatedInProduction,
];
