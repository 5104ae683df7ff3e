/** A program or a server gave a text that is not of the form that was asked for. */
export class AnswerFault extends Error {
  override readonly name = 'AnswerFault';
}

/**
 * Parses JSON of a program or a server.
 * @throws AnswerFault if the text is not JSON
 */
export function answerIn(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new AnswerFault(json === '' ? 'it is empty' : `it is not JSON: ${json.slice(0, shown)}`, {
      cause: error,
    });
  }
}

/** Characters of an answer that a problem shows. */
const shown = 80;
