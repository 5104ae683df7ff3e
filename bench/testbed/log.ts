import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pins } from '../../test/testbed/images/pins.ts';
import { nestedMachine } from '../../test/testbed/nested-machine.ts';
import { program } from '../program.ts';

/** What one round takes, in seconds. */
interface LogRound {
  readonly logs: number;
  /** `docker logs` of the same container. */
  readonly docker: number;
}

const line = 'LOG:  line %.0f, as long as those that a database writes about itself usually are';
const name = 'postgres-erp';

/** Times how long the log of a container takes to be printed, in turn with docker itself. */
export async function logRounds(lines: number, rounds: number): Promise<readonly LogRound[]> {
  const folder = mkdtempSync(join(tmpdir(), 'erp-deploy-bench-'));
  const machine = await nestedMachine({ folders: [folder], readOnly: [dirname(dirname(program))] });
  try {
    const timed = async (command: string) => {
      const since = performance.now();
      await machine.run(['sh', '-c', `${command} > '${join(folder, 'printed')}'`]);
      const seconds = (performance.now() - since) / 1000;
      const printed = await machine.run(['wc', '-l', join(folder, 'printed')]);
      if (Number.parseInt(printed, 10) < lines) throw new Error(`${command}: only ${printed} lines`);
      return seconds;
    };
    const container = ['run', '--name', name, '--entrypoint', 'seq', pins.postgres, '-f', line, `${lines}`];
    await timed(`docker ${container.map((word) => `'${word}'`).join(' ')}`);
    const measured: LogRound[] = [];
    for (let round = 0; round < rounds; round++) {
      const own = `'${process.execPath}' '${program}' logs --tail all --engine docker --workspace '${folder}'`;
      const one = { logs: await timed(own), docker: await timed(`docker logs ${name}`) };
      console.log('log', one);
      measured.push(one);
    }
    return measured;
  } finally {
    await machine.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}
