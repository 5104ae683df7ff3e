import bridgeScript from '../../../assets/remote/bridge.bash';
import { ProblemError } from '../../domain/problem.ts';
import { type Command, scriptCommand } from '../../domain/shell-script.ts';
import { sendTo } from './carrier.ts';
import type { Commands } from './commands.ts';
import type { Reached } from './forwarding.ts';
import { headingOf, newMarker } from './framed.ts';
import type { Live } from './link.ts';
import { portUnreachable } from './link-problems.ts';
import { ChannelSocket } from './socket.ts';

/** A bridge to a port of the host, or of an address that the host can reach. */
export function onHost(port: number, address = '127.0.0.1'): Bridge {
  return { shown: 'bash', command: (marker) => bridge(marker, address, port, ['bash']) };
}

/**
 * A bridge to a port inside a container. It connects to the container's own name instead of 127.0.0.1, because the
 * official PostgreSQL image accepts any password from 127.0.0.1 (docker-library/postgres), so it would verify none.
 */
export function inContainer(container: string, port: number): Bridge {
  return {
    shown: `docker exec ${container} bash`,
    command: (marker) => bridge(marker, '', port, ['docker', 'exec', '-i', container, 'bash']),
  };
}

const bridge = (marker: string, address: string, port: number, bash: readonly [string, ...string[]]) =>
  scriptCommand(marker, bridgeScript, [address, `${port}`], bash);

export interface Bridge {
  /** The command, as it is shown to the operator. */
  readonly shown: string;
  /** Returns the command. It reads its script from `input`, and then what is sent to the port. */
  command(marker: string): Command & { readonly input: string };
}

/**
 * Connects to a port over the input and output of a command, for a server that forbids forwarding.
 * @param timeout milliseconds
 * @throws ProblemError if the command does not run
 */
export async function openBridge(
  commands: Commands,
  live: Live,
  { command, shown }: Bridge,
  { name, port, timeout }: { readonly name: string; readonly port: number; readonly timeout: number },
): Promise<Reached> {
  const marker = newMarker();
  const { argv, input } = command(marker);
  const framing = { input: 'sent', lock: null } as const;
  const { channel, found, ended } = await commands.start(live, argv, '.', framing, { stay: 'lasting' });
  const unreachable = () => new ProblemError(portUnreachable(name, port, shown));
  if (!found) {
    channel.close();
    throw unreachable();
  }
  channel.stderr.resume();
  sendTo(channel, input);
  return live.connection.answered<Reached>((answer, fail) => {
    const late = setTimeout(() => {
      channel.close();
      answer({ is: 'silent' });
    }, timeout);
    headingOf(channel, marker).then((heading) => {
      clearTimeout(late);
      if (heading.word !== null)
        return answer({ is: 'open', socket: new ChannelSocket(channel, live.connection) });
      channel.resume();
      ended.then(
        (exitCode) => (exitCode === refusedExitCode ? answer({ is: 'refused' }) : fail(unreachable())),
        fail,
      );
    }, fail);
  });
}

/** The exit code of bridge.bash if nothing listens on the port. */
const refusedExitCode = 7;
