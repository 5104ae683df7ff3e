import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import type { RandomBytes } from '../domain/ports.ts';
import type { Secret } from '../domain/secret.ts';
import type { Session } from '../domain/session.ts';
import { freely, type MayCommit } from './ledger/transaction.ts';
import { rollBack } from './roll-back.ts';

/** What PostgREST logs in as; it can do nothing but become one of these. */
export const authenticator = 'erp_authenticator';
const becomes = ['erp_anon', 'erp_api'] as const;

/** As many rounds as PostgreSQL's own `scram_iterations` asks for. */
const rounds = 4096;

/**
 * What PostgreSQL keeps of a password (RFC 5802, RFC 7677): sent instead of the password, it tells neither
 * the network nor the server's log what that is.
 */
export function scramVerifier(password: Secret, randomBytes: RandomBytes): string {
  const salt = Buffer.from(randomBytes(16));
  // SASLprep of what a .env may hold for us: NFKC, as RFC 4013 has it.
  const salted = pbkdf2Sync(password.reveal().normalize('NFKC'), salt, rounds, 32, 'sha256');
  const keyed = (words: string) => createHmac('sha256', salted).update(words).digest();
  const stored = createHash('sha256').update(keyed('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${rounds}:${salt.toString('base64')}$${stored}:${keyed('Server Key').toString('base64')}`;
}

/** Makes the role, or makes it what it should be; all of it or nothing. */
export async function setAuthenticator(
  session: Session,
  verifier: string,
  mayCommit: MayCommit = freely,
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
      -- Attributes that only a superuser may name are left alone where they are as they should be.
      if exists (select from pg_roles where rolname = '${authenticator}' and (rolsuper or rolreplication or rolbypassrls)) then
        alter role ${authenticator} nosuperuser noreplication nobypassrls;
      end if;
      alter role ${authenticator} login noinherit nocreatedb nocreaterole password '${verifier}';
      for other in
        select m.roleid::regrole::text from pg_auth_members m
         where m.member = '${authenticator}'::regrole and m.roleid::regrole::text <> all (array['${becomes.join("','")}'])
      loop
        execute format('revoke %s from ${authenticator}', other);
      end loop;
      grant ${becomes.join(', ')} to ${authenticator};
    end
    $do$`;

/** What is not as it should be of the role, in words; empty where nothing is. */
export async function authenticatorFaults(session: Session): Promise<readonly string[]> {
  const [role] = await session.query(
    `select rolcanlogin as login, rolinherit as inherits,
            rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls as powerful,
            array(select m.roleid::regrole::text from pg_auth_members m where m.member = r.oid order by 1)::text[] as becomes
       from pg_roles r where rolname = $1`,
    [authenticator],
  );
  if (role === undefined) return ['not there'];
  const found = Array.isArray(role.becomes) ? role.becomes.map(String) : [];
  return [
    ...(role.login === true ? [] : ['may not log in']),
    ...(role.inherits === true ? ['inherits rights'] : []),
    ...(role.powerful === true ? ['has rights over the whole server'] : []),
    ...(found.join() === becomes.join() ? [] : [`may become ${found.join(', ') || 'nobody'}`]),
  ];
}
