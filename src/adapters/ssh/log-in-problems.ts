import { sameCommand } from '../../domain/command-text.ts';
import { exitCodes, type Problem } from '../../domain/problem.ts';
import type { SshTarget } from './target.ts';

/** Who is asked for a password or a code: no one, since ssh2 logs in only with keys; no one in this run; the operator. */
export type Asks = 'keys only' | 'unattended' | 'operator';

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

/**
 * @param offered a line for each key that was offered; @param skipped one for each that could not be
 * @param required the methods that the server requires after a key that it accepted; empty if it accepted none
 */
export function loginRefused(
  target: Login,
  offered: readonly string[],
  skipped: readonly string[],
  required: readonly string[],
  asks: Asks = 'keys only',
): Problem {
  if (required.length > 0) return secondFactor(target, offered, skipped, required, asks);
  return {
    code: 'ERP-0707',
    what: `Permission denied for ${target.user} at ${nameOf(target)}.`,
    why:
      offered.length === 0
        ? 'There is no SSH key to offer.'
        : `The server accepted none of the offered keys (${offered.length})${{ 'keys only': '; ssh2 logs in only with keys', unattended: '; a password is asked for only in the wizard', operator: ', and no password or code' }[asks]}.`,
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
 * @param supported what ssh2 supports of the list that does not match; null if that is not the cause
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
      ? `${reason}: the server offers nothing that ssh2 supports and your SSH configuration allows. With ssh: auto or ssh: openssh under production in the configuration, OpenSSH itself connects.`
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

/** @param setting forbids to log in with keys */
export function needsAnswers(alias: string, setting: string): Problem {
  return {
    code: 'ERP-0716',
    what: `The SSH configuration of ${alias} requires what erp-deploy cannot do here.`,
    why: 'It allows only methods for which you have to type something, and only the wizard asks. No connection was made.',
    todo: [
      { text: 'Start the wizard in a terminal, or allow PubkeyAuthentication for this host.' },
      { text: 'Show all settings', command: ['ssh', '-G', alias] },
    ],
    exit: exitCodes.prerequisite,
    excerpt: [setting],
  };
}

/** @param files of keys, the only ones that there are */
export function noSecurityKey(alias: string, files: readonly string[]): Problem {
  return {
    code: 'ERP-0716',
    what: `No security key (FIDO) is connected to this machine, and ${alias} has no other key.`,
    why: 'The keys below can only be used with the device that made them. No connection was made.',
    todo: [{ text: 'Connect the security key, or name another key: IdentityFile in ~/.ssh/config.' }],
    exit: exitCodes.prerequisite,
    excerpt: files,
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

/** @param question of the server or of ssh */
export function unanswered(target: Login, question: string, asks: Asks): Problem {
  return {
    code: 'ERP-0707',
    what: `The log-in to ${nameOf(target)} needs an answer: ${question}`,
    why: asks === 'operator' ? 'No answer was given.' : 'It is asked only in the wizard, in a terminal.',
    todo: [
      { text: 'Start the wizard in a terminal, and answer it.' },
      { text: 'Or use a key that needs no more than an agent: ssh-add' },
    ],
    exit: exitCodes.prerequisite,
  };
}

function secondFactor(
  target: Login,
  offered: readonly string[],
  skipped: readonly string[],
  required: readonly string[],
  asks: Asks,
): Problem {
  return {
    code: 'ERP-0707',
    what: `${nameOf(target)} accepted a key of ${target.user}, and requires more: ${required.join(', ')}.`,
    why: {
      'keys only':
        'ssh2 logs in only with keys. With ssh: auto or ssh: openssh under production in the configuration, the wizard asks for the rest.',
      unattended: 'A password or a code is asked for only in the wizard, in a terminal.',
      operator: 'The answers were not accepted.',
    }[asks],
    todo: [
      { text: 'Start the wizard in a terminal, and answer the questions of the server.' },
      { text: 'Or use a user for whom AuthenticationMethods in sshd_config is publickey only.' },
    ],
    exit: exitCodes.prerequisite,
    excerpt: [...offered.map((one) => `offered: ${one}`), ...skipped.map((one) => `skipped: ${one}`)],
  };
}

function lastLines(output: string): readonly string[] {
  return output.trim().split('\n').slice(-10);
}
