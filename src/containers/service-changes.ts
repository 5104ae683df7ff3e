import { parse } from 'yaml';
import * as z from 'zod';
import { compose } from '../argv/compose.ts';
import { docker } from '../argv/docker.ts';
import type { Service } from '../config/containers.ts';
import { answerIn } from '../domain/answer.ts';
import { type ExactChange, exact } from '../domain/build-change.ts';
import type { CommandChange, PlannedChange } from '../domain/change.ts';
import type { Problem } from '../domain/problem.ts';
import { linesFrom } from './ask-docker.ts';
import { imageNotPulled, portTaken } from './container-problems.ts';
import type { Restart } from './image-change.ts';
import { occupantOf } from './port.ts';
import { folderOf, imageIsHere, type ServiceState } from './service-state.ts';
import { projectOf, type Stack } from './stack.ts';
import type { Tools } from './tools.ts';

const fileSchema = z.looseObject({
  services: z.record(z.string(), z.looseObject({ image: z.string() })),
});

/** Returns the image that a compose file names for a service; the configured one if it names none. */
export function imageOf(composeText: string, service: Service): string {
  const parsed = fileSchema.safeParse(parse(composeText));
  return (parsed.success ? parsed.data.services[service.key]?.image : undefined) ?? service.image;
}

/**
 * Returns the changes that start a service as its compose file declares it.
 * @param image the image that the compose file pins
 * @param restart what recreating the container needs besides
 * @returns the problem if something else uses its port
 */
export async function serviceChanges(
  stack: Stack,
  tools: Tools,
  service: Service,
  state: ServiceState,
  image: string,
  signal: AbortSignal,
  restart: Restart | null = null,
): Promise<readonly PlannedChange[] | Problem> {
  if (state.is === 'starting' || state.is === 'healthy') return [];
  const remnants = await remnantsOf(stack, service, signal);
  const running = state.is !== 'absent' && state.container.status === 'running';
  const occupant = running ? null : await occupantOf(stack, service, signal);
  if (occupant !== null && remnants.length === 0) return portTaken(stack, service, occupant);
  const pull = (await imageIsHere(stack, image, signal))
    ? []
    : [command(stack, docker.pull(image), { onFailure: imageNotPulled(stack, image) })];
  return [
    ...pull,
    ...remnants,
    ...(restart?.dump == null ? [] : [restart.dump]),
    ...replaced(stack, tools, service, state, restart?.more.onlyIf ?? null),
    state.is === 'absent'
      ? command(stack, compose.up(tools.compose, projectOf(stack), service.key), {
          undo: { type: 'service', name: service.key },
        })
      : {
          ...command(stack, compose.up(tools.compose, projectOf(stack), service.key), restart?.more),
          ...(restart?.consent == null ? {} : { consent: restart.consent }),
        },
  ];
}

const listedSchema = z.looseObject({ Names: z.string(), State: z.string() });

/**
 * Removes containers with the temporary name that Compose gives them while it recreates one: they are left if it is
 * killed, and the next `up` would fail or start one with that name. The data is in a folder of the host, and stays.
 */
async function remnantsOf(
  stack: Stack,
  service: Service,
  signal: AbortSignal,
): Promise<readonly PlannedChange[]> {
  if ((await stack.host.files.inspect(stack.folder)).type !== 'directory') return [];
  const folder = await folderOf(stack, signal);
  const listed = await linesFrom(stack.host, docker.halfMade(folder, service.name), signal);
  const remnants = listed.map((line) => listedSchema.parse(answerIn(line)));
  return remnants.flatMap(({ Names, State }) => [
    ...(State === 'running' ? [command(stack, docker.stop(Names))] : []),
    command(stack, docker.remove(Names), {
      effect: 'removes',
      summary: `remove ${Names}, which an interrupted Compose left behind`,
    }),
  ]);
}

/** Compose v1 can crash while it recreates a container, and leave none: so the container is removed first. */
function replaced(
  stack: Stack,
  tools: Tools,
  service: Service,
  state: ServiceState,
  onlyIf: CommandChange['onlyIf'],
): readonly PlannedChange[] {
  if (tools.compose === 'v2' || state.is !== 'outdated') return [];
  return [
    command(stack, compose.stop('v1', projectOf(stack), service.key), { onlyIf }),
    command(stack, compose.remove('v1', projectOf(stack), service.key)),
  ];
}

/** Returns a command that runs in the folder of the compose file; whether it happened can be checked afterwards. */
export function command(
  stack: Stack,
  argv: CommandChange['argv'],
  more: Partial<Pick<CommandChange, 'effect' | 'onFailure' | 'summary' | 'undo' | 'onlyIf'>> = {},
): ExactChange {
  const change: CommandChange = {
    kind: 'command',
    host: stack.host.id,
    argv,
    cwd: stack.folder,
    onlyIf: null,
    observable: true,
    ...more,
  };
  return exact(change);
}
