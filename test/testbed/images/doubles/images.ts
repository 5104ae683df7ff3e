import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundleDoubles } from '../../doubles/bundle.ts';
import { fileLayer, filesBelow, type Layer, scriptLayer } from '../../layer.ts';
import { checkout, debianScripts, here } from '../../places.ts';
import type { Image, ImageConfig } from '../image.ts';
import { pins } from '../pins.ts';

const folder = import.meta.dirname;

const node = scriptLayer(
  'node',
  join(folder, 'make-node.sh'),
  join(checkout, 'node_modules/node/package.json'),
  debianScripts.unpack,
);

/** Layer with the bundled program, at the same path in each image. */
function program(name: 'postgrest' | 'traefik' | 'cloudflared'): Layer {
  const sources = join(here, 'doubles');
  return {
    name: `${name}-program`,
    // Any source may be part of any program.
    recipe: [name, ...filesBelow(sources), join(checkout, 'package-lock.json')],
    make: async (root) => {
      const all = join(root, 'all');
      const files = await bundleDoubles(all);
      mkdirSync(join(root, 'opt/double'), { recursive: true });
      renameSync(files[name], join(root, 'opt/double/program.mjs'));
      rmSync(all, { recursive: true });
    },
  };
}

function double(name: 'postgrest' | 'traefik' | 'cloudflared', path: string, config: ImageConfig): Image {
  return {
    tag: pins[name],
    what: `double for ${name}: a program of the testbed`,
    layers: [node, fileLayer(`${name}-command`, { [path]: join(folder, name) }), program(name)],
    config,
  };
}

/** The images of PostgREST, Traefik and cloudflared, with the programs of `../../doubles`. */
export const doubles: readonly Image[] = [
  double('postgrest', 'usr/bin/postgrest', {
    Cmd: ['/bin/postgrest'],
    User: '1000',
    ExposedPorts: { '3000/tcp': {} },
  }),
  double('traefik', 'usr/local/bin/traefik', {
    Entrypoint: ['/usr/local/bin/traefik'],
    ExposedPorts: { '80/tcp': {} },
  }),
  double('cloudflared', 'usr/local/bin/cloudflared', {
    Entrypoint: ['/usr/local/bin/cloudflared', '--no-autoupdate'],
    Cmd: ['version'],
    User: '65532:65532',
  }),
];
