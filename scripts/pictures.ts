/**
 * Makes the pictures of the documents: runs the program in a pseudo-terminal at two sizes, and writes what
 * stands on the screen as SVG. Taken again of the same program they are the same, byte for byte:
 * npm run pictures
 */
import { execFileSync } from 'node:child_process';
import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { animatedRollout } from './animated-svg.ts';
import {
  takeConsent,
  takeDifference,
  takeFailure,
  takeResume,
  takeRollout,
  takeServer,
} from './picture-journeys.ts';
import { picturedServer } from './pictured-server.ts';
import { Screen } from './screen.ts';
import { svgOf } from './svg.ts';

const sizes = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
] as const;
const [folder = 'docs/pictures'] = process.argv.slice(2);
/** Seen on the pictures, so it is the same everywhere. */
const base = '/tmp/erp-deploy-pictures';
const checkout = join(import.meta.dirname, '..');

await mkdir(folder, { recursive: true });
// A second run at the same time fails because the folder exists.
await mkdir(base);
try {
  const program = await buildProgram(join(base, 'program'));
  const droplet = await picturedServer(join(base, 'operator'));
  for (const size of sizes) {
    const workspace = join(base, 'portfolio');
    await mkdir(workspace);
    const open = (words: readonly string[] = [], path?: string) =>
      new Screen([process.execPath, program, '--engine', 'embedded', ...words], workspace, size, path);
    const take = async (what: string, screen: Screen) =>
      writeFile(join(folder, `${what}-${size.columns}x${size.rows}.svg`), svgOf(screen));
    await takeRollout({ workspace, open, take });
    await takeResume({ workspace, open, take });
    await takeFailure({ workspace, open, take });
    await takeDifference({ workspace, open, take });
    await rm(workspace, { recursive: true });
    await mkdir(workspace);
    await takeConsent({ workspace, open, take });
    await rm(workspace, { recursive: true });
    await mkdir(workspace);
    await takeServer({ workspace, open, take }, droplet);
    await rm(workspace, { recursive: true });
  }
  droplet.close();
  await writeFile(join(folder, 'rollout.svg'), await animatedRollout(folder));
} finally {
  await rm(base, { recursive: true });
}

/** The program with a clock of its own, laid out as it is installed; answers the file to start. */
async function buildProgram(root: string): Promise<string> {
  await mkdir(root);
  for (const part of ['bin', 'assets', 'package.json']) {
    await cp(join(checkout, part), join(root, part), { recursive: true });
  }
  await symlink(join(checkout, 'node_modules'), join(root, 'node_modules'));
  const words = ['scripts/build.ts', join(root, 'dist'), 'scripts/pictured-program.ts'];
  execFileSync(process.execPath, words, { cwd: checkout, stdio: ['ignore', 'ignore', 'inherit'] });
  return join(root, 'bin/erp-deploy.js');
}
