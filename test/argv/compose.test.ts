import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compose, projectIn } from '../../src/argv/compose.ts';
import { secretKeys, withoutComposeVariables } from '../../src/containers/stack.ts';

test('names the file, the variables and the project, independent of the folder and the environment', () => {
  expect(compose.up('v2', 'erp', 'postgres-erp').join(' ')).toBe(
    'docker compose --file docker-compose.yml --env-file .env --project-name erp up --detach postgres-erp',
  );
  expect(compose.configHashes('v1', 'erp').join(' ')).toBe(
    'docker-compose --file docker-compose.yml --env-file .env --project-name erp config --hash=*',
  );
  expect(compose.stop('v2', '', 'postgres-erp')).not.toContain('--project-name');
});

test.each([
  ['/home/david/services/postgres-erp', 'postgres-erp'],
  ['/srv/My Stack.v2/', 'mystackv2'],
  ['/srv/_Data-1', 'data-1'],
  ['/', ''],
])('the project in %s has the name that Compose gives it: %s', (folder, name) => {
  expect(projectIn(folder)).toBe(name);
});

test('the environment of the operator does not override .env, but still selects the engine', () => {
  const kept = {
    HOME: '/home/joe',
    PATH: '/bin',
    DOCKER_HOST: 'ssh://x',
    DOCKER_CONTEXT: 'y',
    HTTPS_PROXY: 'z',
  };
  const settings = { COMPOSE_FILE: 'other.yml', COMPOSE_PROJECT_NAME: 'other', POSTGRES_PASSWORD: 'old' };
  expect(withoutComposeVariables({ ...kept, ...settings })).toEqual(kept);
});

test('every variable that the compose file interpolates is removed', () => {
  const text = readFileSync(join(import.meta.dirname, '../../assets/compose/docker-compose.yml'), 'utf8');
  const interpolated = [...text.matchAll(/(?<!\$)\$\{?(\w+)/g)].map(([, name]) => name);
  expect(new Set(interpolated)).toEqual(new Set(secretKeys));
});
