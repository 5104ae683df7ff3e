import { PassThrough } from 'node:stream';
import { text as readAll } from 'node:stream/consumers';
import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import type { RolloutEvent } from '../../src/domain/events.ts';
import type { FrontEnd } from '../../src/domain/front-end.ts';
import { initialState, reduce } from '../../src/domain/reducer.ts';
import { Reporter } from '../../src/engine/reporter.ts';
import { jsonFrontEnd } from '../../src/headless/json.ts';
import { listrFrontEnd } from '../../src/headless/listr.ts';
import { plainFrontEnd } from '../../src/headless/plain.ts';
import { summaryLines } from '../../src/headless/summary.ts';
import { reportPage } from '../../src/report/report-page.ts';
import { rolloutOf } from '../support/program/hostile-rollout.ts';
import { forgedLines, hostileTexts, rawCharacters } from '../support/program/hostile-texts.ts';

const clock = () => '2026-11-22T21:04:00.000Z';

/** Reports the rollout to a front end as a command does. */
function shownBy(frontEnd: FrontEnd, text: string): void {
  const reporter = new Reporter(frontEnd, clock);
  for (const reported of rolloutOf(text)) reporter.emit(reported);
}

function eventsOf(text: string): readonly RolloutEvent[] {
  const events: RolloutEvent[] = [];
  shownBy({ show: (event) => events.push(event), ask: async () => ({ type: 'decline' }) }, text);
  return events;
}

/** Each front end and document with a function that returns its output for a rollout with this text. */
const writers: Readonly<Record<string, (text: string) => string | Promise<string>>> = {
  'plain lines': (text) => {
    const written: string[] = [];
    const write = (one: string) => void written.push(one);
    shownBy(plainFrontEnd(write, write, { verbose: true, plan: true }), text);
    return written.join('');
  },
  'the JSON stream and its stderr': (text) => {
    const written: string[] = [];
    const write = (one: string) => void written.push(one);
    shownBy(jsonFrontEnd(write, write), text);
    return written.join('');
  },
  'the animated list': async (text) => {
    const screen = Object.assign(new PassThrough(), { isTTY: true, columns: 300, rows: 60 });
    const list = listrFrontEnd(
      { stdout: screen, stderr: screen, isColored: false },
      { verbose: false, plan: true },
    );
    shownBy(list, text);
    await list.close();
    screen.end();
    const drawn = await readAll(screen);
    // The list moves the cursor itself, so its escape sequences must not be filtered here.
    for (const sequence of ['\x07', '\x1b]', '\x1b[8m', '\x9b']) expect(drawn).not.toContain(sequence);
    return stripVTControlCharacters(drawn);
  },
  'the closing summary of the wizard': (text) =>
    summaryLines(eventsOf(text).reduce(reduce, initialState), (argv) => argv).join('\n'),
  'the report': (text) =>
    reportPage({
      project: text,
      // From a log of an earlier version, which could contain anything.
      runs: [
        {
          state: rolloutOf(text)
            .map((one) => ({ v: 2 as const, at: clock(), ...one }))
            .reduce(reduce, initialState),
          from: 0,
          until: 1,
        },
      ],
      isUnfinished: false,
      left: [],
      rollback: null,
      withoutLocalTest: text,
      made: { by: [text], commit: text, production: text, files: [text] },
      next: [{ text, command: [text] }],
      evidenceOf: () => undefined,
      picture: { diagram: null, instead: text, changes: [] },
      madeAt: clock(),
    }),
};

const cases = Object.keys(writers).flatMap((writer) =>
  Object.keys(hostileTexts).map((name) => [writer, name] as const),
);

it.each(cases)('%s: shows %s escaped, and no line of its own', async (writer, name) => {
  const text = hostileTexts[name] ?? '';
  const output = (await writers[writer]?.(text)) ?? '';
  expect(output.length).toBeGreaterThan(text.length);
  expect(output).not.toMatch(rawCharacters);
  // In HTML, a line end is only a blank; a tag could forge content.
  if (writer === 'the report') expect(output).not.toContain('<script>alert');
  else expect(forgedLines(output)).toEqual([]);
});
