/**
 * Makes the pictures of the documents: runs the built program in a pseudo-terminal at two sizes, and writes
 * what stands on the screen as SVG. Run it after `npm run build`: npm run pictures
 * A word behind it is another program to take them of than this checkout's.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Screen } from './screen.ts';
import { svgOf } from './svg.ts';

const sizes = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
] as const;
const folder = 'docs/pictures';
const [program = join(import.meta.dirname, '../bin/erp-deploy.js')] = process.argv.slice(2);
const migrations = 'service-builds/postgres-erp/migrations';
/** Fails while it runs: there is no table of that name. */
const faulty = `create table erp.tag (
  id   bigint generated always as identity primary key,
  name text not null unique
);

insert into erp.tags (name) values ('urgent');
`;

await mkdir(folder, { recursive: true });
for (const size of sizes) {
  const base = await mkdtemp(join(tmpdir(), 'pictures-'));
  const workspace = join(base, 'portfolio');
  await mkdir(workspace);
  const open = () => new Screen([process.execPath, program, '--engine', 'embedded'], workspace, size);
  const take = async (what: string, screen: Screen) =>
    writeFile(join(folder, `${what}-${size.columns}x${size.rows}.svg`), svgOf(screen));
  await takeRollout(open, take);
  await takeFailure(workspace, open, take);
  await rm(base, { recursive: true });
}

type Open = () => Screen;
type Take = (what: string, screen: Screen) => Promise<void>;

/** A roll-out from the set-up to its end, stopped and resumed on the way. */
async function takeRollout(open: Open, take: Take): Promise<void> {
  const screen = open();
  await screen.shows('Public name of the API');
  await take('setup', screen);
  screen.type('\r');
  await screen.shows('Starter schema');
  screen.type('\r');
  await screen.shows('Keep these answers');
  screen.type('y');
  await screen.shows('all at once');
  await take('plan', screen);
  screen.type('?');
  await screen.shows('any other key');
  await take('keys', screen);
  screen.type('x');
  await screen.shows('all at once');
  screen.type('\r');
  await screen.shows('y do it');
  screen.type('y');
  await screen.shows('0.2 compose file and .env  needs');
  await take('step', screen);
  screen.type('Y');
  await screen.shows('2.1 start database  needs');
  screen.type('q');
  await screen.ended;

  const again = open();
  await again.shows('It goes on at');
  await take('resume', again);
  again.type('\r');
  await again.shows('all at once');
  again.type('a');
  await again.shows('2.3 validation  running');
  again.type('p');
  await again.shows('behaviour');
  await take('rollout', again);
  await again.shows('paused');
  again.type('p');
  await again.ended;
  await take('end', again);
}

/** A migration of one's own that fails. */
async function takeFailure(workspace: string, open: Open, take: Take): Promise<void> {
  await writeFile(join(workspace, migrations, '100_tags.sql'), faulty);
  const screen = open();
  await screen.shows('all at once');
  screen.type('a');
  await screen.shows('look again');
  await take('failure', screen);
  screen.type('q');
  await screen.ended;
}
