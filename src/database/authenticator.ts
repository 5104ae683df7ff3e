import type { RandomBytes } from '../domain/ports/system.ts';
import type { Secret } from '../domain/secret.ts';
import type { Row, Session } from '../domain/session.ts';
import { alwaysMayCommit, type MayCommit } from './ledger/transaction.ts';
import { readonly, readonlyPassword, setReadonly, unreadableColumn, unreadableFaults } from './readonly.ts';
import { rollBack } from './roll-back.ts';
import { isVerifierOf, scramVerifier } from './scram.ts';

/** The role that PostgREST logs in as; it may only switch to the roles in `switchesTo`. */
export const authenticator = 'erp_authenticator';
const switchesTo = ['erp_anon', 'erp_api'] as const;

/**
 * Creates the roles that PostgREST and `erp-deploy psql` log in as, or corrects them, in one transaction.
 * @param password the password of PostgREST's role; the other role's password is derived from it
 * @param entry the statement that records the change
 */
export async function setLogins(
  session: Session,
  password: Secret,
  randomBytes: RandomBytes,
  mayCommit: MayCommit = alwaysMayCommit,
  entry = '',
): Promise<void> {
  const own = scramVerifier(password, randomBytes);
  const reader = scramVerifier(readonlyPassword(password), randomBytes);
  await inTransaction(session, `${setRoles(own, reader)}; ${entry}`, mayCommit);
}

/** Sets the password of the role that services log in as; a migration creates the role. */
export async function setServicePassword(
  session: Session,
  password: Secret,
  randomBytes: RandomBytes,
  mayCommit: MayCommit = alwaysMayCommit,
  entry = '',
): Promise<void> {
  const verifier = scramVerifier(password, randomBytes);
  await inTransaction(session, `alter role erp_service login password '${verifier}'; ${entry}`, mayCommit);
}

async function inTransaction(session: Session, sql: string, mayCommit: MayCommit): Promise<void> {
  await session.script('begin');
  try {
    await session.script(sql);
    await mayCommit();
    await session.script('commit');
  } catch (error) {
    await rollBack(session);
    throw error;
  }
}

const setRoles = (verifier: string, readonlyVerifier: string) => `
    do $do$
    declare
      other text;
      space name;
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
      grant ${switchesTo.join(', ')} to ${authenticator};${setReadonly(readonlyVerifier)}
    end
    $do$`;

/** What is wrong with each of the two login roles, as texts; empty if it is correct. */
export interface LoginFaults {
  readonly authenticator: readonly string[];
  readonly readonly: readonly string[];
}

/**
 * Returns the faults of the login roles, with one query. Only a superuser may read the passwords' verifiers.
 * @param password the password of PostgREST's role; if null, no passwords are compared
 */
export async function loginFaults(session: Session, password: Secret | null): Promise<LoginFaults> {
  const rows = await session.query(
    `select r.rolname::text as role, r.rolcanlogin as login, r.rolinherit as inherits,
            r.rolsuper or r.rolcreatedb or r.rolcreaterole or r.rolreplication or r.rolbypassrls as powerful,
            array(select m.roleid::regrole::text from pg_auth_members m where m.member = r.oid order by 1)::text[] as roles,
            a.rolpassword as verifier, ${unreadableColumn}
       from pg_roles r join pg_authid a on a.oid = r.oid where r.rolname in ($1, $2)`,
    [authenticator, readonly],
  );
  const [own, reader] = [authenticator, readonly].map((name) => rows.find(({ role }) => role === name));
  return {
    authenticator:
      own === undefined
        ? ['missing']
        : [...attributeFaults(own, switchesTo), ...(own.inherits === true ? ['inherits privileges'] : [])],
    readonly:
      reader === undefined
        ? ['missing']
        : [...attributeFaults(reader, []), ...unreadableFaults(reader), ...passwordFaults(reader, password)],
  };
}

function attributeFaults({ login, powerful, roles }: Row, expected: readonly string[]): readonly string[] {
  const found = Array.isArray(roles) ? roles.map(String) : [];
  return [
    ...(login === true ? [] : ['may not log in']),
    ...(powerful === true ? ['has server-wide privileges'] : []),
    ...(found.join() === expected.join() ? [] : [`may switch to ${found.join(', ') || 'no role'}`]),
  ];
}

function passwordFaults({ verifier }: Row, password: Secret | null): readonly string[] {
  if (password === null || isVerifierOf(String(verifier), readonlyPassword(password))) return [];
  return ['another password'];
}
