import * as z from 'zod';
import { type ComposeVersion, compose } from '../argv/compose.ts';
import { docker } from '../argv/docker.ts';
import type { Host } from '../domain/ports/host.ts';
import type { Problem } from '../domain/problem.ts';
import { composeMissing, dockerMissing, engineRefuses, engineSilent } from './tool-problems.ts';

/** The parts of a host that are needed to query its containers. */
export type DockerHost = Pick<Host, 'id' | 'name' | 'processes' | 'forget'>;

/** The versions of the engine and of Compose that manage the containers. */
export interface Tools {
  readonly engine: string;
  readonly compose: ComposeVersion;
  readonly composeVersion: string;
}

const versionSchema = z.object({ Server: z.looseObject({ Version: z.string() }).nullish() });

/** Only tools that were found are cached: the operator may install missing ones meanwhile. */
const known = new WeakMap<DockerHost, Tools>();

/** Returns the tools of a host, or why it cannot run containers. */
export async function toolsOf(host: DockerHost, signal: AbortSignal): Promise<Tools | Problem> {
  const before = known.get(host);
  const tools = before ?? (await findTools(host, signal));
  if (!('code' in tools)) known.set(host, tools);
  return tools;
}

/** Returns the same without the cache, since an engine may have stopped meanwhile. */
export function refreshedTools(host: DockerHost, signal: AbortSignal): Promise<Tools | Problem> {
  known.delete(host);
  return toolsOf(host, signal);
}

async function findTools(host: DockerHost, signal: AbortSignal): Promise<Tools | Problem> {
  const run = (argv: readonly [string, ...string[]]) =>
    host.processes.run(argv, null, signal, undefined, { inspects: true });
  const [version, v2, v1] = await Promise.all([
    run(docker.version()),
    run(compose.version('v2')),
    run(compose.version('v1')),
  ]);
  if (version.notFound) return dockerMissing(host);
  const engine = version.exitCode === 0 ? engineIn(version.stdout) : null;
  if (engine === null) return (await refusesUser(host, signal)) ?? engineSilent(host, version.stderr);
  // The plugin is preferred: the separate program is no longer maintained, and cannot recreate in place.
  if (v2.exitCode === 0) return { engine, compose: 'v2', composeVersion: v2.stdout.trim() };
  if (v1.exitCode === 0) return { engine, compose: 'v1', composeVersion: v1.stdout.trim() };
  return composeMissing(host);
}

/** Returns the engine's version; null if none answered, or the output is not docker's. */
function engineIn(stdout: string): string | null {
  try {
    const read = versionSchema.safeParse(JSON.parse(stdout));
    return read.success ? (read.data.Server?.Version ?? null) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Returns the problem if the engine's socket exists, but this user may not write to it; otherwise null. */
async function refusesUser(host: DockerHost, signal: AbortSignal): Promise<Problem | null> {
  const run = (argv: readonly [string, ...string[]]) => host.processes.run(argv, null, signal);
  const socket = (await run(docker.endpoint())).stdout.trim().replace(/^unix:\/\//, '');
  if (!socket.startsWith('/') || (await run(['test', '-S', socket])).exitCode !== 0) return null;
  return (await run(['test', '-w', socket])).exitCode === 0 ? null : engineRefuses(host, socket);
}
