import { existsSync, readFileSync, rmSync } from 'node:fs';
import { docker, imagesPresent, labelled } from '../docker.ts';
import { layerFile } from '../layer.ts';
import { label } from '../places.ts';
import { doubles } from './doubles/images.ts';
import { type Image, recipeLabel, recipeOf } from './image.ts';
import { loadImages } from './load.ts';
import { machine } from './machine/image.ts';
import { postgres } from './postgres/image.ts';
import { pulledFile, pullReal } from './pull.ts';

const images = [postgres, ...doubles, machine];

/**
 * Makes sure that the engine has all images: the real ones if they exist or can be pulled, otherwise those that the
 * testbed makes.
 */
export async function haveImages(say: (line: string) => void): Promise<void> {
  const missing = await missingImages();
  if (missing.length === 0) return;
  const tags = missing.map(({ tag }) => tag);
  const pulled = await pullReal(tags, say);
  const toMake = missing.filter(({ tag }) => !pulled.includes(tag));
  say(`making ${toMake.map(({ tag }) => tag).join(', ')}`);
  await makeLayers(toMake);
  await loadImages(toMake);
  await removeUntagged();
}

/** Returns the images that are missing, or that were made from outdated sources. */
async function missingImages(): Promise<readonly Image[]> {
  const present = await imagesPresent(images.map(({ tag }) => tag));
  return images.filter((image) => {
    const found = present.get(image.tag);
    if (found === undefined) return true;
    const recipe = found.labels[recipeLabel];
    return recipe !== undefined && recipe !== recipeOf(image);
  });
}

/** The largest image takes a core for half a minute, so the others are made at the same time. */
async function makeLayers(toMake: readonly Image[]): Promise<void> {
  const layers = new Map(toMake.flatMap((image) => image.layers).map((layer) => [layer.name, layer]));
  const first = [...layers.values()].find(({ name }) => name === 'machine');
  layers.delete('machine');
  const one = first === undefined ? undefined : layerFile(first);
  const others = (async () => {
    for (const layer of layers.values()) await layerFile(layer);
  })();
  await Promise.all([one, others]);
}

/** Removes earlier versions of images, which lost their tag to the latest. */
async function removeUntagged(): Promise<void> {
  const { stdout } = await docker([
    'image',
    'ls',
    '--quiet',
    '--filter',
    `label=${label}`,
    '--filter',
    'dangling=true',
  ]);
  for (const id of stdout.split('\n').filter((line) => line !== '')) {
    // An image that a machine still uses is removed the next time.
    await docker(['image', 'rm', id]).catch(() => undefined);
  }
}

/** Removes the images that the testbed made or pulled, except those that a container runs on. */
export async function removeImages(): Promise<void> {
  const made = await labelled('image', label);
  const pulled = existsSync(pulledFile) ? readFileSync(pulledFile, 'utf8').split('\n').filter(Boolean) : [];
  const present = await imagesPresent(pulled);
  const all = [...made, ...pulled.filter((tag) => present.has(tag))];
  // Does not use force, which would untag the images that it cannot remove.
  for (const image of all) await docker(['image', 'rm', image]).catch(() => undefined);
  rmSync(pulledFile, { force: true });
}
