import { lineOn } from '../domain/command-text.ts';
import type { Host } from '../domain/ports.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';
import { quoted } from '../domain/show-change.ts';
import type { ConfigFault } from './ingress/config-file.ts';
import { type SingleOrigin, shownService } from './single-origin.ts';

type Named = Pick<Host, 'id' | 'name'>;

export function noCloudflared(host: Named, container: string, status: string | null): Problem {
  return {
    code: 'ERP-0650',
    what: `There is no running container ${container} on ${host.name}.`,
    why: `${status === null ? 'No container has that name' : `It is ${status}`}, and cloudflare.container says that it runs cloudflared.`,
    todo: [
      `See what runs there: ${lineOn(host, 'docker ps')}`,
      'Start it, or name the right one in erp-deploy.config.yaml.',
    ],
    exit: exitCodes.prerequisite,
  };
}

export function noConfigFile({ name }: Named, container: string, paths: readonly string[]): Problem {
  return {
    code: 'ERP-0651',
    what: `No configuration file of cloudflared's can be edited on ${name}.`,
    why: `${container} runs without a token, so it goes by a file; none of these is there, or it lies inside of the container, where an edit would be lost.`,
    todo: ['Mount its folder from the droplet, and start again.'],
    exit: exitCodes.prerequisite,
    excerpt: paths,
  };
}

export function unsoundConfig(path: string, faults: readonly ConfigFault[]): Problem {
  return {
    code: 'ERP-0652',
    what: `${path} cannot be given a route.`,
    why: 'What stands in the way is below, with its line; nothing was changed.',
    todo: [
      'Mend it on the droplet, and start again.',
      'See what cloudflared says of it: cloudflared tunnel ingress validate',
    ],
    exit: exitCodes.prerequisite,
    excerpt: faults.map(({ line, what }) => `${path}:${line} ${what}`),
  };
}

export function tokenWanted(container: string): Problem {
  return {
    code: 'ERP-0653',
    what: "A token for Cloudflare's API is wanted.",
    why: `${container} runs with a token of its tunnel, so its routes are kept at Cloudflare, and no file on the droplet counts.`,
    todo: [
      'Make one with Zone:Read, DNS:Edit and Cloudflare Tunnel:Edit: https://dash.cloudflare.com/profile/api-tokens',
      'Give it: --cloudflare-token-file FILE (or - for stdin), or cloudflare.api-token-file in erp-deploy.config.yaml',
    ],
    exit: exitCodes.prerequisite,
  };
}

export function rightsMissing(rights: readonly string[]): Problem {
  return {
    code: 'ERP-0654',
    what: `The token for Cloudflare's API lacks ${rights.length === 1 ? 'a right' : `${rights.length} rights`}: ${rights.join(', ')}.`,
    why: 'Each was asked for on its own, before anything was changed.',
    todo: ['Add them to the token: https://dash.cloudflare.com/profile/api-tokens', 'Start again.'],
    exit: exitCodes.prerequisite,
  };
}

export function unknownTunnel(host: Named, container: string): Problem {
  return {
    code: 'ERP-0659',
    what: `Nobody knows which tunnel ${container} runs.`,
    why: 'Its token is in a file or its config.yml has the name of the tunnel alone, and its log does not go back to where it says its id.',
    todo: [
      `Restart it on ${host.name} when it suits, so that its log begins with the tunnel: ${lineOn(host, `docker restart ${quoted(container)}`)}`,
    ],
    exit: exitCodes.prerequisite,
  };
}

export function notInPlace(path: string): Omit<Problem, 'excerpt'> {
  return {
    code: 'ERP-0660',
    what: 'cloudflared does not run with the new configuration.',
    why: `${path} is as it was: the new text did not come to its place, or was taken back because no new connection confirmed it.`,
    todo: [
      'What was said is below. The candidate and the backup: ls .erp-deploy/tunnel, in the folder of the deployment.',
      'Mend it, and start again.',
    ],
    exit: exitCodes.stepFailed,
  };
}

export function hasSingleOrigin(container: string, origin: SingleOrigin, hostname: string): Problem {
  return {
    code: 'ERP-0666',
    what: `${container} has no ingress rules: it sends every name to one origin, ${shownService(origin)}.`,
    why: `${origin.source} names that origin, and cloudflared ignores it as soon as there is a rule: with one for ${hostname}, every other name would be answered with 404. Nothing was changed.`,
    todo: [
      'Make the origin the last rule, as below: in the configuration file of cloudflared, or at Cloudflare if the tunnel is managed there.',
      `Take ${origin.source} away, restart ${container}, and check that the other names still answer.`,
      'Then run again: erp-deploy run --only 3.6',
    ],
    exit: exitCodes.prerequisite,
    excerpt: ['ingress:', `  - service: ${shownService(origin)}`],
  };
}

export function noAddress(host: string): Problem {
  return {
    code: 'ERP-0665',
    what: `DNS has no address for ${host}.`,
    why: "No token for Cloudflare's API was given, so its record can neither be looked at nor made; nothing was changed.",
    todo: [
      `Make it, on the machine that made the tunnel: cloudflared tunnel route dns TUNNEL ${quoted(host)}`,
      'Or let the roll-out make it: --cloudflare-token-file FILE',
      'A resolver may remember for half an hour that there was none.',
    ],
    exit: exitCodes.prerequisite,
  };
}

export function noZone(host: string): Problem {
  return {
    code: 'ERP-0661',
    what: `No zone of this Cloudflare account owns ${host}.`,
    why: 'Neither it nor any domain above it is a zone that the token sees.',
    todo: ['Look whether the token is for the right account and zone, and whether public-host is right.'],
    exit: exitCodes.prerequisite,
  };
}

export function manyRecords(host: string, records: readonly string[]): Problem {
  return {
    code: 'ERP-0662',
    what: `${host} has ${records.length} records that a CNAME cannot stand beside.`,
    why: 'Which of them somebody still needs is not known here; one could be replaced with --replace-dns, several are left to you.',
    todo: ['Remove them in the dashboard, and start again.'],
    exit: exitCodes.stepFailed,
    excerpt: records,
  };
}

export function nameTaken({ name }: Named, taken: readonly string[]): Problem {
  return {
    code: 'ERP-0663',
    what: `Another container on ${name} uses names of the API's routes.`,
    why: 'Names are global in Traefik: requests, with their tokens, would be shared out between both containers (traefik#7889).',
    todo: ['Give the others names of their own, or take their labels away; then start again.'],
    exit: exitCodes.prerequisite,
    excerpt: taken,
  };
}

export function unsoundRemote(faults: readonly string[]): Problem {
  return {
    code: 'ERP-0664',
    what: "The tunnel's configuration at Cloudflare cannot be given a route.",
    why: 'What stands in the way is below; nothing was changed.',
    todo: ['Mend it in the dashboard, under Networks, Tunnels; then start again.'],
    exit: exitCodes.prerequisite,
    excerpt: faults,
  };
}
