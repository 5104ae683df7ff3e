import type { Host, ProcessResult } from '../../../src/domain/ports/host.ts';

type Answer = Partial<Pick<ProcessResult, 'exitCode' | 'stdout' | 'stderr'>>;

/** A fake host whose programs answer by a function; no other operation is available. */
export function scriptedHost(
  answer: (argv: readonly string[]) => Answer | undefined,
  more: Partial<Host> = {},
): Host {
  const nothing = () => Promise.reject(new Error('this test asks for programs alone'));
  const run = async (argv: readonly string[]): Promise<ProcessResult> => {
    const given = answer(argv);
    if (given === undefined) throw new Error(`this test has no answer to: ${argv.join(' ')}`);
    return { exitCode: 0, stdout: '', stderr: '', notFound: false, ...given };
  };
  return {
    id: 'here',
    name: 'a test',
    files: {
      root: '/',
      inspect: nothing,
      read: nothing,
      hash: nothing,
      isInside: nothing,
      list: nothing,
      makeDirectory: nothing,
      write: nothing,
      move: nothing,
      copy: nothing,
      setMode: nothing,
      remove: nothing,
      removeFolder: nothing,
    },
    processes: { run },
    listens: nothing,
    openServer: nothing,
    localAddress: nothing,
    renew: async () => undefined,
    get: nothing,
    ...more,
  };
}

/** The answer of docker without an engine: every command exits with 1. */
export const engineGone = {
  exitCode: 1,
  stderr: 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
} as const;

/** The answer of `docker version` with a running engine. */
export const engineThere = { stdout: '{"Client":{"Version":"29.0"},"Server":{"Version":"29.0"}}' } as const;

/** Returns the parts of `docker container inspect` that are read. */
export function inspected(more: Readonly<Record<string, unknown>> = {}): string {
  const state = { Status: 'running', Running: true, Restarting: false, OOMKilled: false, ExitCode: 0 };
  return JSON.stringify([
    {
      Id: 'id',
      Image: 'sha256:an-image',
      RestartCount: 0,
      State: { ...state, StartedAt: '2026-11-22T10:00:00Z', Health: { Status: 'healthy', Log: [] } },
      Config: { Image: 'an-image', Labels: {} },
      HostConfig: { Memory: 0, NanoCpus: 0 },
      NetworkSettings: { Networks: {} },
      ...more,
    },
  ]);
}
