type Argv = readonly [string, ...string[]];

/** How psql gets its input: SQL of the command line, a script on stdin, or the operator on a terminal. */
export type PsqlInput = { readonly sql: string } | 'stdin' | 'terminal';

/** Stops at the first error, so that the exit code tells whether all of it was run. */
const asScript = ['--no-psqlrc', '--set', 'ON_ERROR_STOP=1'];

const inputArguments = (input: PsqlInput): readonly string[] => {
  if (input === 'terminal') return [];
  return input === 'stdin' ? asScript : [...asScript, '--command', input.sql];
};

/** Argument lists for psql(1). The address and the login come from variables. */
export const psql = {
  version: (): Argv => ['psql', '--version'],
  /** Runs this machine's psql. */
  here: (input: PsqlInput): Argv => ['psql', '--no-password', ...inputArguments(input)],
  /** Runs a container's psql over its socket, which accepts every user of the container without a password. */
  inContainer: (
    id: string,
    input: PsqlInput,
    {
      user,
      database,
      options,
    }: { readonly user: string; readonly database: string; readonly options: string },
  ): Argv => [
    'docker',
    'container',
    'exec',
    '--interactive',
    // The container's root is read-only, so there is no place for a history.
    ...(input === 'terminal' ? ['--tty', '--env', 'PSQL_HISTORY=/dev/null'] : []),
    '--env',
    'PGAPPNAME=erp-deploy psql',
    ...(options === '' ? [] : ['--env', `PGOPTIONS=${options}`]),
    id,
    'psql',
    '--no-password',
    '--username',
    user,
    '--dbname',
    database,
    ...inputArguments(input),
  ],
} as const;
