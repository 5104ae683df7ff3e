import { exitCodes, type Problem } from '../../domain/problem.ts';
import type { Flags } from './flags.ts';

/** Arguments that are paths, with the names that the operator sees. */
const paths = {
  workspace: '--workspace',
  config: '--config',
  lessons: '--lessons',
  file: '--file',
  output: '--output',
  cloudflareTokenFile: '--cloudflare-token-file',
  argument: 'the argument',
} as const satisfies Partial<Record<keyof Flags, string>>;

/**
 * Returns the problem of an argument that is a URL and should be something else; null if there is none. A password in it
 * would otherwise become part of a path, and be shown.
 */
export function misplacedUrls(flags: Flags): Problem | null {
  const names: string[] = Object.entries(paths).flatMap(([flag, name]) =>
    /^[a-z][a-z\d+.-]{0,30}:\/\//i.test(flags[flag as keyof typeof paths] ?? '') ? [name] : [],
  );
  if (/^postgres(?:ql)?:\/\//i.test(flags.productionHost ?? '')) names.push('--production-host');
  const [first] = names;
  if (first === undefined) return null;
  return {
    code: 'ERP-0106',
    what: `${names.join(' and ')}: a URL is not accepted here.`,
    why: `${first === '--production-host' ? 'It takes an SSH destination' : 'It takes a path'}. The URL is not shown, because any part may be a password.`,
    todo: [{ text: 'Name a database with --database-url postgres://USER@HOST:PORT/DATABASE' }],
    exit: exitCodes.usage,
  };
}
