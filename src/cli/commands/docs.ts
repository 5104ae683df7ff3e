import type { Execute } from '../wiring/command.ts';
import { run } from './run.ts';

/** Rolls out only the phase `docs`; the steps that it depends on must be complete. */
export const docs: Execute = (parts) => run({ ...parts, flags: { ...parts.flags, phase: ['docs'] } });
