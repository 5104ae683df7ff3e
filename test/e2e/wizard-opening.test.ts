import { expect, test } from 'vitest';
import { askedAbout, configure, openWizard, seen } from '../support/wizard/wizard.ts';
import { finishedWorkspace, migrations, put, textOf } from '../support/workspace/workspace.ts';

test('o opens the file of a failed step in an editor in the same terminal; afterwards the question about the failure is shown again', async () => {
  const workspace = await finishedWorkspace({
    [`${migrations}/100_own.sql`]: 'insert into erp.tags values (1);\n',
  });
  configure(workspace);
  put(
    workspace,
    'editor.sh',
    'echo "EDITOR:"; cat "$1"; read -r line </dev/tty; echo "$line" >editor.said\n',
  );
  const wizard = openWizard(workspace, { env: { EDITOR: 'sh ./editor.sh' } });
  await wizard.until(seen.plan);
  wizard.press('a');
  await askedAbout(wizard, '2.2', seen.failure);
  wizard.press('o');
  await wizard.until(/EDITOR:\s+insert into erp\.tags/);
  expect(wizard.modes()).toMatchObject({ cursorShown: true, alternateScreen: false });
  wizard.press('q\r');
  await askedAbout(wizard, '2.2', seen.failure);
  expect(textOf(workspace, 'editor.said')).toBe('q\n');
  wizard.press('q');
  expect(await wizard.exit()).toBe(4);
});
