import { FileFault } from '../domain/ports/files.ts';

/** What inspections of a host and its database found, until something touches it. */
export class Kept {
  readonly #answers = new Map<string, Promise<unknown>>();

  /** Returns the answer that is kept under this key, or asks. The key names the question, and so the type of its answer. */
  inspect<Answer>(key: string, ask: () => Promise<Answer>): Promise<Answer> {
    const known = this.#answers.get(key) as Promise<Answer> | undefined;
    if (known !== undefined) return known;
    const answer = ask();
    this.#answers.set(key, answer);
    // That the file system refuses is an answer. Any other failure is not kept.
    answer.catch((error: unknown) => {
      if (!(error instanceof FileFault) && this.#answers.get(key) === answer) this.#answers.delete(key);
    });
    return answer;
  }

  /** Forgets the answers whose keys are touched; all of them by default. */
  forget(isTouched: (key: string) => boolean = () => true): void {
    for (const key of this.#answers.keys()) if (isTouched(key)) this.#answers.delete(key);
  }

  /** Makes a change, and forgets before and after it: what was asked while it ran may be from before it. */
  async change<Answer>(act: () => Promise<Answer>, isTouched?: (key: string) => boolean): Promise<Answer> {
    this.forget(isTouched);
    try {
      return await act();
    } finally {
      this.forget(isTouched);
    }
  }
}
