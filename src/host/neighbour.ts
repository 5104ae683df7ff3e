import { z } from 'zod';
import { docker } from '../argv/docker.ts';
import type { Config } from '../config/config.ts';
import { containerNamed } from '../containers/container.ts';
import { faultsIn } from '../containers/container-log.ts';
import type { Host } from '../domain/ports.ts';

/** How the database next door is. */
export interface Neighbour {
  /** In a word or two, as the engine says. */
  readonly health: string;
  readonly isWell: boolean;
  /** Lines of its log that were looked at, and errors among them; null where the log cannot be read. */
  readonly lines: number;
  readonly errors: number | null;
  /** Null where it does not answer. */
  readonly answer: { readonly bytes: number; readonly schemas: readonly string[] } | null;
}

/** Its last lines: an error of months ago says nothing about this roll-out. */
export const logLines = 1000;

const question = `select json_build_object('bytes', pg_database_size(current_database()), 'schemas',
  (select json_agg(nspname order by nspname) from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'))`;

const answerSchema = z.object({ bytes: z.number(), schemas: z.array(z.string()).nullable() });

/** Looks at its container and asks its database; null where there is no such container. Changes nothing. */
export async function askNeighbour(
  host: Host,
  { container: name, user, database }: Config['neighbour'],
  signal: AbortSignal,
): Promise<Neighbour | null> {
  const container = await containerNamed(host, name, signal);
  if (container === null) return null;
  const run = (argv: readonly [string, ...string[]]) => host.processes.run(argv, null, signal);
  const running = container.status === 'running';
  const [log, asked] = await Promise.all([
    run(docker.logTail(container.id, logLines)),
    running ? run(docker.psql(container.id, user, database, question)) : null,
  ]);
  const { health } = container;
  return {
    health: running ? (health ?? 'running, without a health check') : container.status,
    isWell: running && (health === null || health === 'healthy'),
    lines: logLines,
    errors:
      log.exitCode === 0 ? faultsIn([...log.stdout.split('\n'), ...log.stderr.split('\n')]).length : null,
    answer: asked?.exitCode === 0 ? answerIn(asked.stdout) : null,
  };
}

function answerIn(stdout: string): Neighbour['answer'] {
  const { bytes, schemas } = answerSchema.parse(JSON.parse(stdout));
  return { bytes, schemas: schemas ?? [] };
}

/** As `pg_size_pretty` says it, near enough for a person. */
export function sizeWords(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const step = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1);
  return `${Math.round(bytes / 1024 ** step)} ${units[step]}`;
}
