import { freeDisk } from '../../adapters/machine.ts';
import { docker } from '../../argv/docker.ts';
import type { Config } from '../../config/config.ts';
import { type Service, servicesIn } from '../../config/containers.ts';
import { Kept } from '../../connections/kept.ts';
import { localContainers } from '../../connections/local-target.ts';
import { renderCompose } from '../../containers/compose/render-compose.ts';
import { composeAsset } from '../../containers/compose-asset.ts';
import { containerNamed } from '../../containers/container.ts';
import { imageNotPulled, portTaken } from '../../containers/container-problems.ts';
import { networkIsThere } from '../../containers/network.ts';
import { occupantOf } from '../../containers/port.ts';
import { imageOf } from '../../containers/service-changes.ts';
import { assertOurs, imageIsHere } from '../../containers/service-state.ts';
import { dataBytes, type Stack } from '../../containers/stack.ts';
import { toolsOf } from '../../containers/tools.ts';
import { type Problem, ProblemError } from '../../domain/problem.ts';
import { layout } from '../../workspace/layout.ts';
import type { CommandParts } from './command.ts';
import { readConfiguration } from './configuration.ts';
import { lacking, ok, orProblem, type Prerequisite, type PrerequisiteCheck } from './prerequisite.ts';
import { recordedIn } from './workspace.ts';
import type { WorkspacePorts } from './workspace-ports.ts';

/** What the checks of the local Docker engine need. */
interface LocalEngine {
  readonly stack: Stack;
  readonly config: Config;
  readonly ports: WorkspacePorts;
  readonly signal: AbortSignal;
}

const engine: PrerequisiteCheck = (parts, ports) =>
  orProblem('Docker', async () => {
    const { config, stack } = await localEngine(parts, ports);
    const tools = await toolsOf(stack.host, parts.signal);
    if (!('code' in tools))
      return ok('Docker', `engine ${tools.engine}, Compose ${tools.compose} (${tools.composeVersion})`);
    return withoutEngine('Docker', config, tools);
  });

const network = checkOnEngine('network', async ({ stack, signal }) => {
  const exists = await networkIsThere(stack, signal);
  return ok(
    'network',
    exists ? `${stack.containers.network} exists` : `${stack.containers.network} will be created`,
  );
});

const images = checkOnEngine('images', async ({ stack, config, ports, signal }) => {
  const text = await composeText(ports, config);
  const required = servicesIn(stack.containers).map((service) => imageOf(text, service));
  const here = await Promise.all(required.map((image) => imageIsHere(stack, image, signal)));
  const missing = required.filter((_, index) => !here[index]);
  if (missing.length === 0) return ok('images', required.join(', '));
  const unavailable = await unavailableOf(stack, missing, signal);
  if (unavailable.length === 0) {
    const todo = missing.map((image) => ({
      text: 'Pull it now, or the rollout will',
      command: docker.pull(image),
    }));
    return lacking('images', { what: `not pulled yet: ${missing.join(', ')}`, todo }, 'warning');
  }
  const what = `cannot be pulled: ${unavailable.map(({ image }) => image).join(', ')}`;
  const todo = unavailable.flatMap(({ image, said }) => [
    ...said.map((text) => ({ text })),
    ...imageNotPulled(stack, image).todo,
  ]);
  return lacking('images', { what, todo }, 'missing');
});

/** Milliseconds that a registry has to answer; an unreachable one may not fail for minutes. */
const registryTimeout = 15_000;

/** Returns the images that cannot be pulled, each with the last line of the error. */
async function unavailableOf({ host }: Stack, images: readonly string[], signal: AbortSignal) {
  const answers = await Promise.all(
    images.map(async (image) => {
      const late = AbortSignal.timeout(registryTimeout);
      const until = AbortSignal.any([signal, late]);
      try {
        // Before Docker 20.10, `docker manifest` is an experimental command.
        const environment = { DOCKER_CLI_EXPERIMENTAL: 'enabled' };
        const asked = host.processes.run(docker.manifest(image), null, until, undefined, { environment });
        const { exitCode, stderr } = await asked;
        return exitCode === 0 ? [] : [{ image, said: stderr.trim().split('\n').slice(-1) }];
      } catch (error) {
        if (signal.aborted || !late.aborted) throw error;
        return [{ image, said: [`No answer within ${registryTimeout / 1000} s.`] }];
      }
    }),
  );
  return answers.flat();
}

const disk = checkOnEngine('disk for data/', async ({ ports }) => {
  const exists = (await ports.files.inspect(layout.data)).type === 'directory';
  const free = await freeDisk(exists ? `${ports.root}/${layout.data}` : ports.root);
  const found = `${Math.round(free / 1e6)} MB free`;
  const todo = [
    {
      text: `Free some disk space. The data folder of the database needs ${Math.round(dataBytes / 1e6)} MB.`,
    },
  ];
  return free >= dataBytes
    ? ok('disk for data/', found)
    : lacking('disk for data/', { what: found, todo }, 'missing');
});

const ofService = (key: Service['key'], of: 'database' | 'api'): PrerequisiteCheck =>
  checkOnEngine(key, async ({ stack, signal }) => {
    const service = stack.containers[of];
    const container = await containerNamed(stack.host, service.name, signal);
    if (container !== null) {
      await assertOurs(stack, service, container, signal);
      if (container.status === 'running')
        return ok(service.name, `${container.status}, ${container.health ?? 'no health check'}`);
    }
    const occupant = await occupantOf(stack, service, signal);
    if (occupant !== null) return lacking(service.name, portTaken(stack, service, occupant), 'missing');
    return ok(
      service.name,
      `port ${service.port} is free, ${container === null ? 'no container yet' : container.status}`,
    );
  });

/** The checks of what a local test on Docker needs. */
export const dockerChecks: readonly PrerequisiteCheck[] = [
  engine,
  network,
  images,
  disk,
  ofService('postgres-erp', 'database'),
  ofService('postgrest-erp', 'api'),
];

async function localEngine(parts: CommandParts, ports: WorkspacePorts) {
  const { flags, here, signal } = parts;
  const configured = await readConfiguration(flags, here, ports.files);
  const config = { ...configured, engine: await engineOf(parts, ports, configured) };
  const { stack } = localContainers(ports.hostOf('here'), config, signal, new Kept());
  return { config, stack, ports, signal };
}

/** Returns the engine that a run would use, which is that of an earlier rollout; `auto` if a run would choose. */
async function engineOf(
  parts: CommandParts,
  ports: WorkspacePorts,
  { engine }: Config,
): Promise<Config['engine']> {
  if (engine !== 'auto') return engine;
  try {
    return (await recordedIn(parts, ports)).engine ?? engine;
  } catch (error) {
    // The check of the journal reports why it cannot be read.
    if (!(error instanceof ProblemError)) throw error;
    return engine;
  }
}

/** Makes a check that runs only if the local test may use Docker and a Docker engine answers. */
function checkOnEngine(
  name: string,
  check: (engine: LocalEngine) => Promise<Prerequisite>,
): PrerequisiteCheck {
  return (parts, ports) =>
    orProblem(name, async () => {
      const engine = await localEngine(parts, ports);
      const unused = (found: string): Prerequisite => ({ name, state: 'unused', actual: found, todo: [] });
      if (engine.config.engine === 'embedded') return unused('not needed with the embedded engine');
      if ('code' in (await toolsOf(engine.stack.host, parts.signal)))
        return unused('needs Docker, which is missing (see above)');
      return check(engine);
    });
}

/** Reports that no engine answers: missing if the local test uses Docker, a warning if a run would choose. */
function withoutEngine(name: string, { engine: configured }: Config, problem: Problem): Prerequisite {
  if (configured === 'embedded') return { name, state: 'unused', actual: problem.what, todo: [] };
  return lacking(name, problem, configured === 'docker' ? 'missing' : 'warning');
}

async function composeText({ files, assets }: WorkspacePorts, config: Config): Promise<string> {
  const exists = (await files.inspect(layout.compose)).type === 'file';
  return exists ? files.read(layout.compose) : renderCompose(await assets.read(composeAsset), config);
}
