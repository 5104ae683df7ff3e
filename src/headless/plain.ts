import type { FrontEnd } from '../domain/front-end.ts';
import { answerUnattended } from './answers.ts';
import { type LineOptions, lineView } from './lines.ts';

/** Prints lines of text; used without a terminal. */
export function plainFrontEnd(
  stdout: (text: string) => void,
  stderr: (text: string) => void,
  options: LineOptions,
): FrontEnd {
  const view = lineView(options);
  return {
    show: (event) => {
      const { out, error } = view(event);
      if (out.length > 0) stdout(`${out.join('\n')}\n`);
      if (error.length > 0) stderr(`${error.join('\n')}\n`);
    },
    ask: async (question) => answerUnattended(question),
  };
}
