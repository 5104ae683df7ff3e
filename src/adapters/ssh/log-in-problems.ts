import { sameCommand } from '../../domain/command-text.ts';
import { exitCodes, type Problem } from '../../domain/problem.ts';
import { fingerprint, type HostKey } from './host-key-format.ts';
import type { SshTarget } from './target.ts';

type Login = Pick<SshTarget, 'alias' | 'host' | 'port' | 'user'>;

const nameOf = ({ alias, host, port }: Login) =>
  alias === host ? `${host}:${port}` : `${alias} (${host}:${port})`;

export function clientMissing(program: string): Problem {
  return {
    code: 'ERP-0701',
    what: `${program} is not installed on this machine.`,
    why: 'erp-deploy uses OpenSSH to read the SSH configuration and known_hosts.',
    todo: [{ text: 'Install it on this machine', command: ['sudo', 'apt-get', 'install', 'openssh-client'] }],
    exit: exitCodes.prerequisite,
  };
}

export function notATarget(alias: string): Problem {
  return {
    code: 'ERP-0701',
    what: `"${alias}" is not a valid SSH destination.`,
    why: 'It is empty or begins with a hyphen.',
    todo: [
      {
        text: 'Name a host, USER@HOST, or an alias from ~/.ssh/config',
        command: sameCommand('--production-host', 'HOST'),
      },
    ],
    exit: exitCodes.prerequisite,
  };
}

export function configRefused(alias: string, output: string): Problem {
  return {
    code: 'ERP-0701',
    what: `OpenSSH cannot resolve ${alias}.`,
    why: 'ssh -G rejected its configuration or the name; its output is below.',
    todo: [{ text: 'Run it yourself', command: ['ssh', '-G', alias] }],
    exit: exitCodes.prerequisite,
    excerpt: lastLines(output),
  };
}

export function noAddress({ alias, host }: Login): Problem {
  const same = alias === host;
  return {
    code: 'ERP-0702',
    what: `${host} does not resolve to an address.`,
    why: same
      ? 'No Host entry in ~/.ssh/config sets a HostName for it, and it is not found in DNS.'
      : `It is the HostName of ${alias} in ~/.ssh/config, and it is not found in DNS.`,
    todo: [
      { text: 'Check how OpenSSH resolves it', command: ['ssh', '-G', alias] },
      { text: 'Correct the name, or set a HostName for the alias.' },
    ],
    exit: exitCodes.prerequisite,
  };
}

export function unreachable(target: Login, reason: string, output: string): Problem {
  return {
    code: 'ERP-0703',
    what: `${nameOf(target)} cannot be reached by SSH.`,
    why: reason,
    todo: [
      { text: 'Test the connection', command: ['ssh', target.alias, 'true'] },
      {
        text: 'If several log-ins failed just before, the server may refuse connections for a while: wait a minute.',
      },
    ],
    exit: exitCodes.prerequisite,
    ...(output.trim() === '' ? {} : { excerpt: lastLines(output) }),
  };
}

export function hostKeyNotTrusted(target: Login & { readonly hostKeyName: string }, shown: HostKey): Problem {
  return {
    code: 'ERP-0704',
    what: `The host key of ${target.hostKeyName} is unknown, and was not accepted.`,
    why: `The server presented ${fingerprint(shown)} (${shown.type}), which is in no known_hosts file.`,
    todo: [
      {
        text: 'Compare it with the fingerprint on the server itself',
        command: ['ssh-keygen', '-lf', '/etc/ssh/ssh_host_ed25519_key.pub'],
      },
      { text: 'If they match', command: sameCommand('--host-key-fingerprint', fingerprint(shown)) },
    ],
    exit: exitCodes.usage,
  };
}

type KnownAt = { readonly key: HostKey; readonly location: string };

export function hostKeyChanged(
  { hostKeyName }: Pick<SshTarget, 'hostKeyName'>,
  shown: HostKey,
  known: readonly KnownAt[],
): Problem {
  return {
    code: 'ERP-0705',
    what: `The host key of ${hostKeyName} has changed.`,
    why: 'The server was reinstalled, or another machine answers in its place.',
    todo: [
      { text: 'Before anything else, ask the administrator of the server whether its host key changed.' },
      { text: 'If it did, remove the old key on this machine', command: ['ssh-keygen', '-R', hostKeyName] },
    ],
    exit: exitCodes.prerequisite,
    excerpt: [
      ...known.map(({ key, location }) => `expected:  ${fingerprint(key)} (${key.type}), ${location}`),
      `presented: ${fingerprint(shown)} (${shown.type})`,
    ],
  };
}

export function hostKeyRevoked(
  { hostKeyName }: Pick<SshTarget, 'hostKeyName'>,
  shown: HostKey,
  locations: readonly string[],
): Problem {
  return {
    code: 'ERP-0706',
    what: `The host key of ${hostKeyName} was revoked.`,
    why: 'A line marked @revoked in known_hosts, or a RevokedHostKeys file of the SSH configuration, contains it.',
    todo: [{ text: 'Do not log in. Ask the administrator of the server why the key was revoked.' }],
    exit: exitCodes.prerequisite,
    excerpt: [
      ...locations.map((location) => `revoked:   ${fingerprint(shown)} (${shown.type}), ${location}`),
      `presented: ${fingerprint(shown)} (${shown.type})`,
    ],
  };
}

/** @param file one of `RevokedHostKeys`; @param reason why the key cannot be checked against it */
export function revokedKeysUnknown(
  { alias, hostKeyName }: Pick<SshTarget, 'alias' | 'hostKeyName'>,
  shown: HostKey,
  { file, reason }: { readonly file: string; readonly reason: string },
): Problem {
  return {
    code: 'ERP-0709',
    what: `The host key of ${hostKeyName} cannot be checked against the revoked keys in ${file}.`,
    why: `RevokedHostKeys in the SSH configuration names that file, but ${reason}. OpenSSH then trusts no host key, and neither does erp-deploy.`,
    todo: [
      {
        text: 'List the files that the SSH configuration names (revokedhostkeys)',
        command: ['ssh', '-G', alias],
      },
      { text: 'Check the file', command: ['ls', '-l', file] },
      {
        text: 'Restore it, or correct RevokedHostKeys. The file contains one public key per line, or was made by ssh-keygen -k.',
      },
    ],
    exit: exitCodes.prerequisite,
    excerpt: [`presented: ${fingerprint(shown)} (${shown.type})`],
  };
}

/**
 * @param offered a line for each key that was offered; @param skipped one for each that could not be
 * @param required the methods that the server requires after a key that it accepted; empty if it accepted none
 */
export function loginRefused(
  target: Login,
  offered: readonly string[],
  skipped: readonly string[],
  required: readonly string[],
): Problem {
  if (required.length > 0) return secondFactor(target, offered, skipped, required);
  return {
    code: 'ERP-0707',
    what: `Permission denied for ${target.user} at ${nameOf(target)}.`,
    why:
      offered.length === 0
        ? 'There is no SSH key to offer.'
        : `The server accepted none of the offered keys (${offered.length}); erp-deploy logs in only with keys.`,
    todo: [
      { text: 'Check which keys OpenSSH offers', command: ['ssh', '-v', target.alias, 'true'] },
      { text: 'Set the right key for this host in ~/.ssh/config: IdentityFile, with IdentitiesOnly yes.' },
      { text: 'Or add your key to the server', command: ['ssh-copy-id', target.alias] },
    ],
    exit: exitCodes.prerequisite,
    excerpt: [...offered.map((one) => `offered: ${one}`), ...skipped.map((one) => `skipped: ${one}`)],
  };
}

/**
 * @param offers what the server offers, a line for each list; empty if it was not received
 * @param supported what erp-deploy's SSH library supports of the list that does not match; null if that is not the cause
 */
export function handshakeFailed(
  target: Login,
  reason: string,
  offers: readonly string[],
  supported: readonly string[] | null,
): Problem {
  const isOurs = supported !== null;
  return {
    code: 'ERP-0708',
    what: `The SSH handshake with ${nameOf(target)} failed.`,
    why: isOurs
      ? `${reason}: the server offers nothing that erp-deploy's SSH library supports and your SSH configuration allows. ssh itself may connect.`
      : reason,
    todo: isOurs
      ? [{ text: `Have the administrator of the server also allow one of these: ${supported.join(', ')}` }]
      : [{ text: 'Check which algorithms the server offers', command: ['ssh', '-vv', target.alias, 'true'] }],
    exit: exitCodes.prerequisite,
    ...(offers.length === 0 ? {} : { excerpt: offers.map((line) => `offered by the server: ${line}`) }),
  };
}

/** @param lines a setting each, with the reason */
export function settingsNotSupported(alias: string, lines: readonly string[]): Problem {
  return {
    code: 'ERP-0716',
    what: `The SSH configuration of ${alias} requires what erp-deploy cannot do.`,
    why: 'Its settings are below, each with the reason. No connection was made.',
    todo: [
      { text: 'Show all settings', command: ['ssh', '-G', alias] },
      { text: 'Add a Host entry without these settings to ~/.ssh/config, and name it for the rollout.' },
    ],
    exit: exitCodes.prerequisite,
    excerpt: lines,
  };
}

export function pathNotExpanded(alias: string, path: string, reason: string): Problem {
  return {
    code: 'ERP-0701',
    what: `The SSH configuration of ${alias} names a path that OpenSSH refuses: ${path}`,
    why: `${reason}.`,
    todo: [{ text: 'Correct it', command: ['ssh', '-G', alias] }],
    exit: exitCodes.prerequisite,
  };
}

function secondFactor(
  target: Login,
  offered: readonly string[],
  skipped: readonly string[],
  required: readonly string[],
): Problem {
  return {
    code: 'ERP-0707',
    what: `${nameOf(target)} accepted a key of ${target.user}, and requires more: ${required.join(', ')}.`,
    why: 'erp-deploy logs in only with keys; it cannot answer a question for a password or a code.',
    todo: [{ text: 'Use a user for whom AuthenticationMethods in sshd_config is publickey only.' }],
    exit: exitCodes.prerequisite,
    excerpt: [...offered.map((one) => `offered: ${one}`), ...skipped.map((one) => `skipped: ${one}`)],
  };
}

export function hostKeyTooShort(
  { hostKeyName }: Pick<SshTarget, 'hostKeyName'>,
  shown: HostKey,
  bits: number,
  least: number,
): Problem {
  return {
    code: 'ERP-0717',
    what: `The host key of ${hostKeyName} is too short.`,
    why: `It has ${bits} bits, and RequiredRSASize of your SSH configuration is ${least}.`,
    todo: [{ text: 'Have the administrator of the server create a longer key, or an ed25519 key.' }],
    exit: exitCodes.prerequisite,
    excerpt: [`presented: ${fingerprint(shown)} (${shown.type})`],
  };
}

/** @param location the line of known_hosts with `@cert-authority` */
export function hostCertificate(
  { hostKeyName }: Pick<SshTarget, 'hostKeyName'>,
  shown: HostKey,
  location: string,
): Problem {
  return {
    code: 'ERP-0718',
    what: `${hostKeyName} presents a host certificate, which erp-deploy cannot check.`,
    why: `${location} names the authority that has to have signed it. erp-deploy's SSH library cannot check certificates, and no plain host key of this host is known.`,
    todo: [
      {
        text: 'Add its plain host key to known_hosts, after comparing it with the fingerprint on the server itself',
        command: ['ssh-keygen', '-lf', '/etc/ssh/ssh_host_ed25519_key.pub'],
      },
    ],
    exit: exitCodes.prerequisite,
    excerpt: [`presented: ${fingerprint(shown)} (${shown.type})`],
  };
}

/** Says that the configuration trusts only known host keys (StrictHostKeyChecking yes). */
export function onlyKnownHostKeys({ hostKeyName }: Pick<SshTarget, 'hostKeyName'>, shown: HostKey): Problem {
  return {
    code: 'ERP-0704',
    what: `The host key of ${hostKeyName} is unknown.`,
    why: `The server presented ${fingerprint(shown)} (${shown.type}), which is in no known_hosts file, and StrictHostKeyChecking of your SSH configuration allows only known keys.`,
    todo: [
      {
        text: 'Compare it with the fingerprint on the server itself, and add it to known_hosts',
        command: ['ssh-keygen', '-lf', '/etc/ssh/ssh_host_ed25519_key.pub'],
      },
    ],
    exit: exitCodes.usage,
  };
}

function lastLines(output: string): readonly string[] {
  return output.trim().split('\n').slice(-10);
}
