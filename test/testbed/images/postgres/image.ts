import { join } from 'node:path';
import { fileLayer, scriptLayer } from '../../layer.ts';
import { debianScripts } from '../../places.ts';
import type { Image } from '../image.ts';
import { pins } from '../pins.ts';

const folder = import.meta.dirname;

/** The image of PostgreSQL with pgvector, under the name that the compose file pins. */
export const postgres: Image = {
  tag: pins.postgres,
  what: `double for ${pins.postgres}: PostgreSQL 17 and pgvector of Debian 13, with an entrypoint of the same contract`,
  layers: [
    scriptLayer('postgres', join(folder, 'make.sh'), debianScripts.unpack),
    fileLayer('postgres-entrypoint', {
      'usr/local/bin/docker-entrypoint.sh': join(folder, 'docker-entrypoint.sh'),
    }),
  ],
  config: {
    Env: [
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/17/bin',
      'LANG=en_US.utf8',
      'PG_MAJOR=17',
      'PGDATA=/var/lib/postgresql/data',
    ],
    Entrypoint: ['docker-entrypoint.sh'],
    Cmd: ['postgres'],
    StopSignal: 'SIGINT',
    Volumes: { '/var/lib/postgresql/data': {} },
    ExposedPorts: { '5432/tcp': {} },
  },
};
