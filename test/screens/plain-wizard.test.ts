import { PassThrough } from 'node:stream';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { Intent, Question } from '../../src/domain/front-end.ts';
import { PlainWizard } from '../../src/screens/plain/plain-wizard.ts';
import { stamped } from '../support/program/events.ts';
import { begun, questions, running } from '../support/wizard/wizard-state.ts';

/** Opens the wizard in line mode and asks a question. Returns functions to type, and the printed text. */
function asking(question: Question) {
  const stdin = new PassThrough();
  let printed = '';
  const wizard = new PlainWizard({
    stdin: Object.assign(stdin, { isTTY: false }),
    print: (text) => {
      printed += text;
    },
    show: () => undefined,
    askPassphrase: vi.fn<() => Promise<Intent>>(),
    interrupt: () => undefined,
    showLog: async () => undefined,
    openFile: async () => undefined,
    openUrl: async () => false,
  });
  onTestFinished(() => wizard.close());
  for (const event of [...begun, running]) wizard.show(stamped(event));
  const answer = wizard.ask(question, new AbortController().signal);
  /** Types a line after a text was printed since the last typed line. */
  const type = async (line: string, once: RegExp) => {
    await vi.waitFor(() => expect(printed).toMatch(once), 60_000);
    printed = '';
    stdin.write(`${line}\n`);
  };
  return { answer, type };
}

it('in line mode, answers of the setup are selected and edited by typed lines', async () => {
  const { fields } = questions.setup;
  const { answer, type } = asking({ ...questions.failure, fields });
  await type('e', /Type r: retry, e: edit answer/);
  await type('down', /selected: Host [\s\S]*Type Enter: edit, up or down: answer/);
  await type('', /selected: Starter +a\.sql/);
  await type('b.sql', /Type Enter: set, esc: cancel\./);
  await type('n', /selected: Starter +b\.sql[\s\S]*n: retry without saving/);
  const values = { 'public-host': 'a.example', 'starter-schema': 'b.sql' };
  expect(await answer).toEqual({ type: 'edit', values, keep: false });
});
