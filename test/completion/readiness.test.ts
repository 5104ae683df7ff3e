import { expect, it } from 'vitest';
import { notificationPart } from '../../src/completion/notification.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import type { Entry } from '../../src/domain/journal-record.ts';
import type { Database } from '../../src/domain/ports/database.ts';
import { Secret } from '../../src/domain/secret.ts';
import { archiveCheck } from '../../src/tasks/finalize/5.1-archive-check.ts';
import { completion } from '../../src/tasks/finalize/5.3-completion.ts';
import type { Context } from '../../src/workspace/context.ts';
import { markOfFiles, soundMigrations } from '../../src/workspace/migrations.ts';
import { bundledMigrations } from '../support/database/bundled-migrations.ts';
import { MemoryFiles } from '../support/disk/memory-files.ts';
import { contextWith, remembering, targetWith } from '../support/program/step-context.ts';
import { migrations } from '../support/workspace/workspace.ts';

const files = new MemoryFiles()
  .put(`${migrations}/001_erp_schema.sql`, bundledMigrations[0])
  .put(`${migrations}/002_agent_schema.sql`, bundledMigrations[1]);
const mark = markOfFiles(await soundMigrations(contextWith({ files })));

const applied: Entry = {
  type: 'verified',
  step: '3.3',
  summary: '2 applied',
  evidence: [
    { target: 'production', summary: 'applied', facts: { checksum: 'c', appliedAt: '2026-11-22T09:30:00Z' } },
  ],
  open: [],
};
const validated = (files: string): Entry => ({
  type: 'verified',
  step: '3.4',
  summary: '38 tables',
  evidence: [{ target: 'production', summary: '0 differences', facts: { files } }],
  open: [],
});
const failed: Entry = { type: 'failed', step: '3.4', code: 'ERP-0601', what: 'A trigger is off.' };

const none: Database = {
  target: 'production',
  state: async () => ({ is: 'absent' }),
  session: () => Promise.reject(new Error('there is none')),
  create: () => Promise.reject(new Error('nothing is made')),
  ignore: () => undefined,
  close: async () => undefined,
};
// Its server is not used.
const production = { database: none, stack: null, server: null } as unknown as Context['production'];

async function told(how: Partial<Context>, ...journal: readonly Entry[]): Promise<readonly string[]> {
  const parsed = parseConfig('', 'erp-deploy.config.yaml');
  if ('faults' in parsed) throw new Error('an empty configuration is none');
  const context = contextWith({
    files,
    config: parsed.config,
    memory: remembering(...journal),
    webhook: new Secret('https://hooks.example/a'),
    production: null,
    selected: new Set(),
    ...how,
  });
  const { changes, open, findings } = await notificationPart(context, false);
  return [
    ...changes.map(({ status }) => status),
    ...open.map(({ reason }) => reason),
    ...(changes.length === 0 ? findings.map(({ actual: found }) => found) : []),
  ];
}

it.each<[string, readonly Entry[], RegExp]>([
  ['nothing is applied', [], /^nothing is deployed yet: /],
  ['it is applied and not validated', [applied], /^production is deployed, but not validated: /],
  ['its validation failed', [applied, failed], /failed: A trigger is off\.: /],
  ['its validation failed since', [applied, validated(mark), failed], /failed: A trigger is off\.: /],
  ['other files were validated', [validated('other'), applied], /^production was validated with different /],
])('no message reports that production is ready if %s', async (_, journal, reason) => {
  expect(await told({}, ...journal)).toEqual([expect.stringMatching(reason)]);
});

it('the message may be sent after production was validated with the current files, even after an earlier failure', async () => {
  expect(await told({}, applied, failed, validated(mark))).toEqual(['exact']);
});

it('the message may be planned if this run will validate production before it', async () => {
  const running = { production, selected: new Set(['3.4', '5.3'] as const) };
  expect(await told(running, applied, failed)).toEqual(['not notified yet']);
  expect(await told({ production }, applied, failed)).toEqual([expect.stringContaining('failed')]);
});

it.each([archiveCheck, completion])(
  '$id needs only the database of the last target of the rollout',
  async ({ needs }) => {
    const unmet = async (context: Context) => {
      const held = await Promise.all(
        needs.map(async (need) => ((await need.holds(context)) ? [] : [need.step])),
      );
      return held.flat().filter((step) => step !== '0.3');
    };
    const local = contextWith({ files, local: targetWith(none), production: null });
    expect(await unmet(local)).toEqual([expect.stringMatching(/^2\.[23]$/)]);
    const away = contextWith({ files, local: targetWith(none), production });
    expect(await unmet(away)).toEqual([expect.stringMatching(/^3\.[34]$/)]);
  },
);
