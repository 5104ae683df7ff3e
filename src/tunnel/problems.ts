import { shownDocker } from '../argv/shown-docker.ts';
import { commandOn, sameCommand } from '../domain/command-text.ts';
import type { Host } from '../domain/ports/host.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';
import type { ConfigFault } from './ingress/config-file.ts';
import { type SingleOrigin, shownService } from './single-origin.ts';

type Named = Pick<Host, 'id' | 'name'>;

export function noCloudflared(host: Named, container: string, status: string | null): Problem {
  return {
    code: 'ERP-0650',
    what: `The container ${container} does not run on ${host.name}.`,
    why: `${status === null ? 'No container has that name' : `Its status is ${status}`}; cloudflare.container names it as the container of cloudflared.`,
    todo: [
      { text: 'List the running containers', command: commandOn(host, shownDocker.runningContainers()) },
      { text: 'Start it, or correct cloudflare.container in erp-deploy.config.yaml.' },
    ],
    exit: exitCodes.prerequisite,
  };
}

export function noConfigFile({ name }: Named, container: string, paths: readonly string[]): Problem {
  return {
    code: 'ERP-0651',
    what: `cloudflared has no configuration file on ${name} that can be edited.`,
    why: `${container} runs without a token, so it reads a configuration file; none of these exists, or the file is only inside the container, where an edit would be lost.`,
    todo: [{ text: 'Mount its folder from the production host, then run again.' }],
    exit: exitCodes.prerequisite,
    excerpt: paths,
  };
}

export function invalidConfig(path: string, faults: readonly ConfigFault[]): Problem {
  return {
    code: 'ERP-0652',
    what: `No route can be added to ${path}.`,
    why: 'The faults are below, with their lines. Nothing was changed.',
    todo: [
      { text: 'Fix the file on the production host, then run again.' },
      { text: 'Check it with cloudflared', command: ['cloudflared', 'tunnel', 'ingress', 'validate'] },
    ],
    exit: exitCodes.prerequisite,
    excerpt: faults.map(({ line, what }) => `${path}:${line} ${what}`),
  };
}

export function refusedConfig(path: string, lines: readonly string[]): Problem {
  return {
    code: 'ERP-0667',
    what: `cloudflared refuses the new configuration of ${path}.`,
    why: 'Its image validated the file before and after the change; its output for the new file is below. Nothing was changed.',
    todo: [
      { text: 'Fix the file on the production host, then run again.' },
      { text: 'Check it with cloudflared', command: ['cloudflared', 'tunnel', 'ingress', 'validate'] },
    ],
    exit: exitCodes.prerequisite,
    excerpt: lines.slice(-8),
  };
}

export function tokenNeeded(container: string): Problem {
  return {
    code: 'ERP-0653',
    what: "A token for Cloudflare's API is required.",
    why: `${container} runs with a tunnel token, so its routes are configured at Cloudflare, not in a file on the production host.`,
    todo: [
      {
        text: 'Create one with Zone:Read, DNS:Edit and Cloudflare Tunnel:Edit: https://dash.cloudflare.com/profile/api-tokens',
      },
      {
        text: 'Pass it: --cloudflare-token-file FILE (or - for stdin), or cloudflare.api-token-file in erp-deploy.config.yaml',
      },
    ],
    exit: exitCodes.prerequisite,
  };
}

export function rightsMissing(rights: readonly string[]): Problem {
  return {
    code: 'ERP-0654',
    what: `The token for Cloudflare's API lacks ${rights.length === 1 ? 'a permission' : `${rights.length} permissions`}: ${rights.join(', ')}.`,
    why: 'Each permission was checked separately. Nothing was changed.',
    todo: [
      { text: 'Add them to the token: https://dash.cloudflare.com/profile/api-tokens' },
      { text: 'Then run again.' },
    ],
    exit: exitCodes.prerequisite,
  };
}

export function unknownTunnel(host: Named, container: string): Problem {
  return {
    code: 'ERP-0659',
    what: `The tunnel of ${container} could not be identified.`,
    why: 'Its token is in a file, or its config.yml has only the name of the tunnel, and its log no longer contains the line with the id of the tunnel.',
    todo: [
      {
        text: `Restart it on ${host.name} at a convenient time, so that its log contains that line again`,
        command: commandOn(host, shownDocker.restart(container)),
      },
    ],
    exit: exitCodes.prerequisite,
  };
}

export function notInPlace(path: string): Omit<Problem, 'excerpt'> {
  return {
    code: 'ERP-0660',
    what: 'cloudflared does not run with the new configuration.',
    why: `${path} is unchanged: the new configuration was not installed, or it was reverted because no new connection confirmed it.`,
    todo: [
      {
        text: 'The output is below. The new configuration and the backup are in .erp-deploy/tunnel, in the folder of the deployment.',
      },
      { text: 'Fix the cause, then run again.' },
    ],
    exit: exitCodes.stepFailed,
  };
}

export function hasSingleOrigin(container: string, origin: SingleOrigin, hostname: string): Problem {
  return {
    code: 'ERP-0666',
    what: `${container} has no ingress rules: it sends all requests to one origin, ${shownService(origin)}.`,
    why: `${origin.source} names that origin, and cloudflared ignores it if there are rules: with a rule for ${hostname}, a last rule would have to send every other hostname there. erp-deploy cannot write that rule: ${origin.unfit ?? 'one of its options has no equal in a rule'}. Nothing was changed.`,
    todo: [
      {
        text: 'Make the origin the last rule, similar to the lines below: in the configuration file of cloudflared, or at Cloudflare if the tunnel is managed there.',
      },
      {
        text: `Remove ${origin.source}, restart ${container}, and check that the other hostnames still answer.`,
      },
      { text: 'Then run again', command: ['erp-deploy', 'run', '--only', '3.6'] },
    ],
    exit: exitCodes.prerequisite,
    excerpt: ['ingress:', `  - service: ${shownService(origin)}`],
  };
}

export function noAddress(host: string): Problem {
  return {
    code: 'ERP-0665',
    what: `DNS has no address for ${host}.`,
    why: "No token for Cloudflare's API was given, so the record can neither be read nor created. Nothing was changed.",
    todo: [
      {
        text: 'Create the record, on the machine that created the tunnel',
        command: ['cloudflared', 'tunnel', 'route', 'dns', 'TUNNEL', host],
      },
      { text: 'Or let the rollout create it', command: sameCommand('--cloudflare-token-file', 'FILE') },
      { text: 'A resolver may cache the missing record for half an hour.' },
    ],
    exit: exitCodes.prerequisite,
  };
}

export function noZone(host: string): Problem {
  return {
    code: 'ERP-0661',
    what: `No zone of this Cloudflare account owns ${host}.`,
    why: 'The token gives access to no zone of that name or of a parent domain.',
    todo: [
      { text: 'Check that the token is for the right account and zone, and that public-host is correct.' },
    ],
    exit: exitCodes.prerequisite,
  };
}

export function manyRecords(host: string, records: readonly string[]): Problem {
  return {
    code: 'ERP-0662',
    what: `${host} has ${records.length} records that conflict with a CNAME.`,
    why: 'erp-deploy replaces a single record with --replace-dns; with several, it cannot know which are still needed.',
    todo: [{ text: 'Remove them in the dashboard, then run again.' }],
    exit: exitCodes.stepFailed,
    excerpt: records,
  };
}

export function nameTaken({ name }: Named, taken: readonly string[]): Problem {
  return {
    code: 'ERP-0663',
    what: `Another container on ${name} uses the same Traefik names as the API.`,
    why: 'Names are global in Traefik: it would distribute requests, with their tokens, to both containers (traefik#7889).',
    todo: [
      {
        text: 'Rename the routers, services and middlewares of the other container, or remove its labels; then run again.',
      },
    ],
    exit: exitCodes.prerequisite,
    excerpt: taken,
  };
}

export function invalidRemoteConfig(faults: readonly string[]): Problem {
  return {
    code: 'ERP-0664',
    what: "No route can be added to the tunnel's configuration at Cloudflare.",
    why: 'The faults are below. Nothing was changed.',
    todo: [{ text: 'Fix it in the dashboard, under Networks, Tunnels; then run again.' }],
    exit: exitCodes.prerequisite,
    excerpt: faults,
  };
}
