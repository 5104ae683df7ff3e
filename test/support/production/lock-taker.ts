import { claimFolder } from '../../../src/adapters/claim-folder.ts';
import { processTable } from '../../../src/adapters/process-table.ts';
import { ProblemError } from '../../../src/domain/problem.ts';
import { takeLock } from '../../../src/engine/lock.ts';

/**
 * A process that takes the lock in the folder named by its first argument, with the adapters of the product.
 * It prints "taken" and holds the lock until it is killed, or prints the problem and ends.
 */
try {
  await takeLock({
    folder: claimFolder(process.argv[2] ?? '', 'lock'),
    processes: processTable(),
    clock: () => new Date().toISOString(),
    command: 'erp-deploy run',
  });
  console.log('taken');
  setInterval(() => undefined, 1000);
} catch (error) {
  if (!(error instanceof ProblemError)) throw error;
  console.log(JSON.stringify(error.problems[0]));
}
