import { tokenRoles } from '../../config/api-token.ts';
import { productionHost } from '../../connections/production-host.ts';
import { type ApiToken, tokenFor } from '../../containers/api-token.ts';
import { services } from '../../containers/stack.ts';
import { exitCodes, type Problem, ProblemError } from '../../domain/problem.ts';
import { quoted } from '../../domain/show-change.ts';
import { layout } from '../../workspace/layout.ts';
import type { CommandParts, Execute } from '../wiring/command.ts';
import { readConfiguration } from '../wiring/configuration.ts';
import { connectDroplet } from '../wiring/connect-host.ts';
import { worldOf } from '../wiring/world.ts';

const units = { s: 1, m: 60, h: 3600 } as const;
/** A token cannot be taken back: it ends by itself, within a day. */
const longest = 24 * units.h;

/**
 * Prints a token for one API, alone on stdout: the local one's, signed with the key of the workspace's `.env`; with
 * `--production-host` the droplet's, which has a key of its own. A host in the configuration file alone does not
 * decide it: whose token it is stands on the command line.
 */
export const token: Execute = async (parts) => {
  const { flags, teller, terminal } = parts;
  if (flags.json) throw new ProblemError(notInTheStream);
  const role = tokenRoles.find((one) => one === flags.role);
  const seconds = secondsIn(flags.ttl);
  const faults = [
    ...(role === undefined ? [badRole(flags.role)] : []),
    ...(seconds === null ? [badTtl(flags.ttl)] : []),
  ];
  const [first, ...rest] = faults;
  if (first !== undefined) throw new ProblemError([first, ...rest]);
  if (role === undefined || seconds === null)
    throw new Error('a role or a lifetime is missing without a fault');
  const wanted = { role, seconds };
  const { made, api, problem } =
    flags.productionHost === undefined ? await tokenHere(parts, wanted) : await tokenThere(parts, wanted);
  if (made === null) throw new ProblemError(problem);
  terminal.stdout.write(`${made.token}\n`);
  const text = `for ${role} at ${api}, good for ${flags.ttl}; whoever has it can use that API until then`;
  teller.tell({ type: 'note', level: 'info', text });
  if (made.skew !== null) teller.tell({ type: 'note', level: 'warning', text: made.skew });
  return exitCodes.done;
};

interface Wanted {
  readonly role: (typeof tokenRoles)[number];
  /** Its lifetime. */
  readonly seconds: number;
}

/** A token for one API. */
interface Made {
  /** Null if there is no key to sign it with. */
  readonly made: ApiToken | null;
  /** Whose API it is, for a person. */
  readonly api: string;
  /** What to say where there is no key. */
  readonly problem: Problem;
}

async function tokenHere(parts: CommandParts, wanted: Wanted): Promise<Made> {
  const host = worldOf(parts, parts.flags.workspace).hostOf('here');
  const { signal } = parts;
  return {
    made: await tokenFor({ host, folder: layout.stack }, signal, wanted.role, wanted.seconds),
    api: `the local API (127.0.0.1:${services.api.port} on this machine; the droplet's: --production-host HOST)`,
    problem: noKey,
  };
}

/** @throws ProblemError where the configuration is at fault, or the droplet cannot be reached */
async function tokenThere(parts: CommandParts, wanted: Wanted): Promise<Made> {
  const { flags, here, signal } = parts;
  const { files } = worldOf(parts, flags.workspace);
  const config = await readConfiguration(flags, here, files);
  const production = productionHost((lock) => connectDroplet(parts, config, lock), config, signal);
  const { host } = production.stack;
  try {
    return {
      made: await tokenFor(production.stack, signal, wanted.role, wanted.seconds),
      api: `the API of ${host.name}`,
      problem: noKeyThere(host.name, config.production.directory),
    };
  } finally {
    await production.close();
  }
}

/** Seconds in `90s`, `30m` or `1h`; null where it is none of these, or too long. */
function secondsIn(ttl: string): number | null {
  const [, count, unit] = /^([1-9]\d{0,5})([smh])$/.exec(ttl) ?? [];
  if (count === undefined || (unit !== 's' && unit !== 'm' && unit !== 'h')) return null;
  const seconds = Number(count) * units[unit];
  return seconds <= longest ? seconds : null;
}

function badRole(role: string): Problem {
  return {
    code: 'ERP-0130',
    what: `--role ${role}: there is no such role for a token.`,
    why: `PostgREST may become ${tokenRoles.join(' or ')}, and nobody else.`,
    todo: ['Give one of those: erp-deploy token --role erp_api'],
    exit: exitCodes.usage,
  };
}

function badTtl(ttl: string): Problem {
  return {
    code: 'ERP-0131',
    what: `--ttl ${ttl}: that is no time from a second to a day.`,
    why: 'A token cannot be taken back, so it is short-lived.',
    todo: ['Give seconds, minutes or hours: --ttl 90s, --ttl 30m, --ttl 1h'],
    exit: exitCodes.usage,
  };
}

const notInTheStream: Problem = {
  code: 'ERP-0132',
  what: 'A token is not told in the event stream.',
  why: 'It is a secret, and --json is made to be kept and read by others.',
  todo: ['Take it from stdout: erp-deploy token'],
  exit: exitCodes.usage,
};

const noKey: Problem = {
  code: 'ERP-0133',
  what: `There is no POSTGREST_JWT_SECRET in ${layout.env}.`,
  why: 'It is the key that tokens are signed with.',
  todo: ['Make the file: erp-deploy run --non-interactive --phase prepare'],
  exit: exitCodes.prerequisite,
};

function noKeyThere(host: string, directory: string): Problem {
  return {
    code: 'ERP-0133',
    what: `There is no POSTGREST_JWT_SECRET in ${directory}/.env on ${host}.`,
    why: 'It is the key that tokens for the API there are signed with; those of the workspace are refused there.',
    todo: [
      `Make the file: erp-deploy run --phase production --production-host ${quoted(host)} --create-env`,
      'Or leave --production-host out: the token is for the local API then.',
    ],
    exit: exitCodes.prerequisite,
  };
}
