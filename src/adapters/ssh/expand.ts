import { createHash } from 'node:crypto';
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

/** Expands `~`, `%` tokens and `${NAME}` in a path of ssh_config, because `ssh -G` prints them unexpanded. */
export function expandPath(
  path: string,
  values: TokenValues,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  // OpenSSH takes the home directory from the password database, not from $HOME.
  const { homedir } = ownUser();
  const atHome = path === '~' || path.startsWith('~/') ? join(homedir, path.slice(1)) : path;
  const named = atHome.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => environment[name] ?? whole);
  return expandTokens(named, values);
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
