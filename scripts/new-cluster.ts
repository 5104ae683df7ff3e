import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import manifest from '../package.json' with { type: 'json' };

const cache = 'node_modules/.cache/erp-deploy';

/**
 * A cluster as initdb leaves one, as a gzipped tar, which the embedded engine begins with: initdb inside of
 * WebAssembly takes longer than all else that a rollout does. Made once for a version of PGlite.
 * @returns the path of the archive
 */
export async function newCluster(): Promise<string> {
  const path = `${cache}/new-cluster-${manifest.dependencies['@electric-sql/pglite']}.tar.gz`;
  if (existsSync(path)) return path;
  const database = await PGlite.create({ extensions: { vector } });
  const archive = await database.dumpDataDir('gzip');
  await database.close();
  await mkdir(cache, { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, Buffer.from(await archive.arrayBuffer()));
  await rename(unfinished, path);
  return path;
}
