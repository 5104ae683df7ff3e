import { ledgerHead } from '../database/ledger/ledger.ts';
import type { PlannedChange } from '../domain/change.ts';
import type { ExtensionUpdate } from '../domain/sql-change.ts';
import type { Finding } from '../domain/step.ts';
import { serverFacts } from '../schema/server-facts.ts';
import type { ContainerTarget } from '../targets/target.ts';
import type { ServiceState } from './service-state.ts';

/** Returns the finding about an extension that the image has a newer version of; the step's changes update it. */
export function outdatedExtension({ name, installed, available }: ExtensionUpdate): Finding {
  return {
    what: `extension ${name}`,
    expected: `version ${available}, as the image has it`,
    actual: installed,
  };
}

/** Returns the change that updates pgvector in a running database whose image has a newer version. */
export async function extensionChanges(
  { database }: ContainerTarget,
  state: ServiceState,
): Promise<readonly PlannedChange[]> {
  if (state.is !== 'healthy') return [];
  const { extension } = await serverFacts(database);
  if (extension === null) return [];
  const operation = { type: 'update-extension', extension } as const;
  const before = { head: await ledgerHead(await database.session()) };
  return [{ status: 'exact', change: { kind: 'sql', database: database.target, operation, before } }];
}
