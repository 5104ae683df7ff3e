import { EventEmitter } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { stopOnSignals } from '../../../src/cli/wiring/signals.ts';

const heard = ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'] as const;

function listening(passedOn: boolean) {
  const exits: number[] = [];
  const others = heard.map((name) => process.rawListeners(name));
  const { signal } = stopOnSignals(process, (code) => exits.push(code), passedOn);
  // Not disposed, because that would also release the IPC channel to the parent of the tests.
  onTestFinished(() => {
    for (const [place, name] of heard.entries()) {
      for (const one of process.rawListeners(name)) {
        if (others[place]?.includes(one) === false) process.off(name, one as () => void);
      }
    }
  });
  // Other listeners of this process would end it.
  const hear = (name: NodeJS.Signals) => process.listeners(name).at(-1)?.(name);
  return { exits, hear, signal };
}

describe('a signal', () => {
  test('requests a stop, and the next one ends the program immediately, however soon it comes', () => {
    const { exits, hear, signal } = listening(false);
    hear('SIGINT');
    expect({ asked: signal.aborted, exits }).toEqual({ asked: true, exits: [] });
    hear('SIGINT');
    expect(exits).toEqual([130]);
  });

  test('that arrives twice counts once if another process forwards signals', () => {
    const { exits, hear, signal } = listening(true);
    hear('SIGINT');
    hear('SIGINT');
    expect({ asked: signal.aborted, exits }).toEqual({ asked: true, exits: [] });
  });

  test('of a closed terminal only requests a stop, even if it comes again', () => {
    const { exits, hear, signal } = listening(false);
    for (let told = 0; told < 3; told++) hear('SIGHUP');
    expect({ asked: signal.aborted, exits }).toEqual({ asked: true, exits: [] });
    hear('SIGTERM');
    expect(exits).toEqual([143]);
  });
});

describe('an error of stdout or stderr', () => {
  const failed = (code: string) => {
    const streams = { stdout: new EventEmitter(), stderr: new EventEmitter() };
    const process = Object.assign(new EventEmitter(), {
      connected: false,
      disconnect: () => undefined,
      env: {},
      ...streams,
    });
    const stop = stopOnSignals(process, () => undefined, false);
    streams.stdout.emit('error', Object.assign(new Error('write'), { code }));
    streams.stderr.emit('error', Object.assign(new Error('write'), { code: 'ERR_STREAM_DESTROYED' }));
    return stop;
  };

  test.each([
    { code: 'EIO', exit: 143, problem: undefined },
    { code: 'EPIPE', exit: 143, problem: null },
    { code: 'ENOSPC', exit: 4, problem: expect.objectContaining({ code: 'ERP-0905', exit: 4 }) },
    { code: 'EDQUOT', exit: 4, problem: expect.objectContaining({ code: 'ERP-0905', exit: 4 }) },
  ])('$code requests a safe stop with exit code $exit', ({ code, exit, problem }) => {
    const { signal, outputLost } = failed(code);
    expect(signal.reason).toMatchObject({ exit });
    expect(outputLost()?.problem).toEqual(problem);
  });
});
