import { join } from 'node:path';
import { type Layer, scriptLayer } from '../../layer.ts';
import { debianScripts } from '../../places.ts';

const folder = import.meta.dirname;
const command = join(folder, 'docker-compose');

/** Compose v1 in `opt/compose-v1`. */
export const composeV1Layer: Layer = scriptLayer(
  'compose-v1',
  join(folder, 'make.sh'),
  command,
  debianScripts.unpack,
);
