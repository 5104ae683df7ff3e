import * as z from 'zod';
import { docker } from '../argv/docker.ts';
import { answerIn } from '../domain/answer.ts';
import { askDocker, linesFrom } from './ask-docker.ts';
import type { DockerHost } from './tools.ts';

/**
 * A container as the engine shows it (Docker Engine API, ContainerInspect). Its environment is not read, since it
 * contains secrets.
 */
const containerSchema = z.looseObject({
  Id: z.string(),
  Image: z.string(),
  RestartCount: z.int(),
  State: z.looseObject({
    Status: z.string(),
    Running: z.boolean(),
    Restarting: z.boolean(),
    OOMKilled: z.boolean(),
    ExitCode: z.int(),
    StartedAt: z.string(),
    Health: z
      .looseObject({
        Status: z.string(),
        Log: z.array(z.looseObject({ ExitCode: z.int(), Output: z.string() })).nullish(),
      })
      .nullish(),
  }),
  Config: z.looseObject({
    Labels: z.record(z.string(), z.string()).nullish(),
    Image: z.string(),
    Healthcheck: z.looseObject({ Test: z.array(z.string()).nullish() }).nullish(),
  }),
  HostConfig: z.looseObject({
    Memory: z.int(),
    NanoCpus: z.int(),
    PortBindings: z.record(z.string(), z.array(z.looseObject({ HostPort: z.string() })).nullish()).nullish(),
  }),
  NetworkSettings: z.looseObject({ Networks: z.record(z.string(), z.unknown()).nullish() }),
});

export interface Container {
  readonly id: string;
  /** `created`, `running`, `restarting`, `exited`, … */
  readonly status: string;
  /** `starting`, `healthy`, `unhealthy`; null if it has no health check. */
  readonly health: string | null;
  /** The output of the last health check. */
  readonly lastCheck: string;
  readonly restarts: number;
  readonly outOfMemory: boolean;
  readonly exitCode: number;
  readonly startedAt: string;
  readonly image: string;
  /** `sha256:…` */
  readonly imageId: string;
  /** Bytes. */
  readonly memory: number;
  readonly nanoCpus: number;
  /** The ports of the host that it publishes, by the port inside of it. */
  readonly ports: Readonly<Record<number, number>>;
  readonly networks: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** The command of its health check; none if it has no check. */
  readonly healthTest: readonly string[];
}

/**
 * Returns the container of this name, running or not; null if there is none.
 * @throws ProblemError if the engine does not answer
 */
export async function containerNamed(
  host: DockerHost,
  name: string,
  signal: AbortSignal,
): Promise<Container | null> {
  const json = await inspected(host, name, signal);
  return json === null ? null : containerIn(json);
}

/**
 * Returns the output of `docker container inspect` for the container of this name; null if there is none.
 * @throws ProblemError if the engine does not answer
 */
export async function inspected(host: DockerHost, name: string, signal: AbortSignal): Promise<string | null> {
  // At once, by name: the list tells whether there is one, and whether the engine answers.
  const [[id], shown] = await Promise.all([
    linesFrom(host, docker.containerIds(name), signal),
    host.processes.run(docker.inspectContainer(name), null, signal, undefined, { inspects: true }),
  ]);
  if (id === undefined) return null;
  if (shown.exitCode === 0) return shown.stdout;
  host.forget?.();
  // The container was removed between the two queries, or the engine stopped.
  const still = await linesFrom(host, docker.containerIds(name), signal);
  return still.includes(id) ? (await askDocker(host, docker.inspectContainer(id), signal)).stdout : null;
}

function containerIn(json: string): Container | null {
  const [found] = z.array(containerSchema).parse(answerIn(json));
  if (found === undefined) return null;
  const { State, Config, HostConfig, NetworkSettings } = found;
  return {
    id: found.Id,
    status: State.Status,
    health: State.Health?.Status ?? null,
    lastCheck: State.Health?.Log?.at(-1)?.Output.trim() ?? '',
    restarts: found.RestartCount,
    outOfMemory: State.OOMKilled,
    exitCode: State.ExitCode,
    startedAt: State.StartedAt,
    image: Config.Image,
    imageId: found.Image,
    memory: HostConfig.Memory,
    nanoCpus: HostConfig.NanoCpus,
    ports: portsIn(HostConfig.PortBindings ?? {}),
    networks: Object.keys(NetworkSettings.Networks ?? {}),
    labels: Config.Labels ?? {},
    healthTest: healthTestIn(Config.Healthcheck?.Test ?? []),
  };
}

/** @param test `CMD` and words, `CMD-SHELL` and a command for the shell, or `NONE` (Docker Engine API, HealthConfig) */
function healthTestIn([kind, ...words]: readonly string[]): readonly string[] {
  if (kind === 'CMD') return words;
  return kind === 'CMD-SHELL' ? ['/bin/sh', '-c', ...words] : [];
}

/** @param bindings by port and protocol, such as `5432/tcp` */
function portsIn(
  bindings: Readonly<Record<string, readonly { readonly HostPort: string }[] | null | undefined>>,
): Readonly<Record<number, number>> {
  return Object.fromEntries(
    Object.entries(bindings).flatMap(([inner, outer]) => {
      const [first] = outer ?? [];
      return first === undefined ? [] : [[Number.parseInt(inner, 10), Number(first.HostPort)]];
    }),
  );
}
