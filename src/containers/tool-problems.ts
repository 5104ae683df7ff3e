import { lineOn } from '../domain/command-text.ts';
import type { Host } from '../domain/ports.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';

type Named = Pick<Host, 'id' | 'name'>;

/** What can be done without an engine: on a droplet, nothing. */
const withoutDocker = ({ id }: Named): readonly string[] =>
  id === 'here' ? ['Or run the local test without Docker: --engine embedded'] : [];

export function dockerMissing(host: Named): Problem {
  return {
    code: 'ERP-0601',
    what: `There is no docker program on ${host.name}.`,
    why: 'The containers are driven through it.',
    todo: [
      'Install Docker, engine and client: https://docs.docker.com/engine/install/',
      ...withoutDocker(host),
    ],
    exit: exitCodes.prerequisite,
  };
}

export function engineSilent(host: Named, said: string): Problem {
  return {
    code: 'ERP-0602',
    what: `No Docker engine answers on ${host.name}.`,
    why:
      said.trim().split('\n').at(-1) ||
      'What the docker program printed tells of no engine, and gives no reason.',
    todo: [
      `Start it on ${host.name}: ${lineOn(host, 'sudo systemctl start docker', 'terminal')}`,
      `See where docker looks for it: ${lineOn(host, 'docker context ls')}`,
      ...withoutDocker(host),
    ],
    exit: exitCodes.prerequisite,
  };
}

export function engineRefuses(host: Named, socket: string): Problem {
  return {
    code: 'ERP-0603',
    what: `The Docker engine on ${host.name} is not for this user.`,
    why: `Its socket ${socket} is there, and this user may not write to it.`,
    todo: [
      `Join its group on ${host.name}, and log in again: ${lineOn(host, 'sudo usermod -aG docker "$USER"', 'terminal')}`,
      'Mind that who may use the engine is as good as root.',
      ...withoutDocker(host),
    ],
    exit: exitCodes.prerequisite,
  };
}

export function composeMissing(host: Named): Problem {
  return {
    code: 'ERP-0604',
    what: `There is no Docker Compose on ${host.name}.`,
    why: 'Neither "docker compose" (v2) nor "docker-compose" (v1) answers.',
    todo: [
      `Install the plugin (docker-compose-v2 or docker-compose-plugin) on ${host.name}: ${lineOn(host, 'sudo apt-get install docker-compose-v2', 'terminal')}`,
      ...withoutDocker(host),
    ],
    exit: exitCodes.prerequisite,
  };
}
