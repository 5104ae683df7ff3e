import type { Listening, Output, OwnProcess } from '../domain/ports/own-process.ts';
import type { Size } from './state.ts';

/**
 * Calls back at every resize, before Ink draws the whole frame again. Node reports no resize if the size changed and
 * immediately changed back, although the terminal has cut the frame.
 */
export function onEveryResize(process: OwnProcess, stdout: Output, act: () => void): Listening {
  let isReported = false;
  const resized = () => {
    isReported = true;
    act();
  };
  const signalled = () => {
    if (!isReported) stdout.emit('resize');
    isReported = false;
  };
  stdout.on('resize', resized);
  const signals = process.onResize(signalled);
  return {
    dispose: () => {
      stdout.off('resize', resized);
      signals.dispose();
    },
  };
}

export function sizeOf({ columns, rows }: Output): Size {
  return { columns: columns || 80, rows: rows || 24 };
}
