import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
// Printed by Node 22.13.1: the names of `Object.keys(require('node:fs'))` and of the other modules.
import exportsThere from './data/node-22.13.1-exports.json' with { type: 'json' };

const root = join(import.meta.dirname, '../../src');
const known = new Map(Object.entries(exportsThere).map(([module, names]) => [module, new Set(names)]));
const imported = /^import (?:[\w$]+, )?\{([^}]*)\} from 'node:([\w/]+)';$/gms;

/** Each name that the sources import from a module of Node, such as `tls getCACertificates`. */
function namesImported(): readonly (readonly [module: string, name: string])[] {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.tsx?$/.test(name),
  );
  return files.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(imported)].flatMap(([, names = '', module = '']) =>
      names
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '' && !name.startsWith('type '))
        .map((name) => [module, name.split(' as ')[0] ?? ''] as const),
    ),
  );
}

test('the oldest supported Node has every imported name: without one the program would not start', () => {
  const names = namesImported();
  expect(names.length).toBeGreaterThan(100);
  const missing = names.filter(([module, name]) => known.get(module)?.has(name) !== true);
  expect(missing).toEqual([]);
});
