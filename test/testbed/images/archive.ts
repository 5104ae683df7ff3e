import { createHash } from 'node:crypto';
import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { layerFile } from '../layer.ts';
import { cache } from '../places.ts';
import { type Image, labelsOf } from './image.ts';

/** The names of architectures in `docker save`. */
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/**
 * Creates the layout that `docker load` reads while `use` runs: a folder of links to the layers, for `tar
 * --dereference`. It does not use `docker build`, whose builder is not always installed, or `docker import`, which
 * accepts no stop signal.
 */
export async function withArchive<T>(
  images: readonly Image[],
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(cache, 'archive-'));
  try {
    const manifest = [];
    for (const image of images) manifest.push(await addImage(folder, image));
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function addImage(folder: string, image: Image) {
  const layers = [];
  for (const layer of image.layers) layers.push(await layerFile(layer));
  const names = layers.map(({ sha256 }) => `${sha256}.tar`);
  for (const [index, { path }] of layers.entries()) link(path, join(folder, names[index] ?? ''));
  const config = JSON.stringify({
    architecture: architectures[process.arch] ?? process.arch,
    os: 'linux',
    // Any fixed time.
    created: '1980-01-01T00:00:00Z',
    config: { ...image.config, Labels: labelsOf(image) },
    rootfs: { type: 'layers', diff_ids: layers.map(({ sha256 }) => `sha256:${sha256}`) },
  });
  const name = `${createHash('sha256').update(config).digest('hex')}.json`;
  writeFileSync(join(folder, name), config);
  return { Config: name, RepoTags: [image.tag], Layers: names };
}

/** Images share layers, so the link may already exist. */
function link(target: string, path: string): void {
  try {
    symlinkSync(target, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}
