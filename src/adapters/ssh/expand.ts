import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ownUser } from '../own-user.ts';

/** Values of the `%` tokens (ssh_config(5), TOKENS). */
export interface TokenValues {
  /** The destination as the operator typed it. */
  readonly alias: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly hostKeyName: string;
  readonly jump: string;
}

/**
 * Expands `~`, `~user`, `%` tokens and `${NAME}` in a path of ssh_config, because `ssh -G` prints them unexpanded.
 * @returns why OpenSSH would refuse the path
 */
export function expandPath(
  path: string,
  values: TokenValues,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly path: string } | { readonly why: string } {
  const [, user, rest = ''] = /^~([^/]*)(.*)$/s.exec(path) ?? [];
  const home = user === undefined ? '' : homeOf(user);
  if (home === null) return { why: `there is no user ${user}` };
  const unset = [...path.matchAll(/\$\{(\w+)\}/g)].find(([, name = '']) => environment[name] === undefined);
  if (unset !== undefined) return { why: `the variable ${unset[1]} is not set` };
  const tokens = tokensOf(values);
  const unknown = [...path.matchAll(/%(.?)/gs)].find(([, letter = '']) => tokens[letter] === undefined);
  if (unknown !== undefined) return { why: `${unknown[0]} is not a token of ssh_config` };
  const named = (user === undefined ? path : rest).replaceAll(
    /\$\{(\w+)\}/g,
    (_, name: string) => environment[name] ?? '',
  );
  const expanded = expandTokens(named, values);
  return { path: user === undefined ? expanded : join(home, expanded) };
}

/**
 * Returns a user's home directory, from the password database as OpenSSH does, not from $HOME; null without such a user.
 * @param user empty for the user of this process
 */
function homeOf(user: string): string | null {
  if (user === '') return ownUser().homedir;
  // Node cannot ask for another user by name; an account of a directory service is not in this file.
  const lines = existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8').split('\n') : [];
  return lines.map((line) => line.split(':')).find(([name]) => name === user)?.[5] ?? null;
}

/** Expands `%` tokens. Unknown tokens are left unchanged. */
export function expandTokens(text: string, values: TokenValues): string {
  const tokens = tokensOf(values);
  return text.replaceAll(/%(.)/g, (whole, letter: string) => tokens[letter] ?? whole);
}

function tokensOf({ alias, host, port, user, hostKeyName, jump }: TokenValues): Record<string, string> {
  const self = ownUser();
  const here = hostname();
  return {
    '%': '%',
    C: createHash('sha1').update(`${here}${host}${port}${user}${jump}`).digest('hex'),
    d: self.homedir,
    h: host,
    i: String(self.uid),
    j: jump,
    k: hostKeyName,
    L: here.split('.')[0] ?? here,
    l: here,
    n: alias,
    p: String(port),
    r: user,
    u: self.username,
  };
}
