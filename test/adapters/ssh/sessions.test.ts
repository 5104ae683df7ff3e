import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { anySignal, openHost, overEachTransport, problemOf } from './open-host.ts';
import { startSshd } from './sshd.ts';

overEachTransport((_transport) => {
  test.each(['MaxSessions 1', 'MaxSessions 2', 'MaxSessions 10'])(
    'many looks at once all succeed with %s, on one connection',
    async (setting) => {
      const sshd = await startSshd(setting);
      const host = await openHost(sshd);
      writeFileSync(join(sshd.home, 'file'), 'text');
      const numbers = Array.from({ length: 20 }, (_, index) => String(index));
      const [said, read, hashed] = await Promise.all([
        Promise.all(numbers.map((one) => host.processes.run(['echo', one], '.', anySignal))),
        Promise.all(numbers.map(() => host.files.read('file'))),
        Promise.all(numbers.map(() => host.files.hash('file'))),
      ]);
      expect(said.map(({ stdout }) => stdout)).toEqual(numbers);
      expect(new Set(read)).toEqual(new Set(['text']));
      expect(new Set(hashed).size).toBe(1);
      expect(sshd.log().match(/Accepted publickey/g)).toHaveLength(1);
    },
  );

  test('files and commands take turns if the server allows one session', async () => {
    const host = await openHost(await startSshd('MaxSessions 1'));
    for (const text of ['one', 'two', 'three']) {
      await host.files.write('file', text, 0o600);
      const { stdout } = await host.processes.run(['cat', 'file'], '.', anySignal);
      expect(stdout).toBe(text);
      expect(await host.files.inspect('file')).toMatchObject({ size: text.length });
    }
  });

  test('a command that times out in the only session does not block the next one', async () => {
    const host = await openHost(await startSshd('MaxSessions 1'), {}, { limits: { query: 1500 } });
    expect(await problemOf(host.processes.run(['sleep', '10'], '.', anySignal))).toMatchObject({
      code: 'ERP-0711',
    });
    expect(await host.processes.run(['true'], '.', anySignal)).toMatchObject({ exitCode: 0 });
  });

  test('a server that opens no session is a problem', async () => {
    const problem = await problemOf(openHost(await startSshd('MaxSessions 0')));
    expect(problem).toMatchObject({ code: 'ERP-0712' });
  });
});
