import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openEmbedded } from '../src/adapters/embedded-session.ts';
import type { PicturedServer } from './pictured-server.ts';
import type { Screen } from './screen.ts';

export interface Studio {
  readonly workspace: string;
  /** Starts the program, with these words of the command line besides, and with this `PATH`. */
  open(words?: readonly string[], path?: string): Screen;
  /** Keeps what stands on the screen under this name. */
  take(what: string, screen: Screen): Promise<void>;
}

const stack = 'service-builds/postgres-erp';
/** Fails while it runs: there is no table of that name. */
const faulty = `create table erp.tag (
  id   bigint generated always as identity primary key,
  name text not null unique
);

insert into erp.tags (name) values ('urgent');
`;

const starterFolder = 'Coda_to_Postgres';
/** A comma is missing behind the third line. */
const starter = `CREATE TABLE agent.sessions (
  id BIGSERIAL PRIMARY KEY,
  profile_id BIGINT REFERENCES agent.profiles(id)
  started_at TIMESTAMPTZ
);
`;

/** From the setup into the rollout, which is stopped before 2.1. */
export async function takeRollout({ open, take }: Studio): Promise<void> {
  const screen = open();
  await screen.shows('Question 1 of 3');
  await take('setup', screen);
  screen.type('\r');
  await screen.shows('copy.sql▏');
  screen.type('\r');
  await screen.shows('Save these answers');
  screen.type('y');
  await screen.shows('apply all');
  await take('plan', screen);
  screen.type('?');
  await screen.shows('any other key');
  await take('keys', screen);
  screen.type('x');
  await screen.shows('apply all');
  screen.type('\r');
  await screen.shows('y apply');
  screen.type('y');
  await screen.shows('0.2 compose file and .env  waiting');
  await take('step', screen);
  screen.type('Y');
  await screen.shows('2.1 start database  waiting');
  screen.type('q');
  await screen.ended;
}

/** The rollout that was stopped, with a file missing since; through the validation to its end. */
export async function takeResume({ workspace, open, take }: Studio): Promise<void> {
  await rm(join(workspace, stack, 'docker-compose.yml'));
  const screen = open();
  await screen.shows('d show drift');
  await take('resume', screen);
  screen.type('d');
  await screen.shows('Drift since the steps');
  await take('drift', screen);
  screen.type('\r');
  await screen.shows('apply all');
  screen.type('a');
  await screen.shows('36/73');
  await take('rollout', screen);
  screen.signal('SIGUSR2');
  await screen.shows('Lessons learned (optional)');
  screen.type('Tell the API team before the production host is touched.');
  await screen.shows('is touched.▏');
  await take('lessons', screen);
  screen.type('\r');
  await screen.shows('y apply');
  screen.type('y');
  await screen.ended;
  await take('end', screen);
}

/** A migration of one's own that fails. */
export async function takeFailure({ workspace, open, take }: Studio): Promise<void> {
  await writeFile(join(workspace, stack, 'migrations/100_tags.sql'), faulty);
  const screen = open();
  await screen.shows('apply all');
  screen.type('a');
  await screen.shows('r retry');
  await take('failure', screen);
  screen.type('s');
  await screen.shows('The journal keeps the reason');
  screen.type('the table comes with the next release');
  await screen.shows('next release▏');
  await take('reason', screen);
  screen.type('\x1b');
  await screen.shows('r retry');
  screen.type('q');
  await screen.ended;
  await rm(join(workspace, stack, 'migrations/100_tags.sql'));
}

/** A database that was changed by hand. */
export async function takeDifference({ workspace, open, take }: Studio): Promise<void> {
  const session = await openEmbedded(join(workspace, '.erp-deploy/embedded'));
  await session.script(`alter table erp.tasks drop constraint tasks_assignee_id_fkey;
    alter table agent.events disable trigger events_set_updated_at`);
  await session.close();
  const screen = open();
  // The failed migration left the rollout unfinished.
  await screen.shows('⏎ resume');
  screen.type('\r');
  await screen.shows('r retry');
  await take('difference', screen);
  screen.type('q');
  await screen.ended;
}

/** A change of the user's own file, which needs separate approval, in a workspace where nothing was done yet. */
export async function takeConsent({ workspace, open, take }: Studio): Promise<void> {
  await mkdir(join(workspace, starterFolder));
  await writeFile(join(workspace, starterFolder, 'ERP_postgres_starter copy.sql'), starter);
  await writeFile(join(workspace, 'erp-deploy.config.yaml'), 'engine: embedded\n');
  const screen = open();
  await screen.shows('apply all');
  screen.type('a');
  await screen.shows('n decline');
  await take('consent', screen);
  screen.type('q');
  await screen.ended;
}

/** A server whose host key is not known yet, and a private key that is locked. */
export async function takeServer({ workspace, open, take }: Studio, droplet: PicturedServer): Promise<void> {
  await writeFile(join(workspace, 'erp-deploy.config.yaml'), 'engine: embedded\n');
  const words = ['--production-host', 'droplet', '--only', '3.1', '--without-local-test', 'for the pictures'];
  const screen = open(words, droplet.path);
  await screen.shows('y trust and log in');
  await take('host-key', screen);
  screen.type('y');
  await screen.shows('Passphrase of');
  screen.type('secret');
  await screen.shows('••••••▏');
  await take('passphrase', screen);
  screen.type('\x03');
  await screen.ended;
  droplet.forget();
}
