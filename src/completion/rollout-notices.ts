import { webhookProblem } from '../config/webhook-url.ts';
import type { RolloutEvent } from '../domain/events.ts';
import type { PhaseName } from '../domain/phase.ts';
import type { Http } from '../domain/ports/http.ts';
import { type ExitCode, exitCodes, type Problem } from '../domain/problem.ts';
import type { Secret } from '../domain/secret.ts';
import { postNotice } from './post-notice.ts';

/** The environment variable with the address of the webhook for notices about production rollouts. */
export const noticeVariable = 'ERP_DEPLOY_NOTIFY_ROLLOUT_URL';

/** What a notice says about a rollout. */
export interface NoticeSubject {
  readonly project: string;
  /** The production host, or the server of the database URL. */
  readonly production: string;
  /** `USER@MACHINE`. */
  readonly by: string;
  /** The commit of the workspace's repository; null if it is not in one. */
  readonly commit: string | null;
  readonly resumes: boolean;
}

const phases: ReadonlySet<PhaseName | undefined> = new Set<PhaseName>(['production', 'cloudflare']);

/** Returns what is wrong with the address of the webhook; null if it can be used. */
export function noticeFault(address: Secret): Problem | null {
  return webhookProblem(address, `${noticeVariable} in the environment`);
}

/** Posts notices about one rollout to production: when it changes something there, and when it ends. */
export class RolloutNotices {
  readonly #http: Http;
  readonly #address: Secret;
  readonly #subject: NoticeSubject;
  readonly #warn: (text: string) => void;
  #sent: Promise<void> = Promise.resolve();
  #isStarted = false;
  #problem: Extract<RolloutEvent, { type: 'problem' }> | null = null;

  /** @param warn reports a notice that could not be sent */
  constructor(http: Http, address: Secret, subject: NoticeSubject, warn: (text: string) => void) {
    this.#http = http;
    this.#address = address;
    this.#subject = subject;
    this.#warn = warn;
  }

  /** Notes an event of the rollout. The first change of production starts to send a notice. */
  observe(event: RolloutEvent): void {
    if (event.type === 'problem' && phases.has(event.phase)) this.#problem ??= event;
    if (event.type !== 'change.started' || !phases.has(event.phase) || this.#isStarted) return;
    this.#isStarted = true;
    this.#send(this.#subject.resumes ? 'was resumed' : 'started');
  }

  /** Sends the last notice, and waits until all are sent. */
  async ended(exit: ExitCode): Promise<void> {
    if (this.#isStarted || this.#problem !== null) this.#send(this.#outcome(exit));
    await this.#sent;
  }

  #outcome(exit: ExitCode): string {
    if (exit === exitCodes.done) return 'succeeded';
    if (exit === exitCodes.interrupted || exit === exitCodes.terminated) return `was stopped (exit ${exit})`;
    if (this.#problem === null) return `failed (exit ${exit})`;
    const { step, problem } = this.#problem;
    const at = step === undefined ? '' : ` in step ${step}`;
    return `failed${at} (exit ${exit}): ${problem.code} ${problem.what}`;
  }

  #send(what: string): void {
    const { project, production, by, commit } = this.#subject;
    const from = commit === null ? '' : `, commit ${commit.slice(0, 12)}`;
    const text = `${project}: the rollout to ${production} ${what} (${by}${from})`;
    this.#sent = this.#sent.then(() => this.#post(text));
  }

  async #post(text: string): Promise<void> {
    const fault = await postNotice(this.#http, this.#address, text);
    if (fault !== null) this.#warn(`The notice "${text}" ${fault}.`);
  }
}
