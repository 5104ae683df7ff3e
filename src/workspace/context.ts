import type { Config } from '../config/config.ts';
import type { Catalog } from '../database/catalog/catalog.ts';
import type { Evidence, Facts, OpenBox } from '../domain/evidence.ts';
import type { StepId } from '../domain/phase.ts';
import type { Clock, CloudflareApi, Files, Processes, PublicWeb } from '../domain/ports.ts';
import type { Secret } from '../domain/secret.ts';
import type { Session } from '../domain/session.ts';
import type { MigrationFile } from '../domain/sql-change.ts';
import type { Production, Target } from '../targets/target.ts';

/** What earlier runs left in the journal, as far as steps ask for it. */
export interface Memory {
  /** Whether a file of this SHA-256 is as erp-deploy last left it, or was about to leave it when it was killed. */
  wrote(path: string, sha256: string): boolean;
  /** What was last seen of a step. */
  lastSeen(step: StepId): Seen | undefined;
  /** Whether a look since then found the database to be another than the migrations say. */
  isDisproved(step: StepId): boolean;
  /** Problems that these steps ran into, oldest first. */
  failures(steps: readonly StepId[]): readonly Failure[];
  /** The same of every step. */
  allFailures(): readonly Failure[];
  /** Steps that a person left out, and why, oldest first. */
  skips(): readonly { readonly at: string; readonly step: string; readonly reason: string }[];
  /** Why a person left a step out, after it was last seen; undefined where they did not. */
  leftOut(step: StepId): string | undefined;
  /** What a person answered in the last roll-out where this step asked; undefined where they were not asked. */
  answer(step: StepId): { readonly at: string; readonly text: string } | undefined;
  /** When a step's changes were begun, by what they touched; oldest first. Whether they were done, a look says. */
  begun(step: StepId): readonly { readonly at: string; readonly scope: string }[];
  /** When a step's changes were applied, by what they touched; oldest first. */
  applied(
    step: StepId,
  ): readonly { readonly at: string; readonly scope: string; readonly digest: string | null }[];
  /** Why the last rollout went to production without a local test; null if it did not. */
  withoutLocalTest(): string | null;
  /** Whether a request of this scope and digest was begun, and nobody knows whether it arrived. */
  inDoubt(scope: string, digest: string): boolean;
}

/** A problem that a step ran into. */
interface Failure {
  readonly at: string;
  readonly step: string;
  readonly code: string;
  readonly what: string;
}

/** What a look left in the journal. */
interface Seen {
  readonly at: string;
  readonly evidence: readonly Evidence[];
  readonly open: readonly OpenBox[];
}

/** The files that come with erp-deploy, by path below its `assets/`. */
export interface Assets {
  read(path: string): Promise<string>;
}

/** What a database must look like once these files are applied to an empty one. */
interface ExpectedCatalogs {
  /** @throws ProblemError (exit 3) where the embedded engine cannot apply a file, with file and statement */
  after(files: readonly MigrationFile[]): Promise<Catalog>;
  /** Applies the files to a database of its own, hands it to `use`, and throws it away. */
  scratch<Answer>(
    files: readonly MigrationFile[],
    use: (session: Session) => Promise<Answer>,
  ): Promise<Answer>;
}

/** One thing that a step looked at, for whoever watches. */
export interface Progress {
  readonly group: string;
  readonly total: number;
  /** Where in its group it belongs. */
  readonly part?: string;
  readonly name: string;
  readonly ok: boolean;
  readonly note: string;
  /** Of what is not as it should be: what was wanted, what was found, what would restore it. */
  readonly lines?: readonly string[];
}

/** What a step is about to look at, and how many there should be of it. */
export interface PlannedProgress {
  readonly groups: readonly {
    readonly name: string;
    readonly total: number;
    readonly parts: readonly { readonly name: string; readonly total: number }[];
  }[];
}

/** What steps look through. Nothing here changes the world. */
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
  /** Cloudflare's API; null where nobody gave a token for it. */
  readonly cloudflare: CloudflareApi | null;
  /** The internet, as a stranger sees it from here. */
  readonly web: PublicWeb;
  /** Why production goes without a green local test of these files; null where it does not. */
  readonly withoutLocalTest: string | null;
  readonly catalogs: ExpectedCatalogs;
  /** What people learned, in their own words (Markdown); null where they were not asked. */
  readonly lessons: string | null;
  /** Where stakeholders are told, from the environment; null where that names none. */
  readonly webhook: Secret | null;
  /** Steps of this run: what a later one will prove, an earlier one need not. */
  readonly selected: ReadonlySet<StepId>;
  readonly clock: Clock;
  /** Steps of this run that a person left out beforehand, and why: the journal has them when their turn has come. */
  readonly leftOut: ReadonlyMap<StepId, string>;
  /** Migration files that are treated as if they did not exist; none if left out. */
  readonly hiddenMigrations?: readonly string[];
  readonly signal: AbortSignal;
  progress(step: StepId, item: Progress | PlannedProgress): void;
  /** A line that something printed while the step looked. */
  output(step: StepId, line: string): void;
}

/** Facts are counts, names and states; this keeps evidence for one box short to write. */
export function workspaceEvidence(box: Evidence['box'], summary: string, facts?: Facts): Evidence {
  return {
    ...(box === undefined ? {} : { box }),
    target: 'workspace',
    summary,
    ...(facts === undefined ? {} : { facts }),
  };
}
