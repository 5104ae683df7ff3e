import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.ts';
import { currentRecord, recordToWrite } from '../../src/documents/deployment.ts';
import type { Change } from '../../src/domain/change.ts';
import type { Entry } from '../../src/domain/journal-record.ts';
import { verification } from '../../src/tasks/cloudflare/3.7-verification.ts';
import type { Context } from '../../src/workspace/context.ts';
import { markOfFiles, soundMigrations } from '../../src/workspace/migrations.ts';
import { bundledMigrations } from '../support/database/bundled-migrations.ts';
import { MemoryFiles } from '../support/disk/memory-files.ts';
import { contextWith, remembering } from '../support/program/step-context.ts';
import { migrations } from '../support/workspace/workspace.ts';

const now = '2026-11-23T10:00:00.000Z';

function workspace(): MemoryFiles {
  return new MemoryFiles()
    .put(`${migrations}/001_erp_schema.sql`, bundledMigrations[0])
    .put(`${migrations}/002_agent_schema.sql`, bundledMigrations[1]);
}

const files = markOfFiles(await soundMigrations(contextWith({ files: workspace() })));
const verified = (step: string, target: 'embedded' | 'production', summary: string): Entry => ({
  type: 'verified',
  step,
  summary,
  evidence: [{ target, summary, facts: { files } }],
  open: [],
});
const tested = verified('2.3', 'embedded', 'validated here');
/** Records of the deployment of an earlier host, a day ago. */
const earlier = [
  verified('3.3', 'production', '2 applied'),
  verified('3.5', 'production', 'the API answers'),
];

function contextOf(how: Partial<Context>, ...journal: readonly Entry[]): Context {
  const parsed = parseConfig('cloudflare: { container: cloudflared }', 'erp-deploy.config.yaml');
  if ('faults' in parsed) throw new Error('the configuration is valid');
  const server = { address: async () => ({ name: 'db.example:5432/shop' }) };
  return contextWith({
    files: workspace(),
    config: parsed.config,
    // Only the address of the server is read.
    production: { database: {}, stack: null, server } as unknown as Context['production'],
    withoutLocalTest: null,
    memory: remembering(...journal),
    clock: () => now,
    ...how,
  });
}

/** Returns the record as step 3.7 would write it. */
async function written(context: Context): Promise<string> {
  const changes = await verification.preview(context);
  if ('code' in changes) throw new Error(changes.what);
  const exact = changes.flatMap((one): Change[] => (one.status === 'exact' ? [one.change] : []));
  const [change] = exact;
  if (change?.kind !== 'write' || change.entry.type !== 'file') throw new Error('a file is written');
  return change.entry.content.join('');
}

/** The same context after the record was written. */
async function recorded(context: Context): Promise<Context> {
  const { path, text } = await recordToWrite(context);
  return { ...context, files: workspace().put(path, text) };
}

describe('the record of a deployment', () => {
  it('is completed when step 3.7 verified it, not when an earlier step or an earlier host was', async () => {
    const context = contextOf({}, tested, ...earlier);
    expect(await written(context)).toContain(`Completed and verified ${now}, by erp-deploy`);
    const later = { ...(await recorded(context)), clock: () => '2026-12-01T00:00:00.000Z' };
    expect(await currentRecord(later)).toEqual({ host: 'db.example:5432/shop', completed: now });
  });

  it('is not written before the public route was tested', async () => {
    const broken = new Error('the public route is asked for');
    const host = {
      name: 'droplet',
      files: Object.assign(new MemoryFiles(), { root: '/srv/erp' }).put('.env', 'POSTGREST_JWT_SECRET=\n'),
    };
    const production = { database: {}, stack: { host, folder: '.' }, server: null };
    const context = contextOf(
      {
        production: production as unknown as Context['production'],
        web: { get: () => Promise.reject(broken), addresses: async () => [] },
      },
      tested,
      ...earlier,
    );
    await expect(verification.preview(context)).rejects.toBe(broken);
  });

  it('leaves out a step that was skipped here and verified on an earlier host', async () => {
    const skipped: Entry = { type: 'skipped', step: '3.3', reason: 'by hand' };
    expect(await written(contextOf({}, tested, ...earlier))).toContain('- 2 applied');
    expect(await written(contextOf({}, tested, ...earlier, skipped))).not.toContain('- 2 applied');
  });

  it('says why it was deployed without a local test', async () => {
    const reason = 'the embedded\nengine is <broken>';
    const line = '**Deployed without a local test of these files:** the embedded engine is \\<broken\\>';
    const context = contextOf({ withoutLocalTest: reason }, ...earlier);
    expect(await written(context)).toContain(line);
    expect(await written(contextOf({ withoutLocalTest: reason }, tested, ...earlier))).not.toContain(line);
    const begun = { rollout: 'r', program: '1', engine: 'embedded', by: 'ada@here' } as const;
    const rollout: Entry = { type: 'rollout', ...begun, withoutLocalTest: reason };
    expect(await written(contextOf({}, rollout, ...earlier)), 'from the journal').toContain(line);
  });

  it('is replaced if the same files are deployed again without a local test, and stays once they are tested', async () => {
    const first = await recorded(contextOf({}, tested, ...earlier));
    const { memory } = contextOf({}, ...earlier);
    const untested = { ...first, memory, withoutLocalTest: 'a hotfix' };
    expect(await currentRecord(untested)).toBeNull();
    const second = await recorded(untested);
    expect(await currentRecord(second)).not.toBeNull();
    expect(await currentRecord({ ...second, memory: first.memory, withoutLocalTest: null })).not.toBeNull();
  });
});
