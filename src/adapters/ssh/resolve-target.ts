import { ProblemError } from '../../domain/problem.ts';
import { expandPath, expandTokens, type TokenValues } from './expand.ts';
import { askOpenSsh } from './local-program.ts';
import { configRefused, notATarget, pathNotExpanded, settingsNotSupported } from './log-in-problems.ts';
import type { SshOptions } from './options.ts';
import {
  restrictionsIn,
  type Settings,
  settingsForOpenSsh,
  typedOnly,
  unsupportedSettings,
} from './restrictions.ts';
import type { ProxySetting, SshTarget } from './target.ts';

/**
 * Resolves a destination with `ssh -G`, which applies Include, Match and the rest as OpenSSH does.
 * @throws ProblemError
 */
export async function resolveTarget(
  alias: string,
  { configFile, environment }: Pick<SshOptions, 'configFile' | 'environment'>,
): Promise<SshTarget> {
  if (alias === '' || alias.startsWith('-')) throw new ProblemError(notATarget(alias));
  const config = configFile === undefined ? [] : ['-F', configFile];
  const ask = (...more: readonly string[]) =>
    askOpenSsh('ssh', ['-G', ...config, ...more, '--', alias], environment);
  const first = await ask();
  const isForking = first.stderr.startsWith('Cannot fork into background');
  const answer = isForking ? await ask('-o', 'ForkAfterAuthentication=no') : first;
  if (answer.exitCode !== 0) throw new ProblemError(configRefused(alias, answer.stderr));
  const settings = settingsIn(answer.stdout);
  const unsupported = unsupportedSettings(settings);
  if (unsupported.length > 0) throw new ProblemError(settingsNotSupported(alias, unsupported));
  return {
    ...targetIn(alias, settings, environment),
    onlyOpenSsh: settingsForOpenSsh(settings),
    keyless: typedOnly(settings),
  };
}

function settingsIn(printed: string): Settings {
  const settings = new Map<string, string[]>();
  for (const line of printed.split('\n')) {
    const [, name, value] = /^(\S+) (.*)$/.exec(line.trimEnd()) ?? [];
    if (name === undefined || value === undefined) continue;
    settings.set(name.toLowerCase(), [...(settings.get(name.toLowerCase()) ?? []), value]);
  }
  return settings;
}

function targetIn(
  alias: string,
  settings: Settings,
  environment: SshOptions['environment'],
): Omit<SshTarget, 'onlyOpenSsh' | 'keyless'> {
  const one = (name: string) => settings.get(name)?.[0];
  const host = one('hostname') ?? alias;
  const port = Number(one('port') ?? 22);
  const user = one('user') ?? '';
  const keyAlias = one('hostkeyalias');
  const bare = (keyAlias ?? host).toLowerCase();
  const jump = one('proxyjump') ?? 'none';
  const values: TokenValues = {
    alias,
    host,
    port,
    user,
    // Without HostKeyAlias, %k is the name as it was typed (ssh.c, default_client_percent_dollar_expand).
    hostKeyName: keyAlias ?? alias,
    jump: jump === 'none' ? '' : jump,
  };
  const path = (text: string) => {
    const expanded = expandPath(text, values, environment);
    if ('why' in expanded) throw new ProblemError(pathNotExpanded(alias, text, expanded.why));
    return expanded.path;
  };
  const named = keyAlias !== undefined || port === 22;
  return {
    alias,
    host,
    port,
    user,
    hostKeyName: named ? bare : `[${bare}]:${port}`,
    bareHostKeyName: named ? null : bare,
    userKnownHosts: pathsIn(one('userknownhostsfile') ?? '').map(path),
    systemKnownHosts: pathsIn(one('globalknownhostsfile') ?? '').map(path),
    hashesKnownHosts: one('hashknownhosts') === 'yes',
    revokedHostKeys: pathsIn(one('revokedhostkeys') ?? '').map(path),
    identityFiles: (settings.get('identityfile') ?? []).filter((file) => file !== 'none').map(path),
    identitiesOnly: one('identitiesonly') === 'yes',
    agent: agentOf(one('identityagent'), path, environment),
    restrictions: restrictionsIn(settings),
    family: { inet: 4 as const, inet6: 6 as const }[one('addressfamily') ?? ''] ?? null,
    canFork: settings.has('forkafterauthentication'),
    hasTokenProvider: !/^(internal|)$/.test(one('securitykeyprovider') ?? ''),
    proxy: proxyOf(one('proxycommand') ?? 'none', jump, values),
  };
}

/**
 * Splits the paths that `ssh -G` prints on one line, unquoted. A word that does not start like a path continues the
 * last.
 */
function pathsIn(line: string): readonly string[] {
  const paths: string[] = [];
  for (const word of line.split(' ')) {
    const last = paths.pop();
    if (last === undefined || /^[/~%$]|^none$/.test(word))
      paths.push(...(last === undefined ? [] : [last]), word);
    else paths.push(`${last} ${word}`);
  }
  return paths.filter((one) => one !== 'none' && one !== '' && one !== '/dev/null');
}

/** Returns the agent's socket. ssh_config(5), IdentityAgent: a path, `none`, `SSH_AUTH_SOCK`, or `$` and a variable. */
function agentOf(
  configured: string | undefined,
  path: (text: string) => string,
  environment: SshOptions['environment'],
): string | null {
  if (configured === undefined || configured === 'SSH_AUTH_SOCK') return environment.SSH_AUTH_SOCK || null;
  if (configured === 'none') return null;
  const variable = /^\$(\w+)$/.exec(configured)?.[1];
  return variable === undefined ? path(configured) : environment[variable] || null;
}

function proxyOf(command: string, jump: string, values: TokenValues): ProxySetting | null {
  if (command !== 'none') return { by: 'command', line: expandTokens(command, values) };
  const [first, ...rest] = jump === 'none' ? [] : jump.split(',');
  return first === undefined ? null : { by: 'jump', hosts: [first, ...rest] };
}
