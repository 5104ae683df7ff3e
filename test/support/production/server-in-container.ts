import { type LawServer, serverAt } from '../../database/random-schemas/servers.ts';
import { pins } from '../../testbed/images/pins.ts';
import { nestedMachine } from '../../testbed/nested-machine.ts';

const container = 'laws';
const user = 'postgres';
const password = 'laws';

/** Starts a PostgreSQL 17 with pgvector in a container of a separate machine. */
export async function serverInContainer(): Promise<LawServer> {
  const machine = await nestedMachine();
  const env = { POSTGRES_USER: user, POSTGRES_PASSWORD: password };
  const words = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  const settings = ['postgres', '-c', 'wal_level=logical', '-c', 'fsync=off'];
  const publish = ['-p', '127.0.0.1:5432:5432'];
  await machine.docker('run', '-d', '--name', container, ...words, ...publish, pins.postgres, ...settings);
  // Connects over TCP, because the server that initialises the data listens only on a socket.
  const ready = `until pg_isready -q -h 127.0.0.1 -U ${user}; do sleep 0.1; done`;
  await machine.docker('exec', container, 'timeout', '60', 'sh', '-c', ready);
  const port = await machine.forward(5432);
  return serverAt({
    major: '17',
    config: { host: '127.0.0.1', port, user, password, database: 'postgres' },
    dump: (database) => machine.docker('exec', container, 'pg_dump', '-U', user, '--inserts', database),
    stop: () => machine.remove(),
  });
}
