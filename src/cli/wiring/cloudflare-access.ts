import { resolve } from 'node:path';
import { readPrivateFile } from '../../adapters/private-file.ts';
import type { Config } from '../../config/config.ts';
import type { CloudflareApi } from '../../domain/ports/cloudflare.ts';
import { exitCodes, type Problem, ProblemError } from '../../domain/problem.ts';
import { Secret } from '../../domain/secret.ts';
import { reasonOf } from '../../engine/executor-problems.ts';
import type { CommandParts } from './command.ts';
import { readStdin } from './read-stdin.ts';

/**
 * Returns Cloudflare's API with the token that a flag or the configuration names; null if neither does. The first
 * request reads the token, and throws a ProblemError (exit 2) if it is missing or not valid.
 */
export function cloudflareAccess(parts: CommandParts, { cloudflare }: Config): CloudflareApi | null {
  const { adapters } = parts;
  const path = tokenPath(parts, cloudflare);
  if (path === null) return null;
  const token = async () =>
    path === '-' ? tokenIn(await readStdin(parts, "Cloudflare's token"), 'stdin') : readToken(path);
  let api: Promise<CloudflareApi> | undefined;
  return {
    call: async (...request) => {
      api ??= token().then((value) => adapters.cloudflare(value));
      return (await api).call(...request);
    },
  };
}

/** Returns the absolute path of the token file, or `-` for stdin; null if no flag and no configuration names one. */
export function tokenPath(
  { flags: { cloudflareTokenFile: given, workspace }, cwd }: Pick<CommandParts, 'flags' | 'cwd'>,
  { apiTokenFile }: Config['cloudflare'],
): string | null {
  if (given !== undefined) return given === '-' ? given : resolve(cwd, given);
  return apiTokenFile === undefined ? null : resolve(cwd, workspace, apiTokenFile);
}

/**
 * Reads the token from a file.
 * @throws ProblemError (exit 2) if the file is missing, others can read it, or it does not contain a token
 */
export async function readToken(path: string): Promise<Secret> {
  return tokenIn(await privateText(path), path);
}

async function privateText(path: string): Promise<string> {
  const file = await readPrivateFile(path);
  if ('text' in file) return file.text;
  throw new ProblemError('errno' in file ? unreadable(path, file.errno) : notPrivate(path, file.openTo));
}

/** @throws ProblemError (exit 2) if the text is not a token */
function tokenIn(content: string, source: string): Secret {
  const token = content.trim();
  if (/^[\w-]{20,}$/.test(token)) return new Secret(token);
  throw new ProblemError({
    code: 'ERP-0135',
    what: `The text in ${source} is not a Cloudflare API token.`,
    why: 'A token is one word of letters, digits, - and _, of at least 20 characters, and nothing else may be there.',
    todo: [
      { text: 'Create a token: https://dash.cloudflare.com/profile/api-tokens' },
      { text: 'Put only the token into the file.' },
    ],
    exit: exitCodes.usage,
  });
}

function unreadable(path: string, errno: string): Problem {
  return {
    code: 'ERP-0136',
    what: errno === 'ENOENT' ? `The token file ${path} does not exist.` : `Could not read ${path}.`,
    why: `It is named by --cloudflare-token-file or cloudflare.api-token-file: ${reasonOf(errno)}.`,
    todo: [
      {
        text: 'Create it with a token from https://dash.cloudflare.com/profile/api-tokens, or correct its name.',
      },
      { text: 'Or give the token on stdin: --cloudflare-token-file -' },
    ],
    exit: exitCodes.usage,
  };
}

/** @param mode the permissions, octal, such as `644` */
function notPrivate(path: string, mode: string): Problem {
  return {
    code: 'ERP-0134',
    what: `Others may read the token file ${path} (mode ${mode}).`,
    why: 'It contains a secret token, so only its owner may be able to read it.',
    todo: [
      { text: 'Remove the permissions of others', command: ['chmod', '600', path] },
      { text: 'Or give the token on stdin: --cloudflare-token-file -' },
    ],
    exit: exitCodes.usage,
  };
}
