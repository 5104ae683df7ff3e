// Made by `npm run generate`.
/** The environment variables of a run, by name. */
export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/** Where a run reads from: a terminal, if `isTTY`. */
export type Input = NodeJS.ReadableStream & {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
  _read?(size: number): void;
};

/** Where a run writes to; the size of a terminal in columns and rows. */
export type Output = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

/** What reaches files, processes, databases and networks. Pass `realAdapters`; its other members are internal. */
export interface Adapters {
  /** Returns the time, in ISO 8601 and UTC. */
  readonly clock: () => string;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly [internal: string]: unknown;
}

export declare const realAdapters: Adapters;

/** Everything that a run touches. */
export interface Io {
  readonly adapters: Adapters;
  readonly env: EnvironmentVariables;
  /** The current directory, absolute: what paths on the command line are relative to. */
  readonly cwd: string;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  /**
   * Stops the run safely: it ends with 130 or 143, and the next one resumes. An `Interrupted` as its reason says by
   * which signal; any other reason counts as SIGTERM.
   */
  readonly signal: AbortSignal;
  /** How the operator starts the program, as an argument list, for suggested commands (default: `erp-deploy`). */
  readonly calledAs?: readonly string[];
}

/** What a run ends with; docs/reference/exit-codes.md says what each means. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 130 | 143;

/** Why a run was stopped from outside: the reason of its `AbortSignal`. */
export declare class Interrupted extends Error {
  constructor(by: 'SIGINT' | 'SIGTERM' | 'SIGHUP');
  readonly by: 'SIGINT' | 'SIGTERM' | 'SIGHUP';
}

/** Version of the events' format; refuse a newer one. */
export declare const eventVersion: 1;

/**
 * Runs one command of erp-deploy, from its words to its exit code. Does not end the process, and does not affect
 * another run that goes on at the same time.
 * @param argv the words behind the name of the program, such as `['run', '--json', '--workspace', '/srv/erp']`
 */
export declare function run(argv: readonly string[], io: Io): Promise<ExitCode>;

/** What `--json` prints, one a line. */
export type RolloutEvent = 
  | {
      readonly v: 2;
      readonly at: string;
      readonly type: "rollout.started";
      readonly command: "run" | "plan" | "status" | "validate" | "doctor" | "init" | "unlock" | "backup" | "restore" | "token" | "docs" | "checklist" | "report" | "probe" | "rollback" | "history" | "logs" | "psql" | "credentials" | "upgrade" | "completion";
      readonly program: string;
      readonly workspace: string;
      readonly engine: string;
      readonly engineReason: string;
      readonly resumes: boolean;
      readonly steps: readonly ({
        readonly phase: "prepare" | "local-test" | "production" | "cloudflare" | "docs" | "finalize";
        readonly step: string;
        readonly title: string;
      })[];
    }
  | {
      readonly v: 2;
      readonly at: string;
      readonly type: "note";
      readonly level: "info" | "warning";
      readonly text: string;
      readonly command?: readonly (string)[] | undefined;
    }
  | {
      readonly v: 2;
      readonly at: string;
      readonly type: "waiting";
      readonly text: string;
    }
  | {
      readonly v: 2;
      readonly at: string;
      readonly phase: "prepare" | "local-test" | "production" | "cloudflare" | "docs" | "finalize";
      readonly step: string;
      readonly type: "step.planned";
      readonly state: "satisfied" | "change" | "skipped" | "blocked";
      readonly summary: string;
      readonly findings: readonly ({
        readonly what: string;
        readonly expected: string;
        readonly actual: string;
        readonly excerpt?: readonly (string)[] | undefined;
      })[];
      readonly changes: readonly ({
        readonly status: "exact" | "pending";
        readonly kind: "write" | "move" | "command" | "sql" | "request";
        readonly effect?: "adds" | "changes" | "removes" | undefined;
        readonly summary: string;
        readonly lines: readonly (string)[];
        readonly reversible: boolean;
        readonly consent?: {
          readonly flag: string;
          readonly why: string;
          readonly excerpt?: readonly (string)[] | undefined;
        } | undefined;
        readonly alsoNeeds?: readonly ({
          readonly flag: string;
          readonly why: string;
          readonly excerpt?: readonly (string)[] | undefined;
        })[] | undefined;
        readonly hazards?: readonly ({
          readonly rule: string;
          readonly what: string;
          readonly line: number;
          readonly work: "rewrite" | "scan" | "none";
          readonly losesData: boolean;
          readonly why: string;
          readonly safe: string;
          readonly objects: readonly ({
            readonly name: string;
            readonly lock: 
              | "ACCESS SHARE" | "ROW SHARE" | "ROW EXCLUSIVE" | "SHARE UPDATE EXCLUSIVE" | "SHARE" | "SHARE ROW EXCLUSIVE" | "EXCLUSIVE" | "ACCESS EXCLUSIVE"
              | null;
            readonly rows: number | null;
            readonly bytes: number | null;
          })[];
          readonly blockers: readonly ({
            readonly pid: 
              | number
              | null;
            readonly application: string;
            readonly state: string;
            readonly seconds: number | null;
            readonly object: string;
          })[];
          readonly disk?: {
            readonly needed: number;
            readonly free: number | null;
          } | undefined;
        })[] | undefined;
      })[];
      readonly traffic?: {
        readonly requests: number;
        readonly chain: number;
        readonly sent: number;
        readonly received: number;
      } | undefined;
    }
  | {
      readonly v: 2;
      readonly at: string;
      readonly type: "log.opened";
      readonly path: string;
    }
  | {
      readonly v: 2;
      readonly at: string;
      readonly type: "plan.ready";
      readonly changes: number;
      readonly consents: readonly (string)[];
    }
  | {
      readonly v: 2;
      readonly at: string;
      readonly phase: "prepare" | "local-test" | "production" | "cloudflare" | "docs" | "finalize";
      readonly step: string;
      readonly type: "step.started";
    }
  | {
      readonly v: 2;
      readonly at: string;
      readonly phase: "prepare" | "local-test" | "production" | "cloudflare" | "docs" | "finalize";
      readonly step: string;
      readonly type: "change.started";
      readonly index: number;
      readonly of: number;
      readonly summary: string;
    }
  | {
      readonly v: 2;
      readonly at: string;
      readonly phase: "prepare" | "local-test" | "production" | "cloudflare" | "docs" | "finalize";
      readonly step: string;
      readonly type: "change.finished";
      readonly index: number;
      readonly of: number;
    }
  | {
      readonly v: 2;
      readonly at: string;
      readonly phase: "prepare" | "local-test" | "production" | "cloudflare" | "docs" | "finalize";
      readonly step: string;
      readonly type: "output";
      readonly line: string;
    }
  | {
      readonly v: 2;
      readonly at: string;
      readonly phase: "prepare" | "local-test" | "production" | "cloudflare" | "docs" | "finalize";
      readonly step: string;
      readonly type: "progress.planned";
      readonly groups: readonly ({
        readonly name: string;
        readonly total: number;
        readonly parts: readonly ({
          readonly name: string;
          readonly total: number;
        })[];
      })[];
    }
  | {
      readonly v: 2;
      readonly at: string;
      readonly phase: "prepare" | "local-test" | "production" | "cloudflare" | "docs" | "finalize";
      readonly step: string;
      readonly type: "progress";
      readonly group: string;
      readonly total: number;
      readonly part?: string | undefined;
      readonly name: string;
      readonly ok: boolean;
      readonly note: string;
      readonly lines?: readonly (string)[] | undefined;
    }
  | {
      readonly v: 2;
      readonly at: string;
      readonly phase: "prepare" | "local-test" | "production" | "cloudflare" | "docs" | "finalize";
      readonly step: string;
      readonly type: "evidence";
      readonly item?: string | undefined;
      readonly target: "workspace" | "embedded" | "docker" | "production";
      readonly summary: string;
      readonly facts?: Readonly<Record<string, string | number | boolean | null>> | undefined;
    }
  | {
      readonly v: 2;
      readonly at: string;
      readonly phase: "prepare" | "local-test" | "production" | "cloudflare" | "docs" | "finalize";
      readonly step: string;
      readonly type: "step.finished";
      readonly outcome: "done" | "already" | "skipped" | "failed" | "stopped";
      readonly summary: string;
      readonly milliseconds: number;
      readonly kept?: readonly (string)[] | undefined;
      readonly open: readonly ({
        readonly item: string;
        readonly reason: string;
        readonly command?: readonly (string)[] | undefined;
      })[];
      readonly traffic?: {
        readonly requests: number;
        readonly chain: number;
        readonly sent: number;
        readonly received: number;
      } | undefined;
    }
  | {
      readonly v: 2;
      readonly at: string;
      readonly type: "problem";
      readonly phase?: "prepare" | "local-test" | "production" | "cloudflare" | "docs" | "finalize" | undefined;
      readonly step?: string | undefined;
      readonly problem: {
        readonly code: string;
        readonly what: string;
        readonly why: string;
        readonly todo: readonly ({
          readonly text: string;
          readonly command?: readonly (string)[] | undefined;
        })[];
        readonly exit: number;
        readonly excerpt?: readonly (string)[] | undefined;
        readonly evidence?: readonly ({
          readonly item?: string | undefined;
          readonly target: "workspace" | "embedded" | "docker" | "production";
          readonly summary: string;
          readonly facts?: Readonly<Record<string, string | number | boolean | null>> | undefined;
        })[] | undefined;
      };
    }
  | {
      readonly v: 2;
      readonly at: string;
      readonly phase: "prepare" | "local-test" | "production" | "cloudflare" | "docs" | "finalize";
      readonly step: string;
      readonly type: "step.status";
      readonly state: "true" | "drifted" | "blocked" | "unseen" | "open" | "skipped" | "recorded";
      readonly summary: string;
      readonly findings?: readonly ({
        readonly what: string;
        readonly expected: string;
        readonly actual: string;
        readonly excerpt?: readonly (string)[] | undefined;
      })[] | undefined;
      readonly blockedBy?: string | undefined;
      readonly problem?: {
        readonly code: string;
        readonly what: string;
        readonly why: string;
        readonly todo: readonly ({
          readonly text: string;
          readonly command?: readonly (string)[] | undefined;
        })[];
        readonly exit: number;
        readonly excerpt?: readonly (string)[] | undefined;
        readonly evidence?: readonly ({
          readonly item?: string | undefined;
          readonly target: "workspace" | "embedded" | "docker" | "production";
          readonly summary: string;
          readonly facts?: Readonly<Record<string, string | number | boolean | null>> | undefined;
        })[] | undefined;
      } | undefined;
      readonly traffic?: {
        readonly requests: number;
        readonly chain: number;
        readonly sent: number;
        readonly received: number;
      } | undefined;
    }
  | {
      readonly v: 2;
      readonly at: string;
      readonly type: "difference";
      readonly severity: "difference" | "note";
      readonly kind: string;
      readonly name: string;
      readonly aspect: string;
      readonly expected: string | null;
      readonly actual: string | null;
      readonly repair: readonly (string)[];
    }
  | {
      readonly v: 2;
      readonly at: string;
      readonly type: "behaviour";
      readonly name: string;
      readonly ok: boolean;
      readonly expected: string;
      readonly actual: string;
      readonly notTested?: string | undefined;
    }
  | {
      readonly v: 2;
      readonly at: string;
      readonly type: "prerequisite";
      readonly name: string;
      readonly state: "ok" | "missing" | "warning" | "unused";
      readonly actual: string;
      readonly todo: readonly ({
        readonly text: string;
        readonly command?: readonly (string)[] | undefined;
      })[];
    }
  | {
      readonly v: 2;
      readonly at: string;
      readonly type: "hop";
      readonly name: string;
      readonly verdict: "ok" | "broken" | "unknown";
      readonly actual: string;
      readonly todo: readonly ({
        readonly text: string;
        readonly command?: readonly (string)[] | undefined;
      })[];
    }
  | {
      readonly v: 2;
      readonly at: string;
      readonly type: "item";
      readonly phase?: "prepare" | "local-test" | "production" | "cloudflare" | "docs" | "finalize" | undefined;
      readonly step?: string | undefined;
      readonly item?: string | undefined;
      readonly line: number;
      readonly text: string;
      readonly state: "ticked" | "open" | "claimed" | "unknown";
      readonly summary: string;
      readonly command?: readonly (string)[] | undefined;
    }
  | {
      readonly v: 2;
      readonly at: string;
      readonly type: "rollout.recorded";
      readonly rollout: string;
      readonly started: string;
      readonly until: string;
      readonly by: readonly (string)[];
      readonly commit: string | null;
      readonly program: string;
      readonly targets: readonly (string)[];
      readonly changed: readonly ({
        readonly step: string;
        readonly changes: number;
      })[];
      readonly result: "finished" | "failed" | "interrupted" | "unfinished" | "rolled back" | "partly rolled back";
      readonly failure: 
        | {
            readonly step: string;
            readonly code: string;
            readonly what: string;
          }
        | null;
    }
  | {
      readonly v: 2;
      readonly at: string;
      readonly type: "change.recorded";
      readonly database: "embedded" | "docker" | "production";
      readonly changed: string;
      readonly operator: string;
      readonly commit: string | null;
      readonly program: string;
      readonly command: string;
      readonly rollout: string | null;
      readonly change: string;
    }
  | {
      readonly v: 2;
      readonly at: string;
      readonly type: "log.line";
      readonly service: string;
      readonly line: string;
    }
  | {
      readonly v: 2;
      readonly at: string;
      readonly type: "rollout.finished";
      readonly counts: {
        readonly done: number;
        readonly already: number;
        readonly skipped: number;
        readonly failed: number;
        readonly stopped: number;
        readonly open: number;
      };
      readonly exit: number;
      readonly milliseconds: number;
      readonly waited?: number | undefined;
      readonly traffic?: {
        readonly requests: number;
        readonly chain: number;
        readonly sent: number;
        readonly received: number;
      } | undefined;
      readonly journal: string;
    };
