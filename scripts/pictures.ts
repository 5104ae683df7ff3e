/**
 * Makes the pictures of the documents: runs the built program in a pseudo-terminal at two sizes, and writes
 * what stands on the screen as SVG. Run it after `npm run build`: npm run pictures
 */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Screen } from './screen.ts';
import { svgOf } from './svg.ts';

const sizes = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
] as const;
const folder = 'docs/pictures';
const program = [process.execPath, join(import.meta.dirname, '../bin/erp-deploy.js')] as const;

await mkdir(folder, { recursive: true });
for (const size of sizes) {
  const name = `${size.columns}x${size.rows}`;
  const take = async (what: string, screen: Screen) =>
    writeFile(join(folder, `${what}-${name}.svg`), svgOf(screen));
  const workspace = await mkdtemp(join(tmpdir(), 'portfolio-'));
  const screen = new Screen([...program, '--engine', 'embedded'], workspace, size);
  await screen.shows('Public name of the API');
  await take('setup', screen);
  screen.type('\r');
  await screen.shows('Starter schema');
  screen.type('\r');
  await screen.shows('Keep these answers');
  screen.type('n');
  await screen.shows('step by step');
  await take('plan', screen);
  screen.type('?');
  await screen.shows('Keys');
  await take('keys', screen);
  screen.type('x');
  await screen.shows('step by step');
  screen.type('\r');
  await screen.shows('needs your answer');
  await take('step', screen);
  screen.type('Y');
  await screen.shows('2.1 start database  needs your answer');
  screen.type('p');
  screen.type('a');
  await screen.shows('paused');
  screen.type('p');
  await screen.shows('behaviour');
  await take('rollout', screen);
  await screen.shows('Next: erp-deploy validate');
  await take('end', screen);
  await screen.ended;
}
