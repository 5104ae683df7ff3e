import { exitCodes, type Problem } from '../../domain/problem.ts';
import { quoted } from '../../domain/show-change.ts';
import { fingerprint, type HostKey } from './host-keys.ts';
import type { SshTarget } from './target.ts';

type Named = Pick<SshTarget, 'alias' | 'host' | 'port' | 'user'>;

const place = ({ alias, host, port }: Named) =>
  alias === host ? `${host}:${port}` : `${alias} (${host}:${port})`;

export function clientMissing(program: string): Problem {
  return {
    code: 'ERP-0701',
    what: `${program} is not installed on this machine.`,
    why: 'OpenSSH reads its own configuration and known_hosts for erp-deploy.',
    todo: ['Install it on this machine: sudo apt-get install openssh-client'],
    exit: exitCodes.prerequisite,
  };
}

export function notATarget(alias: string): Problem {
  return {
    code: 'ERP-0701',
    what: `"${alias}" is not the name of a host.`,
    why: 'It is empty, or begins with a hyphen.',
    todo: ['Give a host, USER@HOST, or an alias of ~/.ssh/config: --production-host HOST'],
    exit: exitCodes.prerequisite,
  };
}

export function configRefused(alias: string, said: string): Problem {
  return {
    code: 'ERP-0701',
    what: `OpenSSH cannot say where ${alias} is.`,
    why: 'It refuses its configuration, or the name; what it said is below.',
    todo: [`See for yourself: ssh -G ${quoted(alias)}`],
    exit: exitCodes.prerequisite,
    excerpt: lastLines(said),
  };
}

export function noAddress({ alias, host }: Named): Problem {
  const same = alias === host;
  return {
    code: 'ERP-0702',
    what: `${host} has no address.`,
    why: same
      ? 'No Host of ~/.ssh/config gives it a HostName, and no name server knows it.'
      : `It is the HostName of ${alias} in ~/.ssh/config, and no name server knows it.`,
    todo: [
      `See what OpenSSH makes of it: ssh -G ${quoted(alias)}`,
      'Correct the name, or give the alias a HostName.',
    ],
    exit: exitCodes.prerequisite,
  };
}

export function unreachable(target: Named, reason: string, said: string): Problem {
  return {
    code: 'ERP-0703',
    what: `${place(target)} cannot be reached by SSH.`,
    why: reason,
    todo: [
      `Try it: ssh ${quoted(target.alias)} true`,
      'After several log-ins that failed, a server may refuse every connection for some time: wait a minute.',
    ],
    exit: exitCodes.prerequisite,
    ...(said.trim() === '' ? {} : { excerpt: lastLines(said) }),
  };
}

export function hostKeyNotTrusted(target: Named & { readonly hostKeyName: string }, shown: HostKey): Problem {
  return {
    code: 'ERP-0704',
    what: `The host key of ${target.hostKeyName} is unknown, and was not trusted.`,
    why: `It shows ${fingerprint(shown)} (${shown.type}); no known_hosts file has it.`,
    todo: [
      'Compare it with what the server itself says: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub',
      `If they are the same: --host-key-fingerprint ${fingerprint(shown)}`,
    ],
    exit: exitCodes.usage,
  };
}

type Place = { readonly key: HostKey; readonly place: string };

export function hostKeyChanged(
  { hostKeyName }: Pick<SshTarget, 'hostKeyName'>,
  shown: HostKey,
  known: readonly Place[],
): Problem {
  return {
    code: 'ERP-0705',
    what: `${hostKeyName} shows another host key than the one that is known.`,
    why: 'The server was set up anew, or somebody else answers in its place.',
    todo: [
      'Ask whoever runs the server, before anything else.',
      `If it was set up anew, forget the old key, on this machine: ssh-keygen -R ${quoted(hostKeyName)}`,
    ],
    exit: exitCodes.prerequisite,
    excerpt: [
      ...known.map(({ key, place: at }) => `known: ${fingerprint(key)} (${key.type}), ${at}`),
      `shown: ${fingerprint(shown)} (${shown.type})`,
    ],
  };
}

export function hostKeyRevoked(
  { hostKeyName }: Pick<SshTarget, 'hostKeyName'>,
  shown: HostKey,
  places: readonly string[],
): Problem {
  return {
    code: 'ERP-0706',
    what: `${hostKeyName} shows a host key that was revoked.`,
    why: 'A line marked @revoked in known_hosts, or a file of RevokedHostKeys in the SSH configuration, has that key.',
    todo: ['Do not log in there. Ask whoever revoked the key.'],
    exit: exitCodes.prerequisite,
    excerpt: [
      ...places.map((at) => `revoked: ${fingerprint(shown)} (${shown.type}), ${at}`),
      `shown:   ${fingerprint(shown)} (${shown.type})`,
    ],
  };
}

/** @param file one of `RevokedHostKeys`; @param reason why it does not say whether the key is revoked */
export function revokedKeysUnknown(
  { alias, hostKeyName }: Pick<SshTarget, 'alias' | 'hostKeyName'>,
  shown: HostKey,
  { file, reason }: { readonly file: string; readonly reason: string },
): Problem {
  return {
    code: 'ERP-0709',
    what: `The host key of ${hostKeyName} cannot be checked against the revoked keys in ${file}.`,
    why: `RevokedHostKeys of ssh_config names that file, and ${reason}. OpenSSH trusts no host key then, and nor does erp-deploy.`,
    todo: [
      `See which files the SSH configuration names: ssh -G ${quoted(alias)} | grep -i revoked`,
      `Check the file: ls -l ${quoted(file)}`,
      'Restore it, or correct RevokedHostKeys: it takes one public key per line, or a list made by ssh-keygen -k.',
    ],
    exit: exitCodes.prerequisite,
    excerpt: [`shown: ${fingerprint(shown)} (${shown.type})`],
  };
}

/** @param tried a line for each key that was offered; @param skipped one for each that could not be */
export function loginRefused(target: Named, tried: readonly string[], skipped: readonly string[]): Problem {
  return {
    code: 'ERP-0707',
    what: `${place(target)} does not let ${target.user} in.`,
    why:
      tried.length === 0
        ? 'There is no key to offer it.'
        : `It took none of the ${tried.length} keys that were offered; erp-deploy logs in with keys alone.`,
    todo: [
      `See which key OpenSSH would use: ssh -v ${quoted(target.alias)} true`,
      'Name the right one for this host in ~/.ssh/config: IdentityFile and IdentitiesOnly yes.',
      `Or let the server know it: ssh-copy-id ${quoted(target.alias)}`,
    ],
    exit: exitCodes.prerequisite,
    excerpt: [...tried.map((one) => `offered: ${one}`), ...skipped.map((one) => `left out: ${one}`)],
  };
}

export function handshakeFailed(target: Named, reason: string): Problem {
  return {
    code: 'ERP-0708',
    what: `${place(target)} and erp-deploy find no common way to talk SSH.`,
    why: reason,
    todo: [
      `See what the server offers: ssh -vv ${quoted(target.alias)} true`,
      'An old sshd has to be updated.',
    ],
    exit: exitCodes.prerequisite,
  };
}

function lastLines(said: string): readonly string[] {
  return said.trim().split('\n').slice(-10);
}
