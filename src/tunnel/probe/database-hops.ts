import { shownDocker } from '../../argv/shown-docker.ts';
import { type Container, containerNamed } from '../../containers/container.ts';
import { authenticatorCanLogIn } from '../../containers/log-in.ts';
import { authenticator, loginFaults } from '../../database/authenticator.ts';
import { commandOn } from '../../domain/command-text.ts';
import { NetworkFault } from '../../domain/ports/http.ts';
import { ProblemError } from '../../domain/problem.ts';
import { DatabaseError } from '../../domain/session.ts';
import { productionOf, productionStack } from '../../targets/production.ts';
import type { Context } from '../../workspace/context.ts';
import { answerSummary, endpoints, postgrestCode } from '../answers.ts';
import { broken, ok, unknown, type Verdict } from './hop.ts';

/** Checks the privileges that erp_api needs to read, and that erp_anon must not have. */
const question = `select format('%s on %I.%I', role, schema, name) as what,
    role = 'erp_api' as expected,
    coalesce(has_table_privilege(role, to_regclass(format('%I.%I', schema, name)), 'select')
      and has_schema_privilege(role, schema, 'usage'), false) as has
  from (values ('erp', 'people'), ('agent', 'sessions')) as t (schema, name),
    (select rolname::text as role from pg_roles where rolname in ('erp_api', 'erp_anon')) as r`;

/** Checks the database, the roles that PostgREST switches to, and their privileges. */
export async function roleAndGrants(context: Context): Promise<Verdict> {
  const { database } = productionOf(context);
  const stack = productionStack(context);
  const fix = [
    {
      text: 'Compare the database with its migrations',
      command: ['erp-deploy', 'validate', '--repair-sql'],
    },
    { text: 'Then repair it', command: ['erp-deploy', 'run', '--phase', 'production'] },
  ];
  try {
    const session = await database.session();
    const [{ authenticator: faults }, rows] = [
      await loginFaults(session, null),
      await session.query(question),
    ];
    const wrong = rows.filter((row) => row.expected !== row.has);
    if (rows.length < 2 * endpoints.length) return broken('the role erp_api or erp_anon is missing', ...fix);
    if (wrong.length > 0) {
      const privileges = wrong.map(
        (row) => `${row.has === true ? 'not allowed' : 'missing'}: select, ${String(row.what)}`,
      );
      return broken(privileges.join('; '), ...fix);
    }
    if (faults.length > 0) return broken(`${authenticator}: ${faults.join('; ')}`, ...fix);
    if (!(await authenticatorCanLogIn(stack, context.config.database.name, context.signal)))
      return broken(`${authenticator} cannot log in with the password of .env`, ...fix);
    return ok(`${authenticator} can log in; erp_api may read, erp_anon may not`);
  } catch (error) {
    if (!(error instanceof DatabaseError) && !(error instanceof ProblemError)) throw error;
    return broken(
      `the database does not answer: ${error.message}`,
      {
        text: 'Show the log of its container',
        command: commandOn(stack.host, shownDocker.logs(context.config.containers.database.name, 20)),
      },
      { text: 'Start it', command: ['erp-deploy', 'run', '--phase', 'production'] },
    );
  }
}

/** Requests both tables on the production host, without a token: the error codes show whether PostgREST knows them. */
async function directAnswers(context: Context) {
  const { host } = productionStack(context);
  return Promise.all(
    endpoints.map(({ schema, path }) => {
      const table = path.replace(`/${schema}`, '');
      return host.get(
        context.config.containers.api.port,
        `${table}?limit=0`,
        { 'accept-profile': schema },
        context.signal,
      );
    }),
  );
}

/** Checks PostgREST's schema cache: it answers 404 or 406 for a table or a schema that it does not know. */
export async function schemaCache(context: Context): Promise<Verdict> {
  const stale = ['PGRST205', 'PGRST106', 'PGRST002'];
  const answers = await directAnswers(context);
  const at = answers.findIndex((answer) => stale.includes(postgrestCode(answer) ?? ''));
  const answer = answers[at];
  if (answer === undefined) return ok('PostgREST knows both tables');
  return broken(
    `PostgREST does not know ${endpoints[at]?.schema}: ${answerSummary(answer)}`,
    { text: `Reload its cache, in psql: NOTIFY pgrst, 'reload schema'` },
    {
      text: 'Or restart it',
      command: commandOn(
        productionStack(context).host,
        shownDocker.restart(context.config.containers.api.name),
      ),
    },
  );
}

export async function postgrest(context: Context): Promise<Verdict> {
  const { host } = productionStack(context);
  const start = { text: 'Start it', command: ['erp-deploy', 'run', '--phase', 'production'] };
  const container = await containerNamed(host, context.config.containers.api.name, context.signal);
  if (container?.status !== 'running')
    return broken(
      `${context.config.containers.api.name}: ${container?.status ?? 'no such container'}`,
      start,
    );
  try {
    const [answer] = await directAnswers(context);
    return ok(
      `${context.config.containers.api.name} answers on the production host${answer === undefined ? '' : ` (${answerSummary(answer)})`}`,
    );
  } catch (error) {
    if (!(error instanceof NetworkFault)) throw error;
    const log = {
      text: 'Show its log',
      command: commandOn(host, shownDocker.logs(context.config.containers.api.name, 20)),
    };
    return broken(
      `${context.config.containers.api.name} does not answer on port ${context.config.containers.api.port} (${error.code})`,
      log,
      start,
    );
  }
}

/** Traefik does not route to a container that is starting or unhealthy. */
export async function health(context: Context): Promise<Verdict> {
  const { host } = productionStack(context);
  const container = await containerNamed(host, context.config.containers.api.name, context.signal);
  if (container?.status !== 'running') return unknown(`${context.config.containers.api.name} does not run`);
  if (container.health === 'healthy') return ok(`${context.config.containers.api.name} is healthy`);
  return broken(
    `${context.config.containers.api.name}: ${container.health ?? 'no health check'}${lastCheckOf(container)}`,
    {
      text: 'Show its health check',
      command: commandOn(host, shownDocker.healthOf(context.config.containers.api.name)),
    },
    { text: 'Traefik routes to it once it is healthy.' },
  );
}

function lastCheckOf({ lastCheck }: Container): string {
  return lastCheck === '' ? '' : `; its last check printed: ${lastCheck.split('\n')[0]}`;
}
