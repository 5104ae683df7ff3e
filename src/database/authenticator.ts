import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import type { RandomBytes } from '../domain/ports.ts';
import type { Secret } from '../domain/secret.ts';
import type { Session } from '../domain/session.ts';
import { alwaysMayCommit, type MayCommit } from './ledger/transaction.ts';
import { rollBack } from './roll-back.ts';

/** The role that PostgREST logs in as; it may only switch to the roles in `switchesTo`. */
export const authenticator = 'erp_authenticator';
const switchesTo = ['erp_anon', 'erp_api'] as const;

/** The default of PostgreSQL's `scram_iterations`. */
const rounds = 4096;

/**
 * Returns the SCRAM verifier that PostgreSQL stores for a password (RFC 5802, RFC 7677). It is sent instead of the
 * password, so that neither the network nor the server's log discloses it.
 */
export function scramVerifier(password: Secret, randomBytes: RandomBytes): string {
  const salt = Buffer.from(randomBytes(16));
  // For the characters that we accept in .env, SASLprep (RFC 4013) is NFKC.
  const salted = pbkdf2Sync(password.reveal().normalize('NFKC'), salt, rounds, 32, 'sha256');
  const keyed = (text: string) => createHmac('sha256', salted).update(text).digest();
  const stored = createHash('sha256').update(keyed('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${rounds}:${salt.toString('base64')}$${stored}:${keyed('Server Key').toString('base64')}`;
}

/** Creates the role, or corrects it, in one transaction. */
export async function setAuthenticator(
  session: Session,
  verifier: string,
  mayCommit: MayCommit = alwaysMayCommit,
): Promise<void> {
  await session.script('begin');
  try {
    await session.script(setRole(verifier));
    await mayCommit();
    await session.script('commit');
  } catch (error) {
    await rollBack(session);
    throw error;
  }
}

const setRole = (verifier: string) => `
    do $do$
    declare
      other text;
    begin
      perform pg_advisory_xact_lock(hashtext('${authenticator}'));
      if not exists (select from pg_roles where rolname = '${authenticator}') then
        create role ${authenticator};
      end if;
      -- Only a superuser may name these attributes, so they are not named if they are correct.
      if exists (select from pg_roles where rolname = '${authenticator}' and (rolsuper or rolreplication or rolbypassrls)) then
        alter role ${authenticator} nosuperuser noreplication nobypassrls;
      end if;
      alter role ${authenticator} login noinherit nocreatedb nocreaterole password '${verifier}';
      for other in
        select m.roleid::regrole::text from pg_auth_members m
         where m.member = '${authenticator}'::regrole and m.roleid::regrole::text <> all (array['${switchesTo.join("','")}'])
      loop
        execute format('revoke %s from ${authenticator}', other);
      end loop;
      grant ${switchesTo.join(', ')} to ${authenticator};
    end
    $do$`;

/** Returns what is wrong with the role, as texts; empty if it is correct. */
export async function authenticatorFaults(session: Session): Promise<readonly string[]> {
  const [role] = await session.query(
    `select rolcanlogin as login, rolinherit as inherits,
            rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls as powerful,
            array(select m.roleid::regrole::text from pg_auth_members m where m.member = r.oid order by 1)::text[] as roles
       from pg_roles r where rolname = $1`,
    [authenticator],
  );
  if (role === undefined) return ['missing'];
  const roles = Array.isArray(role.roles) ? role.roles.map(String) : [];
  return [
    ...(role.login === true ? [] : ['may not log in']),
    ...(role.inherits === true ? ['inherits privileges'] : []),
    ...(role.powerful === true ? ['has server-wide privileges'] : []),
    ...(roles.join() === switchesTo.join() ? [] : [`may switch to ${roles.join(', ') || 'no role'}`]),
  ];
}
