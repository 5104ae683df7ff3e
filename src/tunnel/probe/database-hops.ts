import { type Container, containerNamed } from '../../containers/container.ts';
import { authenticatorGetsIn } from '../../containers/log-in.ts';
import { services } from '../../containers/stack.ts';
import { authenticator, authenticatorFaults } from '../../database/authenticator.ts';
import { lineOn } from '../../domain/command-text.ts';
import { NetworkFault } from '../../domain/ports.ts';
import { ProblemError } from '../../domain/problem.ts';
import { DatabaseError } from '../../domain/session.ts';
import { productionOf, productionStack } from '../../targets/production.ts';
import type { Context } from '../../workspace/context.ts';
import { answerWords, endpoints, postgrestCode } from '../answers.ts';
import { broken, ok, unknown, type Verdict } from './hop.ts';

/** What erp_api needs for a look, and erp_anon must not have. */
const question = `select format('%s on %I.%I', role, schema, name) as what,
    role = 'erp_api' as wanted,
    coalesce(has_table_privilege(role, to_regclass(format('%I.%I', schema, name)), 'select')
      and has_schema_privilege(role, schema, 'usage'), false) as has
  from (values ('erp', 'people'), ('agent', 'sessions')) as t (schema, name),
    (select rolname::text as role from pg_roles where rolname in ('erp_api', 'erp_anon')) as r`;

/** The database itself, the roles that PostgREST becomes, and what they may. */
export async function roleAndGrants(context: Context): Promise<Verdict> {
  const { database } = productionOf(context);
  const stack = productionStack(context);
  const mend = [
    'Let the roll-out look at it: erp-deploy validate --repair-sql',
    'Then bring it back: erp-deploy run --phase production',
  ];
  try {
    const session = await database.session();
    const [faults, rows] = [await authenticatorFaults(session), await session.query(question)];
    const wrong = rows.filter((row) => row.wanted !== row.has);
    if (rows.length < 2 * endpoints.length) return broken('erp_api or erp_anon is not there', ...mend);
    if (wrong.length > 0) {
      const words = wrong.map(
        (row) => `${row.has === true ? 'too much' : 'missing'}: select, ${String(row.what)}`,
      );
      return broken(words.join('; '), ...mend);
    }
    if (faults.length > 0) return broken(`${authenticator}: ${faults.join('; ')}`, ...mend);
    if (!(await authenticatorGetsIn(stack, context.config.database.name)))
      return broken(`${authenticator} does not get in with the password of .env`, ...mend);
    return ok(`${authenticator} gets in; erp_api may read, erp_anon may not`);
  } catch (error) {
    if (!(error instanceof DatabaseError) && !(error instanceof ProblemError)) throw error;
    return broken(
      `the database does not answer: ${error.message}`,
      `Look at its container: ${lineOn(stack.host, `docker logs --tail 20 ${services.database.name}`)}`,
      'Bring it up: erp-deploy run --phase production',
    );
  }
}

/** What PostgREST answers on the droplet itself, without a token: its own words say whether it knows the tables. */
async function directAnswers(context: Context) {
  const { host } = productionStack(context);
  return Promise.all(
    endpoints.map(({ schema, path }) => {
      const table = path.replace(`/${schema}`, '');
      return host.get(services.api.port, `${table}?limit=0`, { 'accept-profile': schema }, context.signal);
    }),
  );
}

/** PostgREST's own picture of the schema: a table or a schema that it does not know is 404 or 406. */
export async function schemaCache(context: Context): Promise<Verdict> {
  const stale = ['PGRST205', 'PGRST106', 'PGRST002'];
  const answers = await directAnswers(context);
  const at = answers.findIndex((answer) => stale.includes(postgrestCode(answer) ?? ''));
  const answer = answers[at];
  if (answer === undefined) return ok('PostgREST knows both tables');
  return broken(
    `PostgREST does not know ${endpoints[at]?.schema}: ${answerWords(answer)}`,
    `Let it look again, in psql: NOTIFY pgrst, 'reload schema'`,
    `Or restart it: ${lineOn(productionStack(context).host, `docker restart ${services.api.name}`)}`,
  );
}

export async function postgrest(context: Context): Promise<Verdict> {
  const { host } = productionStack(context);
  const up = 'Bring it up: erp-deploy run --phase production';
  const container = await containerNamed(host, services.api.name, context.signal);
  if (container?.status !== 'running')
    return broken(`${services.api.name}: ${container?.status ?? 'no such container'}`, up);
  try {
    const [answer] = await directAnswers(context);
    return ok(
      `${services.api.name} answers on the droplet${answer === undefined ? '' : ` (${answerWords(answer)})`}`,
    );
  } catch (error) {
    if (!(error instanceof NetworkFault)) throw error;
    const log = `Look why: ${lineOn(host, `docker logs --tail 20 ${services.api.name}`)}`;
    return broken(
      `${services.api.name} does not answer on port ${services.api.port} (${error.code})`,
      log,
      up,
    );
  }
}

/** Traefik routes to no container that is starting or unhealthy. */
export async function health(context: Context): Promise<Verdict> {
  const { host } = productionStack(context);
  const container = await containerNamed(host, services.api.name, context.signal);
  if (container?.status !== 'running') return unknown(`${services.api.name} does not run`);
  if (container.health === 'healthy') return ok(`${services.api.name} is healthy`);
  return broken(
    `${services.api.name}: ${container.health ?? 'it has no health check'}${saying(container)}`,
    `Look at its check: ${lineOn(host, `docker container inspect ${services.api.name} --format '{{json .State.Health}}'`)}`,
    'Traefik routes to it once it is healthy.',
  );
}

function saying({ lastCheck }: Container): string {
  return lastCheck === '' ? '' : `; its last check said: ${lastCheck.split('\n')[0]}`;
}
