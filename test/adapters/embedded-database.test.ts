import { expect, it } from 'vitest';
import { embeddedDatabase } from '../../src/adapters/embedded-database.ts';
import type { EmbeddedSession } from '../../src/adapters/embedded-session.ts';
import { EngineCrash } from '../../src/domain/session.ts';
import { MemoryFiles } from '../support/disk/memory-files.ts';

const folder = '.erp-deploy/embedded';
const marker = '.erp-deploy/embedded.json';

/** The database of a workspace in memory, with an engine that only counts how often it is opened and closed. */
function workspace(crashes = 0) {
  const files = new MemoryFiles();
  const opened: string[] = [];
  const closed: string[] = [];
  let left = crashes;
  const open = async (path: string): Promise<EmbeddedSession> => {
    opened.push(path);
    if (left-- > 0) throw new EngineCrash('no memory');
    files.put(`${folder}/PG_VERSION`, '18\n');
    return {
      query: async () => [],
      script: async () => [],
      close: async () => void closed.push(path),
      dump: async () => undefined,
    };
  };
  return { files, opened, closed, database: embeddedDatabase(files, '18', open, open) };
}

it('is absent at first, and present after it was created', async () => {
  const { database, files } = workspace();
  expect(await database.state()).toEqual({ is: 'absent' });
  await database.create();
  expect(await database.state()).toEqual({ is: 'present' });
  expect(files.text(marker)).toContain('"postgres":"18"');
});

it('is unfinished if its creation was interrupted, and is then created again', async () => {
  const { database, files } = workspace();
  await files.makeDirectory(folder);
  files.put(`${folder}/half`, 'a cluster');
  expect(await database.state()).toEqual({ is: 'unfinished' });
  await database.create();
  expect(await database.state()).toEqual({ is: 'present' });
});

it('is foreign if another PostgreSQL version made its files', async () => {
  const { database, files } = workspace();
  await database.create();
  files.put(`${folder}/PG_VERSION`, '17\n');
  expect(await database.state()).toEqual({ is: 'foreign', major: '17', ours: '18' });
});

it('is opened once, even if several sessions are requested, and closed once', async () => {
  const { database, opened, closed } = workspace();
  const made = await database.create();
  expect(await database.session()).toBe(made);
  expect(await database.create()).toBe(made);
  expect(opened).toEqual([`/memory/${folder}`]);
  await database.close();
  await database.close();
  expect(closed).toHaveLength(1);
});

it('can be created again after the engine did not start, and has nothing to close until then', async () => {
  const { database, opened } = workspace(1);
  await expect(database.create()).rejects.toBeInstanceOf(EngineCrash);
  await database.close();
  expect(await database.state()).not.toEqual({ is: 'present' });
  await database.create();
  expect(opened).toHaveLength(2);
  expect(await database.state()).toEqual({ is: 'present' });
});

it('stays absent and closed for a process that does not hold the lock, even if another one creates it meanwhile', async () => {
  const { database, files, opened } = workspace();
  database.ignore();
  files.put(`${folder}/PG_VERSION`, '18\n').put(marker, '{}');
  expect(await database.state()).toEqual({ is: 'absent' });
  expect(opened).toEqual([]);
});
