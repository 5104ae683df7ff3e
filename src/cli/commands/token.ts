import { tokenRoles } from '../../config/api-token.ts';
import { productionHost } from '../../connections/production-host.ts';
import { type ApiToken, tokenFor } from '../../containers/api-token.ts';
import { exitCodes, type Problem, ProblemError } from '../../domain/problem.ts';
import { layout } from '../../workspace/layout.ts';
import type { CommandParts, Execute } from '../wiring/command.ts';
import { readConfiguration } from '../wiring/configuration.ts';
import { connectHost } from '../wiring/connect-host.ts';
import { workspacePorts } from '../wiring/workspace-ports.ts';

const units = { s: 1, m: 60, h: 3600 } as const;
/** Seconds that a token may live at most, because a token cannot be revoked. */
const longest = 24 * units.h;

/**
 * Prints a token for one API; stdout contains only the token. The default is the local API, whose key is in the
 * workspace's `.env`; with `--production-host` it is the API of that host, which has its own key. A host in the
 * configuration file has no effect, so that the command line alone decides for which API the token is valid.
 */
export const token: Execute = async (parts) => {
  const { flags, reporter, terminal } = parts;
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
  const request = { role, seconds };
  const { made, api, problem } =
    flags.productionHost === undefined ? await localToken(parts, request) : await hostToken(parts, request);
  if (made === null) throw new ProblemError(problem);
  terminal.stdout.write(`${made.token}\n`);
  const text = `role ${role}, for ${api}, valid for ${flags.ttl}; it is a credential, so keep it secret`;
  reporter.emit({ type: 'note', level: 'info', text });
  if (made.skew !== null) reporter.emit({ type: 'note', level: 'warning', text: made.skew });
  return exitCodes.done;
};

interface TokenRequest {
  readonly role: (typeof tokenRoles)[number];
  /** The lifetime of the token. */
  readonly seconds: number;
}

/** A token for one API, or the reason why there is none. */
interface Made {
  /** Null if there is no key to sign it with. */
  readonly made: ApiToken | null;
  /** The API, for messages. */
  readonly api: string;
  /** The problem if there is no key. */
  readonly problem: Problem;
}

async function localToken(parts: CommandParts, { role, seconds }: TokenRequest): Promise<Made> {
  const host = workspacePorts(parts, parts.flags.workspace).hostOf('here');
  const { flags, here, signal } = parts;
  const { files } = workspacePorts(parts, flags.workspace);
  const { containers } = await readConfiguration(flags, here, files);
  return {
    made: await tokenFor({ host, folder: layout.stack }, signal, role, seconds),
    api: `the local API (127.0.0.1:${containers.api.port} on this machine; for a production host: --production-host HOST)`,
    problem: noKey,
  };
}

/** @throws ProblemError if the configuration is not valid, or the production host cannot be reached */
async function hostToken(parts: CommandParts, { role, seconds }: TokenRequest): Promise<Made> {
  const { flags, here, signal } = parts;
  const { files } = workspacePorts(parts, flags.workspace);
  const config = await readConfiguration(flags, here, files);
  const production = productionHost((lock) => connectHost(parts, config, lock), config, signal);
  const { host } = production.stack;
  try {
    return {
      made: await tokenFor(production.stack, signal, role, seconds),
      api: `the API of ${host.name}`,
      problem: noKeyOnHost(host.name, config.production.directory),
    };
  } finally {
    await production.close();
  }
}

/** Returns the seconds in a text such as `90s`, `30m` or `1h`; null if it is not valid or longer than a day. */
function secondsIn(ttl: string): number | null {
  const [, count, unit] = /^([1-9]\d{0,5})([smh])$/.exec(ttl) ?? [];
  if (count === undefined || (unit !== 's' && unit !== 'm' && unit !== 'h')) return null;
  const seconds = Number(count) * units[unit];
  return seconds <= longest ? seconds : null;
}

function badRole(role: string): Problem {
  return {
    code: 'ERP-0130',
    what: `--role ${role}: not a role that a token can have.`,
    why: `PostgREST may only switch to ${tokenRoles.join(' or ')}.`,
    todo: [{ text: 'Use one of these roles', command: ['erp-deploy', 'token', '--role', 'erp_api'] }],
    exit: exitCodes.usage,
  };
}

function badTtl(ttl: string): Problem {
  return {
    code: 'ERP-0131',
    what: `--ttl ${ttl}: not a duration between 1s and 24h.`,
    why: 'A token cannot be revoked, so its lifetime is limited.',
    todo: [{ text: 'Use seconds, minutes or hours: --ttl 90s, --ttl 30m, --ttl 1h' }],
    exit: exitCodes.usage,
  };
}

const noKey: Problem = {
  code: 'ERP-0133',
  what: `POSTGREST_JWT_SECRET is missing in ${layout.env}.`,
  why: 'It is the key that signs tokens.',
  todo: [
    { text: 'Create the file', command: ['erp-deploy', 'run', '--non-interactive', '--phase', 'prepare'] },
  ],
  exit: exitCodes.prerequisite,
};

function noKeyOnHost(host: string, directory: string): Problem {
  return {
    code: 'ERP-0133',
    what: `POSTGREST_JWT_SECRET is missing in ${directory}/.env on ${host}.`,
    why: 'It is the key that signs tokens for the API on that host, which rejects tokens that the local key signed.',
    todo: [
      {
        text: 'Create the file',
        command: ['erp-deploy', 'run', '--phase', 'production', '--production-host', host, '--create-env'],
      },
      { text: 'Or omit --production-host, for a token for the local API.' },
    ],
    exit: exitCodes.prerequisite,
  };
}
