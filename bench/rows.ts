/** A command line that a row starts; the first word is a program. */
export type CommandLine = readonly [string, ...string[]];

/** One row of the table: a command of erp-deploy, and what its CPU time is compared with. */
export interface Row {
  readonly name: string;
  /** The most that the median of the ratios may be. */
  readonly budget: number;
  readonly measured: CommandLine;
  readonly comparison: CommandLine;
  /** The most memory of the measured command, in MB; absent if the row has no such budget. */
  readonly megabytes?: number;
}

/**
 * Returns the rows that need only Node. The ratios of production over a network are measured beside their testbed, with
 * a delay of 100 ms.
 * @param workspace a folder with a finished embedded rollout
 */
export function rowsOf(program: string, workspace: string): readonly Row[] {
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
  ];
}
