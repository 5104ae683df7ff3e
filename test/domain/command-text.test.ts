import { expect, it, test } from 'vitest';
import {
  commandLine,
  commandOn,
  inWorkspace,
  remedyLine,
  shellOn,
  withWorkspace,
} from '../../src/domain/command-text.ts';

const here = { id: 'here', name: 'this machine' } as const;
const droplet = { id: 'production', name: 'a b;c' } as const;

it('runs a command for another host through SSH, quoted for the shell there', () => {
  const argv = ['docker', 'inspect', '--format', '{{json .State}}'];
  expect(commandOn(here, argv)).toBe(argv);
  expect(commandOn(droplet, argv)).toEqual(['ssh', 'a b;c', "docker inspect --format '{{json .State}}'"]);
  expect(commandOn(droplet, ['sudo', 'true'], 'terminal')).toEqual(['ssh', '-t', 'a b;c', 'sudo true']);
});

it('runs a shell command line through a shell, on this machine and on another', () => {
  expect(shellOn(here, 'id "$USER"')).toEqual(['sh', '-c', 'id "$USER"']);
  expect(shellOn(droplet, 'id "$USER"')).toEqual(['ssh', 'a b;c', 'id "$USER"']);
});

it('quotes each argument once', () => {
  const command = commandOn(droplet, ['docker', 'inspect', '--format', '{{json .State}}']);
  const line = String.raw`ssh 'a b;c' 'docker inspect --format '\''{{json .State}}'\'''`;
  expect(commandLine(command)).toBe(line);
  expect(remedyLine({ text: 'Inspect it', command })).toBe(`Inspect it: ${line}`);
  expect(remedyLine({ text: 'Then run again.' })).toBe('Then run again.');
});

test('an argument that is a path of the workspace is absolute; any other argument is unchanged', () => {
  expect(withWorkspace(inWorkspace('.erp-deploy/lock'), '/srv/my shop')).toBe(
    '/srv/my shop/.erp-deploy/lock',
  );
  expect(withWorkspace(inWorkspace('.'), '/srv/shop')).toBe('/srv/shop');
  expect(withWorkspace('a{workspace}', '/srv/shop')).toBe('a{workspace}');
});
