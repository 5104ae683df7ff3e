import { freeDisk } from '../../adapters/machine.ts';
import { docker } from '../../argv/docker.ts';
import type { Config } from '../../config/config.ts';
import { localContainers } from '../../connections/local-target.ts';
import { composeAsset } from '../../containers/compose-asset.ts';
import { containerNamed } from '../../containers/container.ts';
import { imageNotPulled, portTaken } from '../../containers/container-problems.ts';
import { networkIsThere } from '../../containers/network.ts';
import { occupantOf } from '../../containers/port.ts';
import { imageOf } from '../../containers/service-changes.ts';
import { assertOurs, imageIsHere } from '../../containers/service-state.ts';
import { dataBytes, networkName, type Service, type Stack, services } from '../../containers/stack.ts';
import { toolsOf } from '../../containers/tools.ts';
import type { Problem } from '../../domain/problem.ts';
import { layout } from '../../workspace/layout.ts';
import type { CommandParts } from './command.ts';
import { readConfiguration } from './configuration.ts';
import { lacking, ok, orProblem, type Prerequisite, type PrerequisiteCheck } from './prerequisite.ts';
import type { World } from './world.ts';

/** What the checks of a local engine need. */
interface LocalEngine {
  readonly stack: Stack;
  readonly config: Config;
  readonly world: World;
  readonly signal: AbortSignal;
}

const engine: PrerequisiteCheck = (parts, world) =>
  orProblem('Docker', async () => {
    const { config, stack } = await localEngine(parts, world);
    const tools = await toolsOf(stack.host, parts.signal);
    if (!('code' in tools))
      return ok('Docker', `engine ${tools.engine}, Compose ${tools.compose} (${tools.composeVersion})`);
    return unlessWanted('Docker', config, tools);
  });

const network = whereAnEngineAnswers('network', async ({ stack, signal }) => {
  const there = await networkIsThere(stack, signal);
  return ok('network', there ? `${networkName} is there` : `${networkName} will be made`);
});

const images = whereAnEngineAnswers('images', async ({ stack, world, signal }) => {
  const text = await composeText(world);
  const wanted = Object.values(services).flatMap((service) => imageOf(text, service) ?? []);
  const here = await Promise.all(wanted.map((image) => imageIsHere(stack, image, signal)));
  const absent = wanted.filter((_, index) => !here[index]);
  if (absent.length === 0) return ok('images', wanted.join(', '));
  const refused = await refusedOf(stack, absent, signal);
  if (refused.length === 0) {
    const todo = absent.map((image) => `Fetch it, or the roll-out will: docker image pull ${image}`);
    return lacking('images', { what: `not here yet: ${absent.join(', ')}`, todo }, 'warning');
  }
  const what = `not here, and no registry in reach hands it out: ${refused.map(({ image }) => image).join(', ')}`;
  const todo = refused.flatMap(({ image, said }) => [...said, ...imageNotPulled(stack, image).todo]);
  return lacking('images', { what, todo }, 'missing');
});

/** Milliseconds for the answers of a registry: one that is out of reach may be silent for minutes. */
const registryPatience = 15_000;

/** Those of the images that their registry does not hand out, and its last words on each. */
async function refusedOf({ host }: Stack, images: readonly string[], signal: AbortSignal) {
  const answers = await Promise.all(
    images.map(async (image) => {
      const late = AbortSignal.timeout(registryPatience);
      const until = AbortSignal.any([signal, late]);
      try {
        // Before Docker 20.10, the command is there for those alone who ask for it.
        const environment = { DOCKER_CLI_EXPERIMENTAL: 'enabled' };
        const asked = host.processes.run(docker.manifest(image), null, until, undefined, { environment });
        const { exitCode, stderr } = await asked;
        return exitCode === 0 ? [] : [{ image, said: stderr.trim().split('\n').slice(-1) }];
      } catch (error) {
        if (signal.aborted || !late.aborted) throw error;
        return [{ image, said: [`No answer within ${registryPatience / 1000} s.`] }];
      }
    }),
  );
  return answers.flat();
}

const disk = whereAnEngineAnswers('disk for data/', async ({ world }) => {
  const there = (await world.files.look(layout.data)).type === 'directory';
  const free = await freeDisk(there ? `${world.root}/${layout.data}` : world.root);
  const found = `${Math.round(free / 1e6)} MB free`;
  const todo = [`The database's folder wants ${Math.round(dataBytes / 1e6)} MB: make room.`];
  return free >= dataBytes
    ? ok('disk for data/', found)
    : lacking('disk for data/', { what: found, todo }, 'missing');
});

const ofService = (service: Service): PrerequisiteCheck =>
  whereAnEngineAnswers(service.name, async ({ stack, signal }) => {
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

/** What a local test on Docker needs. */
export const dockerChecks: readonly PrerequisiteCheck[] = [
  engine,
  network,
  images,
  disk,
  ...Object.values(services).map(ofService),
];

async function localEngine({ flags, here, signal }: CommandParts, world: World) {
  const config = await readConfiguration(flags, here, world.files);
  const { stack } = localContainers(world.hostOf('here'), config, signal);
  return { config, stack, world, signal };
}

/** Where the embedded engine is asked for, or none answers, nothing of Docker's is needed. */
function whereAnEngineAnswers(
  name: string,
  look: (engine: LocalEngine) => Promise<Prerequisite>,
): PrerequisiteCheck {
  return (parts, world) =>
    orProblem(name, async () => {
      const engine = await localEngine(parts, world);
      const unused = (found: string): Prerequisite => ({ name, state: 'unused', found, todo: [] });
      if (engine.config.engine === 'embedded') return unused('the embedded engine is asked for');
      if ('code' in (await toolsOf(engine.stack.host, parts.signal))) return unused('no engine to ask');
      return look(engine);
    });
}

/** Docker is missing only for those who asked for it. */
function unlessWanted(name: string, { engine: asked }: Config, problem: Problem): Prerequisite {
  if (asked === 'embedded') return { name, state: 'unused', found: problem.what, todo: [] };
  return lacking(name, problem, asked === 'docker' ? 'missing' : 'warning');
}

async function composeText({ files, assets }: World): Promise<string> {
  const there = (await files.look(layout.compose)).type === 'file';
  return there ? files.read(layout.compose) : assets.read(composeAsset);
}
