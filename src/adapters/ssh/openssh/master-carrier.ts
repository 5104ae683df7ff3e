import type { Socket } from 'node:net';
import type { Carrier, Opened } from '../carrier.ts';
import type { Master } from './master.ts';
import { Mux } from './mux.ts';
import type { SshLog } from './ssh-log.ts';

/** Milliseconds that ssh may take to report why its connection ended. */
const grace = 1000;

/** Carries channels over the connection of a master of OpenSSH. */
export class MasterCarrier implements Carrier {
  readonly #master: Master;
  readonly #socket: Socket;
  readonly #mux: Mux;

  private constructor(master: Master, socket: Socket, mux: Mux) {
    this.#master = master;
    this.#socket = socket;
    this.#mux = mux;
  }

  /** @param socket connected to the ControlPath. @throws Error if the master does not take channels */
  static async over(master: Master, socket: Socket): Promise<MasterCarrier> {
    const mux = new Mux(socket);
    await mux.ready;
    return new MasterCarrier(master, socket, mux);
  }

  get closed(): Promise<void> {
    return this.#master.ended;
  }

  exec(line: string, done: Opened): void {
    this.#mux.exec(line, done);
  }

  forward(address: string, port: number, done: Opened): void {
    this.#mux.forward(address, port, done);
  }

  onLost(lost: (reason: string) => void): void {
    // The socket closes before ssh has reported the reason, and a command must not end before the loss is known.
    void this.#master.ended.then(() => {
      lost(reasonIn(this.#master.log));
      this.#mux.lost();
    });
    this.#socket.once('close', () => {
      this.#master.end();
      const late = setTimeout(() => this.#master.kill(), grace);
      void this.#master.ended.then(() => clearTimeout(late));
    });
  }

  end(): void {
    this.#master.end();
  }

  cut(): void {
    this.#master.kill();
  }
}

function reasonIn(log: SshLog): string {
  if (log.find(/^Timeout, server .* not responding/) !== null)
    return 'The server stopped responding (keepalive timed out)';
  if (log.find(/Connection reset by peer/) !== null) return 'It was reset (ECONNRESET)';
  return 'The server or the network closed it';
}
