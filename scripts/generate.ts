/**
 * Writes what ships worked out beforehand: the catalog of the bundled migrations, the JSON schemas of
 * the configuration and the event stream, and the types of the package's entry. A test holds that they are what the sources say.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { generatedAssets } from './generated-assets.ts';

await mkdir('assets/data', { recursive: true });
for (const [path, text] of await generatedAssets()) await writeFile(`assets/${path}`, text);
