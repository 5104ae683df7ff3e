import type { Duplex, Readable } from 'node:stream';

/**
 * A channel to a command or to a port, with the events of ssh2's: `exit` with the exit code, or null after a signal, and
 * `close` once it is closed and its output was read.
 */
export interface Channel extends Duplex {
  readonly stderr: Readable;
  close(): void;
  signal(name: string): void;
}

/**
 * Writes to a channel. What is written after the other side closed it is discarded: an error of the stream would keep
 * its `end` from being emitted, and a reader that waits for that would wait for ever.
 */
export function sendTo(channel: Duplex, bytes: string | Buffer, sent: () => void = () => undefined): void {
  if (channel.writableEnded) sent();
  else channel.write(bytes, () => sent());
}

/** Receives a channel, or why none was opened: an error whose `reason` is the code of RFC 4254, 5.1. */
export type Opened = (error: Error | undefined, channel?: Channel) => void;

/** What carries the channels of a connection: ssh2, or a process of OpenSSH. */
export interface Carrier {
  /** Starts a command line on the host. */
  exec(line: string, done: Opened): void;
  /** Connects to a port through the host. */
  forward(address: string, port: number, done: Opened): void;
  /** Calls back when the connection is lost, once or more often, with the reason as the start of a sentence. */
  onLost(lost: (reason: string) => void): void;
  /** Resolves when everything of it has ended. */
  readonly closed: Promise<void>;
  /** Ends the connection as the protocol intends. */
  end(): void;
  /** Ends it at once, even if the network does not respond. */
  cut(): void;
}
