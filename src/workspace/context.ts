import type { Config } from '../config/config.ts';
import type { Catalog } from '../database/catalog/catalog.ts';
import type { PlannedProgress, Progress } from '../domain/events.ts';
import type { Evidence, Facts } from '../domain/evidence.ts';
import type { RecordOf, Verified } from '../domain/journal-record.ts';
import type { StepId } from '../domain/phase.ts';
import type { CloudflareApi } from '../domain/ports/cloudflare.ts';
import type { Files } from '../domain/ports/files.ts';
import type { Processes } from '../domain/ports/host.ts';
import type { PublicWeb } from '../domain/ports/http.ts';
import type { Clock } from '../domain/ports/system.ts';
import type { Secret } from '../domain/secret.ts';
import type { Session } from '../domain/session.ts';
import type { MigrationFile } from '../domain/sql-change.ts';
import type { Production, Target } from '../targets/target.ts';

/** What earlier runs recorded in the journal, as far as steps need it. */
export interface Memory {
  /** Whether erp-deploy last wrote a file with this SHA-256, or was killed while writing it. */
  wrote(path: string, sha256: string): boolean;
  /** Returns the last successful check of a step. */
  lastVerified(step: StepId): Pick<Verified, 'at' | 'evidence' | 'open'> | undefined;
  /** Whether a later check found that the database differs from its migrations. */
  isDisproved(step: StepId): boolean;
  /** Returns the problems that these steps failed with, oldest first. */
  failures(steps: readonly StepId[]): readonly Failure[];
  /** Returns the problems of every step, oldest first. */
  allFailures(): readonly Failure[];
  /** Returns the steps that the operator skipped, with the reasons, oldest first. */
  skips(): readonly (Skip & Pick<RecordOf<'skipped'>, 'at' | 'step'>)[];
  /** Returns why the operator skipped a step after its last check; undefined if it was not skipped. */
  leftOut(step: StepId): string | undefined;
  /** Returns the operator's last answer to this step's question; undefined if the step did not ask. */
  answer(step: StepId): Pick<RecordOf<'answered'>, 'at' | 'text'> | undefined;
  /** Returns the changes that a step started, oldest first. Only a check shows whether they were completed. */
  begun(step: StepId): readonly Pick<RecordOf<'intended'>, 'at' | 'subject'>[];
  /** Returns the changes that a step applied, oldest first. */
  applied(step: StepId): readonly Pick<RecordOf<'applied'>, 'at' | 'subject' | 'digest'>[];
  /** Why the last rollout went to production without a local test; null if it did not. */
  withoutLocalTest(): string | null;
  /** Whether a request of this scope and digest was sent, and it is unknown whether it arrived. */
  inDoubt(scope: string, digest: string): boolean;
}

/** Why a step is skipped. */
export interface Skip {
  readonly reason: string;
  /** Whether the flag `--skip` names it; if not, the operator gave the reason. */
  readonly isByFlag: boolean;
}

/** A problem that a step failed with. */
type Failure = Pick<RecordOf<'failed'>, 'at' | 'step' | 'code' | 'what'>;

/** The files that come with erp-deploy, by path in its `assets/`. */
export interface Assets {
  read(path: string): Promise<string>;
}

/** The catalog that results if migrations are applied to an empty database. */
interface ExpectedCatalogs {
  /** @throws ProblemError (exit 3) if the embedded engine cannot apply a file, with file and statement */
  after(files: readonly MigrationFile[]): Promise<Catalog>;
  /** Returns the catalog to compare a live one with: if need be, of files that were applied with its settings. */
  matching(files: readonly MigrationFile[], live: Catalog): Promise<Catalog>;
  /** Applies the files to a scratch database, passes it to `use`, and deletes it. */
  scratch<Answer>(
    files: readonly MigrationFile[],
    use: (session: Session) => Promise<Answer>,
  ): Promise<Answer>;
}

/** Everything that steps need to inspect the system. Nothing here changes it. */
export interface Context {
  readonly config: Config;
  readonly engine: 'embedded' | 'docker';
  readonly files: Files;
  readonly processes: Processes;
  readonly memory: Memory;
  readonly assets: Assets;
  /** The local test. */
  readonly local: Target;
  /** Null if none is configured. */
  readonly production: Production | null;
  /** Cloudflare's API; null without a token. */
  readonly cloudflare: CloudflareApi | null;
  /** Unauthenticated requests to the public internet. */
  readonly web: PublicWeb;
  /** Why production is deployed without a successful local test of these files; null if the test is required. */
  readonly withoutLocalTest: string | null;
  /** Why production is migrated without a rehearsal on its server; null if one is made where it is needed. */
  readonly withoutRehearsal: string | null;
  readonly catalogs: ExpectedCatalogs;
  /** The operator's notes for the lessons learned (Markdown); null if none were given. */
  readonly lessons: string | null;
  /** The webhook of the stakeholders, from the environment; null if it is not set. */
  readonly webhook: Secret | null;
  /** The steps of this run: an earlier step leaves to a later one what that one will verify. */
  readonly selected: ReadonlySet<StepId>;
  readonly clock: Clock;
  /** The steps that the operator skips in this run, and why. The journal records each when its turn comes. */
  readonly leftOut: ReadonlyMap<StepId, Skip>;
  /** Migration files that are treated as if they did not exist; none if left out. */
  readonly hiddenMigrations?: readonly string[];
  readonly signal: AbortSignal;
  progress(step: StepId, item: Progress | PlannedProgress): void;
  /** Emits a line of output of a program that a check ran. */
  output(step: StepId, line: string): void;
}

/** Returns evidence from the workspace for a checklist item. */
export function workspaceEvidence(item: Evidence['item'], summary: string, facts?: Facts): Evidence {
  return {
    ...(item === undefined ? {} : { item }),
    target: 'workspace',
    summary,
    ...(facts === undefined ? {} : { facts }),
  };
}
