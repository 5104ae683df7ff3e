import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Machine } from '../../test/testbed/machine/machine.ts';
import { nestedMachine } from '../../test/testbed/nested-machine.ts';
import { program } from '../program.ts';

/** What one round takes, in seconds. */
export interface DockerRound {
  readonly first: number;
  readonly again: number;
  readonly byHand: number;
}

const script = fileURLToPath(new URL('docker-by-hand.sh', import.meta.url));

/** Times the local rollout on Docker, and the checklist's commands for it, in turn. */
export async function dockerRounds(rounds: number): Promise<readonly DockerRound[]> {
  const folder = mkdtempSync(join(tmpdir(), 'erp-deploy-bench-'));
  const readOnly = [dirname(dirname(program)), dirname(script)];
  const machine = await nestedMachine({ folders: [folder], readOnly: [...new Set(readOnly)] });
  try {
    const prepared = join(folder, 'prepared');
    mkdirSync(prepared);
    await timed(machine, prepared, [
      process.execPath,
      program,
      'run',
      '--non-interactive',
      '--phase',
      'prepare',
    ]);
    const measured: DockerRound[] = [];
    for (let round = 0; round < rounds; round++) {
      const [own, typed] = [join(folder, `own-${round}`), join(folder, `typed-${round}`)];
      mkdirSync(own);
      cpSync(prepared, typed, { recursive: true });
      const run = [
        process.execPath,
        program,
        'run',
        '--non-interactive',
        '--engine',
        'docker',
        '--until',
        '2.5',
      ];
      await empty(machine);
      const first = await timed(machine, own, run);
      const again = await timed(machine, own, run);
      await empty(machine);
      const byHand = await timed(machine, typed, ['bash', script, typed]);
      measured.push({ first, again, byHand });
      console.log('docker', { first, again, byHand });
    }
    return measured;
  } finally {
    await machine.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Removes what a rollout made. The images stay. */
async function empty(machine: Machine): Promise<void> {
  const words =
    'docker rm --force --volumes postgres-erp postgrest-erp; docker network rm portfolio-network; true';
  await machine.run(['sh', '-c', `{ ${words}; } >/dev/null 2>&1`]);
}

/** @returns seconds. @throws if the command fails, since a failure is fast */
async function timed(machine: Machine, cwd: string, command: readonly string[]): Promise<number> {
  const since = performance.now();
  const { exit, stdout, stderr } = await machine.exec(command, { cwd });
  const took = (performance.now() - since) / 1000;
  if (exit !== 0) throw new Error(`${command.join(' ')}: exit ${exit}\n${stdout.slice(-2000)}\n${stderr}`);
  return took;
}
