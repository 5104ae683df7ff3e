import { sameCommand } from '../../domain/command-text.ts';
import { exitCodes, type Problem } from '../../domain/problem.ts';
import { fingerprint, type HostKey } from './host-key-format.ts';
import type { SshTarget } from './target.ts';

/** The key that a server presented. */
interface Shown {
  readonly type: string;
  /** `SHA256:…` */
  readonly fingerprint: string;
}

export function hostKeyNotTrusted(target: Pick<SshTarget, 'hostKeyName'>, shown: Shown): Problem {
  return {
    code: 'ERP-0704',
    what: `The host key of ${target.hostKeyName} is unknown, and was not accepted.`,
    why: `The server presented ${shown.fingerprint} (${shown.type}), which is in no known_hosts file.`,
    todo: [
      {
        text: 'Compare it with the fingerprint on the server itself',
        command: ['ssh-keygen', '-lf', '/etc/ssh/ssh_host_ed25519_key.pub'],
      },
      { text: 'If they match', command: sameCommand('--host-key-fingerprint', shown.fingerprint) },
    ],
    exit: exitCodes.usage,
  };
}

type KnownAt = { readonly key: HostKey; readonly location: string };

export function hostKeyChanged(
  { hostKeyName }: Pick<SshTarget, 'hostKeyName'>,
  shown: Shown,
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
      `presented: ${shown.fingerprint} (${shown.type})`,
    ],
  };
}

export function hostKeyRevoked(
  { hostKeyName }: Pick<SshTarget, 'hostKeyName'>,
  shown: Shown,
  locations: readonly string[],
): Problem {
  return {
    code: 'ERP-0706',
    what: `The host key of ${hostKeyName} was revoked.`,
    why: 'A line marked @revoked in known_hosts, or a RevokedHostKeys file of the SSH configuration, contains it.',
    todo: [{ text: 'Do not log in. Ask the administrator of the server why the key was revoked.' }],
    exit: exitCodes.prerequisite,
    excerpt: [
      ...locations.map((location) => `revoked:   ${shown.fingerprint} (${shown.type}), ${location}`),
      `presented: ${shown.fingerprint} (${shown.type})`,
    ],
  };
}

/** @param file one of `RevokedHostKeys`; @param reason why the key cannot be checked against it */
export function revokedKeysUnknown(
  { alias, hostKeyName }: Pick<SshTarget, 'alias' | 'hostKeyName'>,
  shown: Shown,
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
    excerpt: [`presented: ${shown.fingerprint} (${shown.type})`],
  };
}

export function hostKeyTooShort(
  { hostKeyName }: Pick<SshTarget, 'hostKeyName'>,
  shown: Shown,
  bits: number | null,
  least: number,
): Problem {
  return {
    code: 'ERP-0717',
    what: `The host key of ${hostKeyName} is too short.`,
    why: `It has ${bits ?? `fewer than ${least}`} bits, and RequiredRSASize of your SSH configuration is ${least}.`,
    todo: [{ text: 'Have the administrator of the server create a longer key, or an ed25519 key.' }],
    exit: exitCodes.prerequisite,
    excerpt: [`presented: ${shown.fingerprint} (${shown.type})`],
  };
}

/** @param location the line of known_hosts with `@cert-authority` */
export function hostCertificate(
  { hostKeyName }: Pick<SshTarget, 'hostKeyName'>,
  shown: Shown,
  location: string,
): Problem {
  return {
    code: 'ERP-0718',
    what: `${hostKeyName} presents a host certificate, which erp-deploy cannot check.`,
    why: `${location} names the authority that has to have signed it. ssh2 cannot check certificates, and no plain host key of this host is known. With ssh: auto or ssh: openssh under production in the configuration, OpenSSH checks it.`,
    todo: [
      {
        text: 'Add its plain host key to known_hosts, after comparing it with the fingerprint on the server itself',
        command: ['ssh-keygen', '-lf', '/etc/ssh/ssh_host_ed25519_key.pub'],
      },
    ],
    exit: exitCodes.prerequisite,
    excerpt: [`presented: ${shown.fingerprint} (${shown.type})`],
  };
}

/** Says that the configuration trusts only known host keys (StrictHostKeyChecking yes). */
export function onlyKnownHostKeys({ hostKeyName }: Pick<SshTarget, 'hostKeyName'>, shown: Shown): Problem {
  return {
    code: 'ERP-0704',
    what: `The host key of ${hostKeyName} is unknown.`,
    why: `The server presented ${shown.fingerprint} (${shown.type}), which is in no known_hosts file, and StrictHostKeyChecking of your SSH configuration allows only known keys.`,
    todo: [
      {
        text: 'Compare it with the fingerprint on the server itself, and add it to known_hosts',
        command: ['ssh-keygen', '-lf', '/etc/ssh/ssh_host_ed25519_key.pub'],
      },
    ],
    exit: exitCodes.usage,
  };
}
