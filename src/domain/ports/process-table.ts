/** A process, distinguished from a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Its start time in the system's own unit; comparable only within one boot. */
  readonly started: string;
  /** Empty if it could not be read. */
  readonly boot: string;
  readonly host: string;
  readonly user: string;
  /** Null if it could not be read; missing in what earlier versions wrote. */
  readonly pidNamespace?: string | null | undefined;
  /** Identifies the installation of the operating system; null if it has no such id, missing in earlier versions. */
  readonly machine?: string | null | undefined;
}

export interface ProcessTable {
  self(): Promise<ProcessIdentity>;
  /** Returns `unknown` for a process that is not visible from here: on another machine, in another PID namespace. */
  isRunning(identity: ProcessIdentity): Promise<'running' | 'gone' | 'unknown'>;
}
