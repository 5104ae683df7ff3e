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

/** Files that are added to an image together. A layer is made once, and again when its inputs have changed. */
export interface Layer {
  readonly name: string;
  /** Inputs that determine its contents: files (by absolute path) and texts. */
  readonly recipe: readonly string[];
  /** Fills an empty folder. */
  readonly make: (folder: string) => Promise<void>;
}

export interface LayerFile {
  readonly path: string;
  /** SHA-256 of the uncompressed archive in hexadecimal, which image formats call the diff id. */
  readonly sha256: string;
}

const layers = join(cache, 'layers');

/** Returns a key that is the same for the same inputs of a layer. */
export function keyOf(layer: Layer): string {
  const hash = createHash('sha256').update(process.arch);
  for (const one of layer.recipe) hash.update('\0').update(isAbsolute(one) ? readFileSync(one) : one);
  return hash.digest('hex').slice(0, 16);
}

/** Returns the archive of a layer from the cache, or makes it. */
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
  // Does not use /tmp, which may be small or in memory.
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

/** Returns every file in a folder, as inputs of a layer. */
export function filesBelow(folder: string): readonly string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return files.map((file) => join(file.parentPath, file.name)).sort();
}

/** Returns a layer that a shell script fills; its argument is the folder. `more` has additional inputs. */
export function scriptLayer(name: string, script: string, ...more: readonly string[]): Layer {
  return {
    name,
    recipe: [script, ...more],
    make: async (folder) => void (await execa('bash', [script, folder])),
  };
}

/** Returns a layer of single files, by target and source path. All are readable and executable. */
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
