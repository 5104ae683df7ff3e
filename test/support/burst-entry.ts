import { setImmediate as turn } from 'node:timers/promises';
import { realAdapters } from '../../src/cli/adapters.ts';
import { stopOnSignals } from '../../src/cli/signals.ts';
import { wizardFrontEnd } from '../../src/cli/wizard.ts';
import { Teller } from '../../src/engine/tell.ts';
import { flagsOf } from './flags-of.ts';

/** Lines that the step says, and how many of them come in one piece: as many as fit a pipe's buffer. */
const lines = 100_000;
const atOnce = 1_000;

const phase = 'prepare';
const steps = ['0.1', '0.2'].map((step) => ({ phase, step, title: `step ${step}` }) as const);
const stop = stopOnSignals((code) => process.exit(code));
const frontEnd = await wizardFrontEnd(await flagsOf(['run']), process);
const teller = new Teller(frontEnd, realAdapters.clock);
const log = realAdapters.openLog(process.cwd(), 'log.jsonl');
teller.log((event) => log.write(JSON.stringify(event)));
teller.tell({
  type: 'rollout.started',
  command: 'run',
  program: '0.1.0',
  workspace: process.cwd(),
  engine: 'embedded',
  engineReason: 'as asked',
  resumes: false,
  steps,
});
for (;;) {
  const intent = await teller.ask({ type: 'confirm-plan', changes: 1 }, stop.signal).catch(() => null);
  if (intent?.type !== 'approve') break;
  teller.tell({ type: 'step.started', phase, step: '0.1' });
  for (let line = 1; line <= lines; line++) {
    teller.tell({ type: 'output', phase, step: '0.1', line: `line ${line} of ${lines}, ${'x'.repeat(60)}` });
    if (line % atOnce === 0) await turn();
  }
  teller.tell({ type: 'output', phase, step: '0.1', line: 'that was all' });
}
await frontEnd.close();
stop.dispose();
