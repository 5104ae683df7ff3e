import type { Execute } from '../wiring/command.ts';
import { run } from './run.ts';

/** The roll-out of the phase docs alone: what it needs of the others has to be so already. */
export const docs: Execute = (parts) => run({ ...parts, flags: { ...parts.flags, phase: ['docs'] } });
