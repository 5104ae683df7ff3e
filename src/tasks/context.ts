import type { Config } from '../config/config.ts';
import type { Catalog } from '../database/catalog/catalog.ts';
import type { MigrationFile } from '../domain/change.ts';
import type { Evidence, Facts } from '../domain/evidence.ts';
import type { StepId } from '../domain/phase.ts';
import type { Files, LocalDatabase, Processes } from '../domain/ports.ts';
import type { Session } from '../domain/session.ts';

/** What earlier runs left in the journal, as far as steps ask for it. */
export interface Memory {
  /** Whether a file of this SHA-256 is as erp-deploy last left it, or was about to leave it when it was killed. */
  wrote(path: string, sha256: string): boolean;
  /** What was last seen of a step. */
  lastSeen(step: StepId): { readonly at: string; readonly evidence: readonly Evidence[] } | undefined;
  /** Problems that steps of a phase ran into, oldest first. */
  failures(
    steps: readonly StepId[],
  ): readonly { readonly at: string; readonly step: string; readonly what: string }[];
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
  readonly name: string;
  readonly ok: boolean;
  readonly note: string;
}

/** What steps look through. Nothing here changes the world. */
export interface Context {
  readonly config: Config;
  readonly engine: 'embedded' | 'docker';
  readonly files: Files;
  readonly processes: Processes;
  readonly memory: Memory;
  readonly assets: Assets;
  readonly database: LocalDatabase;
  readonly catalogs: ExpectedCatalogs;
  /** Steps of this run: what a later one will prove, an earlier one need not. */
  readonly selected: ReadonlySet<StepId>;
  readonly signal: AbortSignal;
  progress(step: StepId, item: Progress): void;
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
