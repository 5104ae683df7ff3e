import { createHash } from 'node:crypto';
import logScript from '../../assets/remote/cloudflared-log.sh';
import storeScript from '../../assets/remote/store-and-run.sh';
import tunnelScript from '../../assets/remote/tunnel.sh';
import { type Command, scriptCommand, sentText } from '../domain/shell-script.ts';

type Argv = readonly [string, ...string[]];

/** The folder of the new configuration, the backup and the state of the change, in the deployment's folder. */
export const tunnelFolder = '.erp-deploy/tunnel';
export const candidateFile = `${tunnelFolder}/config.yml`;

/**
 * Seconds for which confirmation is retried. The change is kept or undone within two minutes (the two restarts take up
 * to 5 s each). An operator whose own connection uses the tunnel can reconnect only then, or later on a busy machine.
 */
const confirmSeconds = 240;

/** The exit code of `readFirst` if none of the files exists. Those of docker itself are 125 and above. */
export const noneOfThem = 3;

const tunnelCommand = (...args: readonly string[]): Command => scriptCommand('tunnel.sh', tunnelScript, args);

/**
 * Runs tunnel.sh as root in a container of the database's image: the operator may not be permitted to access the file.
 */
function inHelper(image: string, mounts: readonly string[], ...args: readonly string[]): Command {
  const options = ['--interactive', '--pull', 'never', '--network', 'none', '--user', '0:0'];
  const shell = ['docker', 'run', '--rm', ...options, '--entrypoint', '/bin/sh', ...mounts, image] as const;
  return scriptCommand('tunnel.sh', tunnelScript, args, shell);
}

/** Stores tunnel.sh on the host and runs it: the job that it starts runs it again after the connection has ended. */
function stored(...args: readonly string[]): Command {
  const text = sentText(tunnelScript);
  const sum = createHash('sha256').update(text).digest('hex');
  const { argv, input } = scriptCommand('store-and-run.sh', storeScript, [
    tunnelFolder,
    `${text.length}`,
    sum,
    ...args,
  ]);
  return { argv, input: `${input}${text}` };
}

const logCommand = (what: 'tunnel' | 'configurations', container: string): Command =>
  scriptCommand('cloudflared-log.sh', logScript, [what, container]);

/** A change of cloudflared's configuration file. */
export interface TunnelFile {
  /** The SHA-256 of what cloudflared says of the new configuration, if the plan accepted it without an OK; else empty. */
  readonly says: string;
  readonly container: string;
  /** The image of the container. */
  readonly image: string;
  /** The image of the helper: the database's image, because it has a shell. */
  readonly helper: string;
  /** An absolute path on the host. */
  readonly folder: string;
  readonly name: string;
  readonly sha256: string;
}

/**
 * Commands for cloudflared in a container: assets/remote/tunnel.sh. Those that use files in `tunnelFolder` run in the
 * deployment's folder.
 */
export const tunnel = {
  /**
   * Reads the first of these files that the container has: three lines (its path, seconds since the epoch, its
   * SHA-256), then its bytes in base64. Ends with 3 if none exists.
   */
  readFirst: (container: string, image: string, paths: readonly string[]): Command =>
    inHelper(image, ['--volumes-from', `${container}:ro`], 'read', ...paths),
  /** Ends with 0 if a file on the host still has this hash. */
  isStill: ({ helper, folder, name, sha256 }: TunnelFile): Command =>
    inHelper(helper, ['--mount', `type=bind,source=${folder},target=/there,readonly`], 'is', name, sha256),
  /**
   * Replaces the file with the candidate, and starts a job that restarts cloudflared, and undoes it unless confirmed.
   */
  begin: ({ container, image, helper, folder, name, sha256, says }: TunnelFile): Command =>
    stored('begin', container, image, helper, folder, name, sha256, says),
  /** Like `begin`, but keeps the existing backup, because the earlier change was neither confirmed nor undone. */
  beginAgain: ({ container, image, helper, folder, name, says }: TunnelFile): Command =>
    stored('begin', container, image, helper, folder, name, '', says),
  /**
   * Has cloudflared validate a configuration before and after a change. For each, prints the exit code and the output in
   * base64, on a line each.
   */
  compare: (image: string, before: string, after: string): Command => {
    const [one, other] = [before, after].map((text) => Buffer.from(text).toString('base64'));
    const { argv, input = '' } = tunnelCommand('compare', image, `${one?.length}`, `${other?.length}`);
    return { argv, input: `${input}${one}${other}` };
  },
  /** Confirms the change over a new connection. Ends with 75 if it has to be tried again. */
  confirm: (container: string, metrics: string): Command & { readonly seconds: number } => ({
    ...tunnelCommand('confirm', container, metrics),
    seconds: confirmSeconds,
  }),
  /** Prints `pending` while a configuration awaits confirmation, `abandoned` if its job ended before that. */
  unsettled: (): Command => tunnelCommand('unsettled'),
  /** Ends with 0 if cloudflared has a connection to Cloudflare. */
  ready: (container: string, metrics: string): Argv => [
    'docker',
    'container',
    'exec',
    container,
    'cloudflared',
    'tunnel',
    '--metrics',
    metrics,
    'ready',
  ],
  /**
   * Prints the tunnel that cloudflared last started, as `tunnelID=UUID`; nothing if its log does not go back that far.
   */
  idInLog: (container: string): Command => logCommand('tunnel', container),
  /** Prints the configurations that Cloudflare last sent to cloudflared, oldest first. */
  configurationsSent: (container: string): Command => logCommand('configurations', container),
} as const;
