import type { SFTPWrapper } from 'ssh2';
import { ProblemError } from '../../domain/problem.ts';
import { LinkLost } from './connection.ts';
import type { Link, Live } from './link.ts';
import { noSftp, timedOut } from './link-problems.ts';
import { reasonOf } from './sessions.ts';

/** What an sftp server answered instead of success (draft-ietf-secsh-filexfer-02, 7). */
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

/** A session of sftp, opened when first asked for, and given back when another session is short of one. */
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
   * One request. ssh2 calls nobody back when the link dies in the middle, hence the race; a server that waits for its
   * disk answers the link's keepalives all the same, hence the limit.
   * @throws SftpRefusal; ProblemError where the link is lost, no answer comes in time, or there is no sftp
   */
  call<Answer>(begin: (sftp: SFTPWrapper, done: Done<Answer>) => void): Promise<Answer> {
    return this.#link.use(async (live) => {
      this.#busy += 1;
      let late: NodeJS.Timeout | undefined;
      try {
        const sftp = await this.#opened(live);
        return await live.connection.answered<Answer>((answer, fail) => {
          const { look } = this.#link.limits;
          late = setTimeout(() => {
            fail(new ProblemError(timedOut(this.host, 'sftp', look, false)));
            this.#abandon(sftp);
          }, look);
          const onClose = () => fail(new LinkLost('Its SFTP session ended'));
          sftp.once('close', onClose);
          begin(sftp, (error, value) => {
            sftp.off('close', onClose);
            if (error == null) return answer(value);
            const status = 'code' in error && typeof error.code === 'number' ? error.code : undefined;
            fail(status === undefined ? error : new SftpRefusal(status, error.message));
          });
        });
      } finally {
        clearTimeout(late);
        this.#busy -= 1;
        if (live.sessions.isWantedElsewhere) this.#giveBack();
      }
    });
  }

  async #opened(live: Live): Promise<SFTPWrapper> {
    if (this.#held?.live === live) return this.#held.opened;
    const opened = live.sessions.open<SFTPWrapper>((done) => live.connection.client.sftp(done), 'brief');
    const held: Held = { live, opened };
    this.#held = held;
    live.sessions.onPressure = () => this.#giveBack();
    try {
      const sftp = await opened;
      held.sftp = sftp;
      sftp.setMaxListeners(0); // one for each request that is under way
      sftp.on('error', () => undefined); // its close tells
      sftp.once('close', () => this.#forget(held));
      return sftp;
    } catch (error) {
      this.#forget(held);
      const ours =
        error instanceof LinkLost || error instanceof ProblemError || reasonOf(error) !== undefined;
      throw ours ? error : new ProblemError(noSftp(this.#link.name), { cause: error });
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

  /** A server that is stuck does not close it either: the next request opens another. */
  #abandon(sftp: SFTPWrapper): void {
    if (this.#held?.sftp === sftp) this.#held = null;
    sftp.end();
  }

  #forget(held: Held): void {
    if (this.#held === held) this.#held = null;
  }
}
