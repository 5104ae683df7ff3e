import type { CommandLine, Used } from './command-line.ts';
import { untilFirstFrame } from './first-frame.ts';

/** One row of the table: a command of erp-deploy, and what its CPU time is compared with. */
export interface Row {
  readonly name: string;
  /** The most that the median of the ratios may be. */
  readonly budget: number;
  readonly measured: CommandLine | (() => Promise<Used>);
  readonly comparison: CommandLine;
  /** The most memory of the measured command, in MB; absent if the row has no such budget. */
  readonly megabytes?: number;
}

/** Parses a file as a journal is stored: a JSON document in each line. */
const parseLines = `require('fs').readFileSync(process.argv[1], 'utf8').trimEnd().split('\\n').forEach((line) => JSON.parse(line))`;

/**
 * Returns the rows that need only Node. The ratios of production over a network are measured beside their testbed, with
 * a delay of 100 ms.
 * @param workspace a folder with a finished embedded rollout
 * @param long a copy of it whose journal has 100,000 records, and that journal
 */
export function rowsOf(
  program: string,
  workspace: string,
  long: { readonly workspace: string; readonly journal: string },
): readonly Row[] {
  const erpDeploy = (...words: readonly string[]): CommandLine => [process.execPath, program, ...words];
  const node: CommandLine = [process.execPath, '-e', '0'];
  return [
    { name: 'help', budget: 2, measured: erpDeploy('--help'), comparison: node },
    { name: 'version', budget: 2, measured: erpDeploy('--version'), comparison: node },
    {
      name: 'status-recorded',
      budget: 3,
      measured: erpDeploy('status', '--recorded', '--workspace', workspace),
      comparison: node,
      megabytes: 120,
    },
    {
      name: 'first-frame',
      budget: 6,
      measured: () => untilFirstFrame(erpDeploy('--workspace', workspace), workspace),
      comparison: node,
    },
    {
      name: 'journal-100000',
      budget: 3,
      measured: erpDeploy('status', '--recorded', '--workspace', long.workspace),
      comparison: [process.execPath, '-e', parseLines, long.journal],
    },
  ];
}
