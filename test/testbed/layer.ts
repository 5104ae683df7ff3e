import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { execa } from 'execa';
import { cache } from './places.ts';

/** Files that go into an image together. Made once, and again when what decides its content has changed. */
export interface Layer {
  readonly name: string;
  /** Files (by their absolute paths) and words that decide what is in it. */
  readonly recipe: readonly string[];
  /** Fills an empty folder. */
  readonly make: (folder: string) => Promise<void>;
}

export interface LayerFile {
  readonly path: string;
  /** Of the uncompressed archive, in hexadecimal: what image formats call its diff id. */
  readonly sha256: string;
}

const layers = join(cache, 'layers');

/** Says what is in a layer; the same content says the same. */
export function keyOf(layer: Layer): string {
  const hash = createHash('sha256').update(process.arch);
  for (const one of layer.recipe) hash.update('\0').update(isAbsolute(one) ? readFileSync(one) : one);
  return hash.digest('hex').slice(0, 16);
}

/** The layer as an archive, from the cache or made. */
export async function layerFile(layer: Layer): Promise<LayerFile> {
  const path = join(layers, `${layer.name}-${keyOf(layer)}.tar`);
  const sum = `${path}.sha256`;
  if (!existsSync(sum)) {
    await removeOlder(layer.name);
    await writeLayer(layer, path);
    writeFileSync(sum, await sha256Of(path));
  }
  return { path, sha256: readFileSync(sum, 'utf8') };
}

async function writeLayer({ name, make }: Layer, path: string): Promise<void> {
  // Not in /tmp, which may be small or in memory.
  const folder = join(cache, 'making', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  mkdirSync(layers, { recursive: true });
  await make(folder);
  await execa('tar', ['-C', folder, '--sort=name', '--numeric-owner', '-cf', `${path}.part`, '.']);
  renameSync(`${path}.part`, path);
  await rm(folder, { recursive: true });
}

async function removeOlder(name: string): Promise<void> {
  const ours = new RegExp(`^${name}-[0-9a-f]{16}\\.tar`);
  const files = existsSync(layers) ? await readdir(layers) : [];
  for (const file of files.filter((one) => ours.test(one))) rmSync(join(layers, file));
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Every file below a folder, for a recipe. */
export function filesBelow(folder: string): readonly string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return files.map((file) => join(file.parentPath, file.name)).sort();
}

/** A layer that a shell script fills: it is given the folder. `more` is what it is made of besides. */
export function scriptLayer(name: string, script: string, ...more: readonly string[]): Layer {
  return {
    name,
    recipe: [script, ...more],
    make: async (folder) => void (await execa('bash', [script, folder])),
  };
}

/** A layer of single files: where each goes, where it comes from. All may be read and run. */
export function fileLayer(name: string, files: Readonly<Record<string, string>>): Layer {
  return {
    name,
    recipe: [...Object.keys(files), ...Object.values(files)],
    make: async (folder) => {
      for (const [path, source] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        copyFileSync(source, join(folder, path));
        chmodSync(join(folder, path), 0o755);
      }
    },
  };
}
