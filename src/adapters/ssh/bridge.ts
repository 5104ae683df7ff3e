import bridgeScript from '../../../assets/remote/bridge.bash';
import { ProblemError } from '../../domain/problem.ts';
import { type Command, scriptCommand } from '../../domain/shell-script.ts';
import type { Commands } from './commands.ts';
import { headingOf, newMarker } from './framed.ts';
import type { Live } from './link.ts';
import { portUnreachable } from './link-problems.ts';
import { ChannelSocket } from './socket.ts';
import type { Reached } from './tunnel.ts';

/** Reaches a port of the host itself, or one that it reaches. */
export function onHost(port: number, address = '127.0.0.1'): Bridge {
  return { way: 'bash', command: (marker) => bridge(marker, address, port, ['bash']) };
}

/**
 * Reaches a port inside of a container, by the container's own name instead of 127.0.0.1: the official PostgreSQL image
 * trusts the latter without a password (docker-library/postgres), and a password that is not asked for is not verified.
 */
export function inContainer(container: string, port: number): Bridge {
  return {
    way: `docker exec ${container} bash`,
    command: (marker) => bridge(marker, '', port, ['docker', 'exec', '-i', container, 'bash']),
  };
}

const bridge = (marker: string, address: string, port: number, bash: readonly [string, ...string[]]) =>
  scriptCommand(marker, bridgeScript, [address, `${port}`], bash);

export interface Bridge {
  /** As it is shown. */
  readonly way: string;
  /** It reads its script, then what is sent to the port. */
  command(marker: string): Command & { readonly input: string };
}

/**
 * Reaches a port over the input and output of a command, for a server that forbids forwarding.
 * @throws ProblemError if that command does not run either
 */
export async function bridged(
  commands: Commands,
  live: Live,
  { command, way }: Bridge,
  { name, port, patience }: { readonly name: string; readonly port: number; readonly patience: number },
): Promise<Reached> {
  const marker = newMarker();
  const { argv, input } = command(marker);
  const framing = { input: 'sent', lock: null } as const;
  const { channel, found, ended } = await commands.start(live, argv, '.', framing, 'lasting');
  const noWay = () => new ProblemError(portUnreachable(name, port, way));
  if (!found) {
    channel.close();
    throw noWay();
  }
  channel.stderr.resume();
  channel.write(input);
  return live.connection.answered<Reached>((answer, fail) => {
    const late = setTimeout(() => {
      channel.close();
      answer({ is: 'silent' });
    }, patience);
    headingOf(channel, marker).then((heading) => {
      clearTimeout(late);
      if (heading.word !== null)
        return answer({ is: 'open', socket: new ChannelSocket(channel, live.connection) });
      channel.resume();
      ended.then((exitCode) => (exitCode === refused ? answer({ is: 'refused' }) : fail(noWay())), fail);
    }, fail);
  });
}

/** The exit code of bridge.bash if nothing listens. */
const refused = 7;
