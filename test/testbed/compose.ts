import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { composeV1Layer } from './images/compose-v1/layer.ts';
import { systemLayer } from './images/machine/image.ts';
import { keyOf, type Layer, layerFile } from './layer.ts';
import { cache, composeV1, dockerConfig } from './places.ts';

/** Provides both versions of Compose on this machine, from the same layers as in the testbed's machines. */
export async function haveCompose(): Promise<void> {
  await extract(composeV1Layer, 'opt/compose-v1', composeV1);
  await extract(systemLayer, 'usr/libexec/docker/cli-plugins', join(dockerConfig, 'cli-plugins'));
}

async function extract(layer: Layer, inLayer: string, folder: string): Promise<void> {
  const keyFile = join(cache, `${layer.name}.extracted`);
  const key = keyOf(layer);
  if (existsSync(keyFile) && readFileSync(keyFile, 'utf8') === key) return;
  const { path } = await layerFile(layer);
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  const depth = inLayer.split('/').length + 1;
  await execa('tar', ['-C', part, `--strip-components=${depth}`, '-xf', path, `./${inLayer}`]);
  rmSync(folder, { recursive: true, force: true });
  renameSync(part, folder);
  writeFileSync(keyFile, key);
}
