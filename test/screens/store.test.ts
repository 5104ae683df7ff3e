import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Reported } from '../../src/domain/events.ts';
import { WizardStore } from '../../src/screens/store.ts';
import { stamped } from '../support/program/events.ts';
import { begun, letter, log, questions, running } from '../support/wizard/wizard-state.ts';

const done: Reported = {
  type: 'step.finished',
  phase: 'prepare',
  step: '0.2',
  outcome: 'done',
  summary: '',
  milliseconds: 1,
  open: [],
};

function opened() {
  const effects = { interrupt: vi.fn(), suspend: vi.fn(), log: vi.fn(), copy: vi.fn(), open: vi.fn() };
  const store = new WizardStore(effects, { columns: 80, rows: 24 });
  const painted = vi.fn();
  store.subscribe(painted);
  const tell = (...events: readonly Reported[]) => {
    for (const event of events) store.show(stamped(event));
  };
  return { store, effects, painted, tell, stop: new AbortController() };
}

describe('painting', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('happens once for a burst of events, and shows their combined result', () => {
    const { store, painted, tell } = opened();
    tell(...begun, running);
    for (let line = 0; line < 10_000; line++) {
      tell({ type: 'output', phase: 'prepare', step: '0.2', line: `line ${line}` });
    }
    expect(painted).not.toHaveBeenCalled();
    expect(store.snapshot().rollout.steps).toHaveLength(0);
    vi.advanceTimersByTime(40);
    expect(painted).toHaveBeenCalledTimes(1);
    const { output } = store.snapshot().rollout.steps.find(({ id }) => id === '0.2') ?? { output: [] };
    expect(output).toHaveLength(200);
    expect(output.at(-1)).toBe('line 9999');
  });

  it('happens immediately after a key, but not after a key without a meaning', () => {
    const { store, painted, tell } = opened();
    tell(...begun);
    vi.advanceTimersByTime(40);
    painted.mockClear();
    store.press({ key: 'down' });
    expect(painted).toHaveBeenCalledTimes(1);
    store.press(letter('z'));
    expect(painted).toHaveBeenCalledTimes(1);
  });

  it('happens once a second while erp-deploy works, but not while it asks or after its end', () => {
    const { store, painted, tell, stop } = opened();
    tell(...begun, running);
    vi.advanceTimersByTime(5_000);
    expect(painted.mock.calls.length).toBeGreaterThanOrEqual(5);
    expect(painted.mock.calls.length).toBeLessThanOrEqual(6);
    const staysStill = () => {
      vi.advanceTimersByTime(40);
      painted.mockClear();
      vi.advanceTimersByTime(60_000);
      expect(painted).not.toHaveBeenCalled();
    };
    void store.ask(questions['confirm-more'], stop.signal);
    staysStill();
    store.press(letter('y'));
    vi.advanceTimersByTime(5_000);
    expect(painted.mock.calls.length).toBeGreaterThanOrEqual(5);
    tell(done, {
      type: 'rollout.finished',
      counts: { done: 1, already: 0, skipped: 0, failed: 0, stopped: 0, open: 0 },
      exit: 0,
      milliseconds: 1,
      journal: 'journal',
    });
    staysStill();
  });
});

describe('checked objects', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const checked = (name: string): Reported => {
    return {
      type: 'progress',
      phase: 'prepare',
      step: '0.2',
      group: 'tables',
      total: 60,
      name,
      ok: true,
      note: '',
    };
  };
  const next: Reported = { type: 'step.started', phase: 'prepare', step: '0.3' };
  const sixty = Array.from({ length: 60 }, (_, index) => checked(`t${index}`));
  const shown = (store: WizardStore) => {
    const step = store.snapshot().rollout.steps.find(({ id }) => id === '0.2');
    return { count: step?.checked.length ?? 0, state: step?.state };
  };

  it('are shown a few at a time, and the step ends after the last of them', () => {
    const { store, tell } = opened();
    tell(...begun, running, ...sixty, done);
    const counts: number[] = [];
    while (shown(store).state !== 'done') {
      vi.advanceTimersByTime(40);
      counts.push(shown(store).count);
    }
    expect(counts.length).toBeGreaterThan(5);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(counts.at(-1)).toBe(60);
  });

  it('do not delay the next step, which starts immediately and is shown after the last of them', async () => {
    const { store, tell, stop } = opened();
    tell(...begun, running, ...sixty, done);
    // Nothing has been painted yet, and the engine waits without a painting.
    await store.beforeStep(stop.signal);
    tell(next, { type: 'output', phase: 'prepare', step: '0.3', line: 'from the next step' });
    const seen: string[] = [];
    for (let frame = 0; frame < 50; frame++) {
      vi.advanceTimersByTime(40);
      const { steps } = store.snapshot().rollout;
      const after = steps.find(({ id }) => id === '0.3');
      seen.push(`${shown(store).count} ${shown(store).state}, then ${after?.state} ${after?.output}`);
    }
    expect(seen.filter((one) => one.includes('then running'))[0]).toBe(
      '60 done, then running from the next step',
    );
  });

  it('are all shown when the user pauses or stops, so that the screen shows the current state of the engine', () => {
    for (const key of ['p', 'q']) {
      const { store, tell } = opened();
      tell(...begun, running, ...sixty, done, next);
      store.press(letter(key));
      expect(shown(store)).toEqual({ count: 60, state: 'done' });
      expect(store.snapshot().rollout.steps.find(({ id }) => id === '0.3')?.state).toBe('running');
    }
    const { store, tell } = opened();
    tell(...begun, running, ...sixty);
    store.stopping();
    expect(shown(store).count).toBe(60);
  });

  it('of a very large schema do not fall behind: all except the last ones are shown immediately', () => {
    const { store, tell } = opened();
    tell(...begun, running);
    for (let index = 0; index < 10_000; index++) tell(checked(`t${index}`));
    vi.advanceTimersByTime(40);
    const progress = () => store.snapshot().rollout.steps.find(({ id }) => id === '0.2')?.progress[0]?.done;
    expect(progress()).toBeGreaterThanOrEqual(9_600);
    vi.advanceTimersByTime(2_000);
    expect(progress()).toBe(10_000);
  });

  it('are all shown when a question comes, and at the end', async () => {
    const { store, tell, stop } = opened();
    tell(...begun, running, ...sixty);
    store.ask(questions.failure, stop.signal).catch(() => undefined);
    expect(shown(store).count).toBe(60);
    tell(...sixty.slice(0, 30));
    expect(store.rollout.steps.find(({ id }) => id === '0.2')?.checked).toHaveLength(90);
  });

  it('continue to be shown if a key has painted meanwhile', () => {
    const { store, tell } = opened();
    tell(...begun, running, ...sixty);
    vi.advanceTimersByTime(40);
    store.press({ key: 'down' });
    vi.advanceTimersByTime(1_000);
    expect(shown(store).count).toBe(60);
  });
});

it('shows once that a stop was requested', () => {
  const { store, painted } = opened();
  store.stopping();
  store.stopping();
  expect(store.snapshot().ui.stopping).toBe(true);
  expect(painted).toHaveBeenCalledTimes(1);
});

describe('a question', () => {
  it('is answered by a key, once', async () => {
    const { store, tell, stop } = opened();
    tell(...begun);
    const answer = store.ask(questions['confirm-plan'], stop.signal);
    store.press(letter('a'));
    store.press(letter('a'));
    expect(await answer).toEqual({ type: 'approve' });
    expect(store.snapshot().ui.question).toBeNull();
  });

  it('is rejected with the reason of the stop if the run is stopped', async () => {
    const { store, tell, stop } = opened();
    tell(...begun);
    const answer = store.ask(questions.failure, stop.signal);
    stop.abort(new Error('stopped'));
    await expect(answer).rejects.toThrow('stopped');
    expect(store.snapshot().ui.question).toBeNull();
    await expect(async () => store.ask(questions.failure, stop.signal)).rejects.toThrow('stopped');
  });

  it('is not answered by keys that were typed before it', async () => {
    const { store, tell, stop } = opened();
    tell(...begun);
    const first = store.ask(questions['confirm-more'], stop.signal);
    store.type([letter('y'), letter('y'), letter('p')]);
    expect(await first).toEqual({ type: 'approve' });
    expect(store.snapshot().ui.paused).toBe(false);
  });
});

describe('a pause', () => {
  it('delays the next step until p or a stop', async () => {
    const { store, tell, stop } = opened();
    tell(...begun, running);
    await store.beforeStep(stop.signal);
    store.press(letter('p'));
    const next = store.beforeStep(stop.signal);
    store.press({ key: 'down' });
    store.press(letter('p'));
    await next;
    store.press(letter('p'));
    const never = store.beforeStep(stop.signal);
    stop.abort(new Error('stopped'));
    await expect(never).rejects.toThrow('stopped');
  });
});

it('passes requests to the surrounding program that only it can fulfil', () => {
  const { store, effects, tell, stop } = opened();
  store.press(letter('l'));
  expect(effects.log).not.toHaveBeenCalled();
  tell(log);
  store.press(letter('l'));
  store.press({ key: 'ctrl-z' });
  store.press({ key: 'ctrl-c' });
  const todo = [{ text: 'Then', command: ['erp-deploy', 'run'] }];
  const problem = { ...questions.failure.problem, what: '100_own.sql is no SQL.', todo };
  tell(...begun, running);
  void store.ask({ ...questions.failure, problem }, stop.signal);
  store.press(letter('c'));
  store.press(letter('o'));
  for (const effect of Object.values(effects)) expect(effect).toHaveBeenCalledTimes(1);
  expect(effects.copy).toHaveBeenCalledWith('erp-deploy run');
});
