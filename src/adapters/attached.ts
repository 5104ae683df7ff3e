import { once } from 'node:events';
import type { Environment } from '../domain/change.ts';
import type { EnvironmentVariables, Input, Output } from '../domain/ports/own-process.ts';
import { childEnvironment, revealed } from './child-environment.ts';
import { errnoOf } from './errno.ts';

/** The streams of a program, which it gets as they are if they are those of this process. */
interface Streams {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
}

/**
 * Runs a program on the terminal of this process until it ends. Ctrl-C is the program's meanwhile: for psql it cancels
 * a query.
 * @param inherited the environment of the program, without its credentials and PostgreSQL's variables
 * @param environment further variables
 * @returns its exit code (null if a signal ended it); `missing` if there is no such program
 */
export async function runAttached(
  [program, ...rest]: readonly [string, ...string[]],
  { stdin, stdout, stderr }: Streams,
  inherited: EnvironmentVariables,
  environment: Environment,
  signal: AbortSignal,
): Promise<number | null | 'missing'> {
  const shares = { stdin: stdin === process.stdin, stdout: stdout === process.stdout };
  // Loaded on first use: with node:net, it takes a tenth of the start of Node.
  const { spawn } = await import('node:child_process');
  const child = spawn(program, rest, {
    stdio: [
      shares.stdin ? 'inherit' : 'pipe',
      shares.stdout ? 'inherit' : 'pipe',
      stderr === process.stderr ? 'inherit' : 'pipe',
    ],
    env: { ...withoutPostgres(childEnvironment(inherited)), ...revealed(environment) },
    signal,
  });
  child.stdout?.on('data', (bytes: Buffer) => void stdout.write(bytes));
  child.stderr?.on('data', (bytes: Buffer) => void stderr.write(bytes));
  if (child.stdin !== null) {
    // The program may end before it has read everything.
    child.stdin.on('error', () => undefined);
    stdin.pipe(child.stdin);
  }
  const giveBack = takeCtrlC();
  try {
    const [exitCode] = await once(child, 'close');
    return typeof exitCode === 'number' ? exitCode : null;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 'missing';
    signal.throwIfAborted();
    throw error;
  } finally {
    giveBack();
  }
}

/** Ignores SIGINT in this process; returns how to end that. */
function takeCtrlC(): () => void {
  const before = process.listeners('SIGINT');
  const ignore = () => undefined;
  process.removeAllListeners('SIGINT');
  process.on('SIGINT', ignore);
  return () => {
    process.off('SIGINT', ignore);
    for (const one of before) process.on('SIGINT', one);
  };
}

/** A PGHOST or PGSERVICE of the operator's is about another server. */
function withoutPostgres(environment: EnvironmentVariables): EnvironmentVariables {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^PG[A-Z]/.test(name)));
}
