import { expect, it, test } from 'vitest';
import { inWorkspace, lineOn, withWorkspace } from '../../src/domain/command-text.ts';

it('prints a command for another host as one for SSH, quoted once more', () => {
  const line = "docker inspect --format '{{json .State}}'";
  const droplet = { id: 'droplet', name: 'droplet' } as const;
  expect(lineOn({ id: 'here', name: 'this machine' }, line)).toBe(line);
  expect(lineOn({ id: 'droplet', name: 'a b;c' }, 'docker ps')).toBe("ssh 'a b;c' 'docker ps'");
  const quotedAgain = String.raw`'docker inspect --format '\''{{json .State}}'\'''`;
  expect(lineOn(droplet, line)).toBe(`ssh droplet ${quotedAgain}`);
  expect(lineOn(droplet, 'sudo true', 'terminal')).toBe("ssh -t droplet 'sudo true'");
});

test('a path of the workspace is absolute, and quoted if the workspace needs it', () => {
  const text = `Remove it: rm -r ${inWorkspace('.erp-deploy/lock')} ${inWorkspace('a')}.old`;
  expect(withWorkspace(text, '/srv/shop')).toBe(
    'Remove it: rm -r /srv/shop/.erp-deploy/lock /srv/shop/a.old',
  );
  expect(withWorkspace(text, '/srv/my shop')).toBe(
    "Remove it: rm -r '/srv/my shop/.erp-deploy/lock' '/srv/my shop/a.old'",
  );
});
