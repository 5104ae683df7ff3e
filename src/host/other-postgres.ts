import * as z from 'zod';
import { docker } from '../argv/docker.ts';
import type { Config } from '../config/config.ts';
import { containerNamed } from '../containers/container.ts';
import { faultsIn } from '../containers/container-log.ts';
import { answerIn } from '../domain/answer.ts';
import type { Host } from '../domain/ports/host.ts';

/** The state of the other PostgreSQL on the host. */
export interface OtherPostgres {
  /** The status that the engine reports. */
  readonly health: string;
  readonly isHealthy: boolean;
  /** The number of log lines that were read, and of errors among them; null if the log cannot be read. */
  readonly lines: number;
  readonly errors: number | null;
  /** Null if it does not answer. */
  readonly answer: { readonly bytes: number; readonly schemas: readonly string[] } | null;
}

/** Only the last lines are read: an error of months ago says nothing about this rollout. */
export const logLines = 1000;

const question = `select json_build_object('bytes', pg_database_size(current_database()), 'schemas',
  (select json_agg(nspname order by nspname) from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'))`;

const answerSchema = z.object({ bytes: z.number(), schemas: z.array(z.string()).nullable() });

/** Inspects its container and queries its database; null if there is no such container. Changes nothing. */
export async function inspectOtherPostgres(
  host: Host,
  { container: name, user, database }: Config['neighbour'],
  signal: AbortSignal,
): Promise<OtherPostgres | null> {
  const container = await containerNamed(host, name, signal);
  if (container === null) return null;
  const run = (argv: readonly [string, ...string[]]) => host.processes.run(argv, null, signal);
  const running = container.status === 'running';
  const [log, query] = await Promise.all([
    run(docker.logTail(container.id, logLines)),
    running ? run(docker.psql(container.id, user, database, question)) : null,
  ]);
  const { health } = container;
  return {
    health: running ? (health ?? 'running, without a health check') : container.status,
    isHealthy: running && (health === null || health === 'healthy'),
    lines: logLines,
    errors:
      log.exitCode === 0 ? faultsIn([...log.stdout.split('\n'), ...log.stderr.split('\n')]).length : null,
    answer: query?.exitCode === 0 ? measuredIn(query.stdout) : null,
  };
}

function measuredIn(stdout: string): OtherPostgres['answer'] {
  const { bytes, schemas } = answerSchema.parse(answerIn(stdout));
  return { bytes, schemas: schemas ?? [] };
}

/** Formats a size approximately as `pg_size_pretty` does. */
export function sizeText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const step = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1);
  return `${Math.round(bytes / 1024 ** step)} ${units[step]}`;
}
