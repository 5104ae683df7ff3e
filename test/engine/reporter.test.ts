import { expect, it, onTestFinished, vi } from 'vitest';
import type { RolloutEvent } from '../../src/domain/events.ts';
import { RoundTrips } from '../../src/domain/round-trips.ts';
import { Reporter } from '../../src/engine/reporter.ts';
import { scripted } from '../support/program/scripted-front-end.ts';
import { tickingClock } from '../support/report/bench.ts';

const first = { id: '0.1', phase: 'prepare' } as const;
const second = { id: '0.2', phase: 'prepare' } as const;

it('counts a step once, by its last outcome, if a rollout is started again with other answers', () => {
  const reporter = new Reporter(scripted(), tickingClock());
  reporter.finished(first, 'stopped', 'not begun', 0);
  reporter.finished(second, 'skipped', 'no such file', 0, { open: [{ item: '0.2#1', reason: 'by hand' }] });
  reporter.finished(first, 'done', 'there', 5);
  reporter.finished(second, 'done', 'there', 5, { open: [{ item: '0.2#2', reason: 'no droplet' }] });
  expect(reporter.counts).toEqual({ done: 2, already: 0, skipped: 0, failed: 0, stopped: 0, open: 0 });
});

it('adds the traffic since the previous step, and in total, to the events that end a step', () => {
  const traffic = new RoundTrips();
  const seen: RolloutEvent[] = [];
  const frontEnd = { ...scripted(), show: (event: RolloutEvent) => void seen.push(event) };
  const reporter = new Reporter(frontEnd, tickingClock(), undefined, traffic);
  reporter.finished(first, 'done', 'nothing was exchanged', 5);
  traffic.send(10)();
  traffic.send(10)();
  reporter.finished(second, 'done', 'two requests', 5);
  const counts = reporter.counts;
  reporter.emit({ type: 'rollout.finished', counts, exit: 0, milliseconds: 10, journal: 'journal.jsonl' });
  const exchanged = { requests: 2, chain: 2, sent: 20, received: 0 };
  expect(seen.map((event) => ('traffic' in event ? event.traffic : undefined))).toEqual([
    undefined,
    exchanged,
    exchanged,
  ]);
});

it('measures the time that it waits for the operator', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const pausing = {
    ...scripted(),
    ask: async () => {
      vi.advanceTimersByTime(30);
      return { type: 'approve' } as const;
    },
  };
  const reporter = new Reporter(pausing, tickingClock());
  expect(reporter.waited).toBe(0);
  await reporter.ask({ type: 'confirm-plan', changes: 1 }, new AbortController().signal);
  expect(reporter.waited).toBe(30);
});

it.each([
  ['a minute', 60_000, 1],
  ['a second', 1_000, 0],
])(
  'invalidates cached inspections after an answer that took %s (%i ms): %i times',
  async (_, milliseconds, times) => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const thinking = {
      ...scripted(),
      ask: async () => {
        vi.advanceTimersByTime(milliseconds);
        return { type: 'approve' } as const;
      },
    };
    const reporter = new Reporter(thinking, tickingClock());
    const forget = vi.fn();
    reporter.onPossibleChange(forget);
    await reporter.ask({ type: 'confirm-plan', changes: 1 }, new AbortController().signal);
    expect(forget).toHaveBeenCalledTimes(times);
  },
);
