import { shownDocker } from '../argv/shown-docker.ts';
import { commandOn, sameCommand, shellOn } from '../domain/command-text.ts';
import type { Host } from '../domain/ports/host.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';
import type { Remedy } from '../domain/remedy.ts';

type Named = Pick<Host, 'id' | 'name'>;

/** Returns the way to run without Docker; only the local test has one. */
const withoutDocker = ({ id }: Named): readonly Remedy[] =>
  id === 'here'
    ? [{ text: 'Or run the local test without Docker', command: sameCommand('--engine', 'embedded') }]
    : [];

export function dockerMissing(host: Named): Problem {
  return {
    code: 'ERP-0601',
    what: `The docker program is not installed on ${host.name}.`,
    why: 'erp-deploy manages the containers with it.',
    todo: [
      { text: 'Install Docker (engine and client): https://docs.docker.com/engine/install/' },
      ...withoutDocker(host),
    ],
    exit: exitCodes.prerequisite,
  };
}

export function engineSilent(host: Named, output: string): Problem {
  return {
    code: 'ERP-0602',
    what: `No Docker engine answers on ${host.name}.`,
    why: output.trim().split('\n').at(-1) || 'The docker program reported no engine, and gave no reason.',
    todo: [
      {
        text: `Start it on ${host.name}`,
        command: commandOn(host, ['sudo', 'systemctl', 'start', 'docker'], 'terminal'),
      },
      {
        text: 'Show which engine docker is configured to use',
        command: commandOn(host, shownDocker.contexts()),
      },
      ...withoutDocker(host),
    ],
    exit: exitCodes.prerequisite,
  };
}

export function engineRefuses(host: Named, socket: string): Problem {
  return {
    code: 'ERP-0603',
    what: `This user may not use the Docker engine on ${host.name}.`,
    why: `Its socket ${socket} exists, but this user has no write permission.`,
    todo: [
      {
        text: `Add the user to the docker group on ${host.name}, and log in again`,
        command: shellOn(host, 'sudo usermod -aG docker "$USER"', 'terminal'),
      },
      { text: 'Note that access to the engine amounts to root access.' },
      ...withoutDocker(host),
    ],
    exit: exitCodes.prerequisite,
  };
}

export function composeMissing(host: Named): Problem {
  return {
    code: 'ERP-0604',
    what: `Docker Compose is not installed on ${host.name}.`,
    why: 'Neither "docker compose" (v2) nor "docker-compose" (v1) answers.',
    todo: [
      {
        text: `Install the plugin (docker-compose-v2 or docker-compose-plugin) on ${host.name}`,
        command: commandOn(host, ['sudo', 'apt-get', 'install', 'docker-compose-v2'], 'terminal'),
      },
      ...withoutDocker(host),
    ],
    exit: exitCodes.prerequisite,
  };
}
