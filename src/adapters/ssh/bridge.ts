import { ProblemError } from '../../domain/problem.ts';
import type { Commands } from './commands.ts';
import { headingOf, newMarker } from './framed.ts';
import type { Live } from './link.ts';
import { noWayAround } from './link-problems.ts';
import { ChannelSocket } from './socket.ts';
import type { Reached } from './tunnel.ts';

type Argv = readonly [string, ...string[]];

/**
 * bash(1), REDIRECTION: /dev/tcp/HOST/PORT. $0 marker, $1 host (empty: the machine's own name), $2 port.
 * When either side ends, both copies do, and bash after them. It must not leave one behind: in a container,
 * PostgreSQL is process 1 and inherits it, and takes the end of an unknown child by a signal for a crash of
 * its own, upon which it restarts the whole database (tried, on pgvector/pgvector:0.8.6-pg17-bookworm). For
 * the same reason the copies ignore SIGPIPE, and bash outlives being told to end.
 */
const script = [
  'exec 2>/dev/null',
  "trap '' PIPE",
  'trap : TERM INT HUP',
  'host=$1; [ -n "$host" ] || host=$HOSTNAME',
  'exec 3<>"/dev/tcp/$host/$2" 4<&0 || exit 7',
  'printf "%s ready\\n" "$0"',
  'cat <&3 & cat <&4 >&3 &',
  'wait -n',
  'kill $(jobs -p)',
  'wait',
].join('\n');

/** A port of the host itself, or one that it reaches. */
export function onHost(port: number, address = '127.0.0.1'): Bridge {
  return { way: 'bash', argv: (marker) => ['bash', '-c', script, marker, address, String(port)] };
}

/**
 * A port inside of a container, by its own name rather than 127.0.0.1: the official PostgreSQL image trusts
 * the latter without a password (docker-library/postgres), and a password that is not asked for is not proven.
 */
export function inContainer(container: string, port: number): Bridge {
  return {
    way: `docker exec ${container} bash`,
    argv: (marker) => ['docker', 'exec', '-i', container, 'bash', '-c', script, marker, '', String(port)],
  };
}

export interface Bridge {
  /** For people. */
  readonly way: string;
  argv(marker: string): Argv;
}

/**
 * Reaches a port over the input and output of a command, where forwarding is forbidden.
 * @throws ProblemError where that does not run either
 */
export async function bridged(
  commands: Commands,
  live: Live,
  { argv, way }: Bridge,
  { name, port, patience }: { readonly name: string; readonly port: number; readonly patience: number },
): Promise<Reached> {
  const marker = newMarker();
  const { channel, found, ended } = await commands.start(live, argv(marker), '.', 'sent', 'lasting');
  const noWay = () => new ProblemError(noWayAround(name, port, way));
  if (!found) {
    channel.close();
    throw noWay();
  }
  channel.stderr.resume();
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

/** What the script ends with where nothing listens. */
const refused = 7;
