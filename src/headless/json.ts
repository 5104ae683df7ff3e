import type { FrontEnd } from '../domain/front-end.ts';
import { answerUnattended } from './answers.ts';
import { problemLines } from './problem-text.ts';

/** Prints one JSON event per line on stdout, and problems as text on stderr. */
export function jsonFrontEnd(stdout: (text: string) => void, stderr: (text: string) => void): FrontEnd {
  return {
    show: (event) => {
      stdout(`${JSON.stringify(event)}\n`);
      if (event.type === 'problem') stderr(`${problemLines(event.problem).join('\n')}\n`);
    },
    ask: async (question) => answerUnattended(question),
  };
}
