import { readonly, readonlyPassword } from '../database/readonly.ts';
import type { Environment } from '../domain/change.ts';
import type { PsqlRole } from '../domain/psql-role.ts';
import { type Stack, secretOf } from './stack.ts';

/** How psql logs in, as environment variables of libpq, apart from the address. */
export interface PsqlLogin {
  /** The role that logs in. */
  readonly user: string;
  /** Includes PGPASSWORD if `.env` has the password. */
  readonly environment: Environment;
}

/**
 * Returns how psql logs in as a role. As erp_service, the owner logs in and switches to it, because erp-deploy does not
 * know its password.
 * @param owner of the database
 * @returns null if `.env` lacks the password
 */
export async function psqlLogin(stack: Stack, role: PsqlRole, owner: string): Promise<PsqlLogin | null> {
  const isOwner = role !== readonly;
  const stored = await secretOf(stack, isOwner ? 'POSTGRES_PASSWORD' : 'POSTGREST_DB_PASSWORD');
  if (stored === null) return null;
  return {
    user: isOwner ? owner : readonly,
    environment: {
      PGAPPNAME: 'erp-deploy psql',
      PGCONNECT_TIMEOUT: '15',
      PGPASSWORD: isOwner ? stored : readonlyPassword(stored),
      ...(role === 'erp_service' ? { PGOPTIONS: `-c role=${role}` } : {}),
    },
  };
}
