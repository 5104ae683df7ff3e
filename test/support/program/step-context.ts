import { journalQueries } from '../../../src/cli/wiring/journal-queries.ts';
import { assets } from '../../../src/cli/wiring/package-assets.ts';
import { defaultContainers } from '../../../src/config/containers.ts';
import { type Entry, recordSchema } from '../../../src/domain/journal-record.ts';
import type { Database } from '../../../src/domain/ports/database.ts';
import type { Files } from '../../../src/domain/ports/files.ts';
import type { Host } from '../../../src/domain/ports/host.ts';
import { upgradedRecord } from '../../../src/engine/earlier-journals.ts';
import { recordedOf } from '../../../src/engine/journal.ts';
import type { ContainerTarget, EmbeddedTarget } from '../../../src/targets/target.ts';
import type { Context, Memory } from '../../../src/workspace/context.ts';
import { layout } from '../../../src/workspace/layout.ts';
import { MemoryFiles } from '../disk/memory-files.ts';

/** Returns the context of a step with the given parts, and with the real files of the package. */
export function contextWith(parts: Partial<Context>): Context {
  // Missing parts stay undefined: a step that uses one fails, and the test with it.
  return { assets, ...parts } as Context;
}

/** Returns a target with this database, without containers or server. */
export function targetWith(database: Database, files: Files = new MemoryFiles()): EmbeddedTarget {
  const location = { files, folder: layout.stack };
  return { name: 'local test', database, stack: null, server: null, files: location, items: {} };
}

/** Returns a target in containers on this host. */
export function containersOn(host: Host, database: Database): ContainerTarget {
  return { ...targetWith(database), stack: { host, folder: '.', containers: defaultContainers } };
}

/** Returns the recorded state of a journal with these records, one second apart. Subjects are read from the scopes. */
export function remembering(...entries: readonly Entry[]): Memory {
  const records = entries.map((entry, index) => {
    const at = new Date(Date.UTC(2026, 10, 22, 9, 0, index)).toISOString();
    return recordSchema.parse(upgradedRecord({ v: 2, at, ...entry }));
  });
  return journalQueries(() => recordedOf(records));
}
