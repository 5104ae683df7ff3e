import { resolve } from 'node:path';
import { readPrivateFile } from '../../adapters/private-file.ts';
import type { Config } from '../../config/config.ts';
import type { CloudflareApi } from '../../domain/ports.ts';
import { exitCodes, type Problem, ProblemError } from '../../domain/problem.ts';
import { Secret } from '../../domain/secret.ts';
import { quoted } from '../../domain/show-change.ts';
import type { CommandParts } from './command.ts';
import { readStdin } from './read-stdin.ts';

/**
 * Cloudflare's API with the token that a flag names, or the configuration; null where neither does. The token is
 * read when the API is first asked something: then a ProblemError (exit 2) says where there is none.
 */
export function cloudflareAccess(parts: CommandParts, { cloudflare }: Config): CloudflareApi | null {
  const { adapters } = parts;
  const path = tokenPath(parts, cloudflare);
  if (path === null) return null;
  const token = async () =>
    path === '-' ? tokenIn(await readStdin(parts, "Cloudflare's token"), 'stdin') : readToken(path);
  let api: Promise<CloudflareApi> | undefined;
  return {
    call: async (...words) => {
      api ??= token().then((value) => adapters.cloudflare(value));
      return (await api).call(...words);
    },
  };
}

/** The path of the file with the token, `-` for stdin; null where neither a flag nor the configuration names one. */
export function tokenPath(
  { flags: { cloudflareTokenFile: given, workspace }, cwd }: Pick<CommandParts, 'flags' | 'cwd'>,
  { apiTokenFile }: Config['cloudflare'],
): string | null {
  if (given !== undefined) return given === '-' ? given : resolve(cwd, given);
  return apiTokenFile === undefined ? null : resolve(cwd, workspace, apiTokenFile);
}

/** @throws ProblemError (exit 2) where it is not there, others may read it, or it holds no token */
export async function readToken(path: string): Promise<Secret> {
  return tokenIn(await privateText(path), path);
}

async function privateText(path: string): Promise<string> {
  const content = await readPrivateFile(path);
  if (content === undefined) throw new ProblemError(notPrivate(path));
  return content;
}

/** @throws ProblemError where it is no token */
function tokenIn(content: string, source: string): Secret {
  const token = content.trim();
  if (/^[\w-]{20,}$/.test(token)) return new Secret(token);
  throw new ProblemError({
    code: 'ERP-0135',
    what: `What ${source} holds is no token for Cloudflare's API.`,
    why: 'A token is one word of letters, digits, - and _; nothing else belongs there.',
    todo: ['Make one: https://dash.cloudflare.com/profile/api-tokens', 'Put it into the file, alone.'],
    exit: exitCodes.usage,
  });
}

function notPrivate(path: string): Problem {
  return {
    code: 'ERP-0134',
    what: `There is no ${path}, or others may read it.`,
    why: "It is to hold a token, which is a secret: it is read where it is its owner's alone.",
    todo: [
      `Look at it: ls -l ${quoted(path)}`,
      `Make it yours alone: chmod 600 ${quoted(path)}`,
      'Or give the token on stdin: --cloudflare-token-file -',
    ],
    exit: exitCodes.usage,
  };
}
