import { processesIn } from '../../../src/adapters/processes.ts';
import { realAdapters } from '../../../src/cli/wiring/adapters.ts';
import { stopOnSignals } from '../../../src/cli/wiring/signals.ts';
import { wizardFrontEnd } from '../../../src/cli/wiring/wizard.ts';
import { applyChange } from '../../../src/engine/executor.ts';
import { Reporter } from '../../../src/engine/reporter.ts';
import { bench } from '../report/bench.ts';
import { commandOf } from '../workspace/changes.ts';
import { flagsOf } from './flags-of.ts';

const lines = 100_000;
/** Prints the lines as fast as possible. */
const printing = `BEGIN { for (i = 1; i <= ${lines}; i++) print "line " i " of ${lines}, ${'x'.repeat(60)}"; print "that was all" }`;

const phase = 'prepare';
const steps = ['0.1', '0.2'].map((step) => ({ phase, step, title: `step ${step}` }) as const);
/** Opens the wizard with a step whose change prints many lines. */
export async function start(): Promise<void> {
  const stop = stopOnSignals(process, (code) => process.exit(code));
  const { stdin, stdout, stderr, env } = process;
  const io = { stdin, stdout, stderr, env, cwd: process.cwd(), adapters: realAdapters };
  const frontEnd = await wizardFrontEnd(await flagsOf(['run']), io);
  const { parts } = await bench({ processes: processesIn(process.cwd()) });
  const reporter = new Reporter(frontEnd, realAdapters.clock);
  const log = realAdapters.openLog(process.cwd(), 'log.jsonl');
  reporter.log((event) => log.write(JSON.stringify(event)));
  reporter.emit({
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
    const intent = await reporter.ask({ type: 'confirm-plan', changes: 1 }, stop.signal).catch(() => null);
    if (intent?.type !== 'approve') break;
    reporter.emit({ type: 'step.started', phase, step: '0.1' });
    const onLine = (line: string) => reporter.emit({ type: 'output', phase, step: '0.1', line });
    await applyChange(parts, '0.1', commandOf(['awk', printing]), stop.signal, onLine);
  }
  await frontEnd.close();
  stop.dispose();
}
