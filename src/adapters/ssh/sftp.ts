import type { SFTPWrapper } from 'ssh2';
import { ProblemError } from '../../domain/problem.ts';
import { LinkLost } from './connection.ts';
import type { Link, Live } from './link.ts';
import { noSftp, timedOut } from './link-problems.ts';
import { reasonOf } from './sessions.ts';

/** An error status from an SFTP server (draft-ietf-secsh-filexfer-02, 7). */
export class SftpRefusal extends Error {
  override readonly name = 'SftpRefusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export const sftpStatus = { noSuchFile: 2, permissionDenied: 3, failure: 4 } as const;

type Held = { readonly live: Live; readonly opened: Promise<SFTPWrapper>; sftp?: SFTPWrapper };

type Done<Answer> = (error: Error | null | undefined, answer: Answer) => void;

/** An SFTP session. It is opened when first used, and closed when another operation needs a session. */
export class Sftp {
  readonly #link: Link;
  #held: Held | null = null;
  #busy = 0;

  constructor(link: Link) {
    this.#link = link;
  }

  get host(): string {
    return this.#link.name;
  }

  /**
   * Sends one request. It also ends if the connection is lost, because ssh2 then calls no callback; and after a time
   * limit, because a server that waits for its disk still answers keepalives.
   * @throws SftpRefusal; ProblemError on a timeout, or if the connection is lost or SFTP does not work
   */
  call<Answer>(begin: (sftp: SFTPWrapper, done: Done<Answer>) => void): Promise<Answer> {
    return this.#link.use(async (live) => {
      this.#busy += 1;
      let late: NodeJS.Timeout | undefined;
      try {
        const sftp = await this.#opened(live);
        return await live.connection.answered<Answer>((answer, fail) => {
          const { query } = this.#link.limits;
          late = setTimeout(() => {
            fail(new ProblemError(timedOut(this.host, 'sftp', query, false)));
            this.#abandon(sftp);
          }, query);
          const onClose = () => fail(new LinkLost('Its SFTP session ended'));
          sftp.once('close', onClose);
          const counted = live.connection.traffic.send(0);
          begin(sftp, (error, value) => {
            counted();
            sftp.off('close', onClose);
            if (error == null) return answer(value);
            const status = 'code' in error && typeof error.code === 'number' ? error.code : undefined;
            fail(status === undefined ? error : new SftpRefusal(status, error.message));
          });
        });
      } finally {
        clearTimeout(late);
        this.#busy -= 1;
        if (live.sessions.isAwaited) this.#giveBack();
      }
    });
  }

  async #opened(live: Live): Promise<SFTPWrapper> {
    if (this.#held?.live === live) return this.#held.opened;
    const opened = live.sessions.open<SFTPWrapper>((done) => live.connection.client.sftp(done), 'brief', {
      bytes: 0,
      // The channel, the subsystem, and the version of the protocol.
      waits: 3,
    });
    const held: Held = { live, opened };
    this.#held = held;
    live.sessions.onPressure = () => this.#giveBack();
    try {
      const sftp = await opened;
      held.sftp = sftp;
      sftp.setMaxListeners(0); // every pending request has one
      sftp.on('error', () => undefined); // 'close' follows
      sftp.once('close', () => this.#forget(held));
      return sftp;
    } catch (error) {
      this.#forget(held);
      const isReported =
        error instanceof LinkLost || error instanceof ProblemError || reasonOf(error) !== undefined;
      throw isReported ? error : new ProblemError(noSftp(this.#link.name), { cause: error });
    }
  }

  #giveBack(): void {
    const held = this.#held;
    if (held === null || this.#busy > 0) return;
    this.#forget(held);
    held.opened.then(
      (sftp) => sftp.end(),
      () => undefined,
    );
  }

  /** Gives up a session that does not answer, and may not close either. The next request opens another. */
  #abandon(sftp: SFTPWrapper): void {
    if (this.#held?.sftp === sftp) this.#held = null;
    sftp.end();
  }

  #forget(held: Held): void {
    if (this.#held === held) this.#held = null;
  }
}
