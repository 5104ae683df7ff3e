import type { Client } from 'ssh2';
import type { Carrier, Opened } from './carrier.ts';
import type { Transport } from './transport.ts';

/** Carries channels over a client of ssh2 that has logged in. */
export class Ssh2Carrier implements Carrier {
  readonly closed: Promise<void>;
  readonly #client: Client;
  readonly #transport: Transport;

  constructor(client: Client, transport: Transport) {
    this.#client = client;
    this.#transport = transport;
    // ssh2 emits errors even after end(), and an error without a listener would end the process.
    client.on('error', () => undefined);
    this.closed = new Promise((closed) => {
      client.once('close', () => {
        transport.cut();
        closed();
      });
    });
  }

  exec(line: string, done: Opened): void {
    this.#client.exec(line, done);
  }

  forward(address: string, port: number, done: Opened): void {
    this.#client.forwardOut('127.0.0.1', 0, address, port, done);
  }

  onLost(lost: (reason: string) => void): void {
    const ended = 'The server or the network closed it';
    this.#client
      .on('error', (error) =>
        lost(
          error.level === 'client-timeout'
            ? 'The server stopped responding (keepalive timed out)'
            : reasonOf(error),
        ),
      )
      .once('end', () => lost(ended))
      .once('close', () => lost(ended));
  }

  end(): void {
    this.#client.end();
  }

  cut(): void {
    this.#transport.cut();
  }
}

function reasonOf(error: Error & { readonly code?: unknown }): string {
  if (error.code === 'ECONNRESET') return 'It was reset (ECONNRESET)';
  return error.message.replace(/\.$/, '');
}
