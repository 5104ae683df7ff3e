import { describe, expect, it } from 'vitest';
import type { Reported } from '../../src/domain/events.ts';
import type { ContainerLogs } from '../../src/domain/front-end.ts';
import { migrationsFolder } from '../../src/screens/openable.ts';
import { keyHints, press } from '../../src/screens/screens.ts';
import type { WizardState } from '../../src/screens/state.ts';
import { layout } from '../../src/workspace/layout.ts';
import { diskFull } from '../support/program/events.ts';
import { begun, letter, questions, running, stateAfter } from '../support/wizard/wizard-state.ts';

const opens = (state: WizardState, key: string) => press(state, letter(key)).opens;
const failing = (what: string) =>
  stateAfter([...begun, running], { ...questions.failure, problem: { ...diskFull, what } });

describe('o opens', () => {
  it.each([
    ['100_own.sql, line 2: relation "erp.tags" does not exist.', `${layout.migrations}/100_own.sql`],
    ['docs/erp/guide.md was not written by erp-deploy.', 'docs/erp/guide.md'],
    [
      'service-builds/postgres-erp/docker-compose.yml:3 is no YAML.',
      'service-builds/postgres-erp/docker-compose.yml',
    ],
  ])('the file that a step failed in: %s', (what, path) => {
    expect(opens(failing(what), 'o')).toEqual({ type: 'file', path: `/srv/portfolio/${path}` });
  });

  it.each(['../other/100_own.sql', '/etc/nginx/site.json', 'x/../../y.sql', 'https://example.com/a/b.html'])(
    'nothing outside of the workspace: %s',
    (what) => expect(opens(failing(what), 'o')).toBeUndefined(),
  );

  it('the URL that a step checked, if it names no file', () => {
    const summary = 'https://erp.example.com/erp/people without a token: 401; https://other.example/ 200';
    const seen: Reported = {
      type: 'evidence',
      phase: 'prepare',
      step: '0.2',
      target: 'production',
      summary,
      facts: { url: 'https://erp.example.com/erp/people' },
    };
    const state = stateAfter([...begun, running, seen]);
    expect(opens(state, 'o')).toEqual({ type: 'url', url: 'https://erp.example.com/erp/people' });
  });

  it('migrations in the folder of the workspace', () => expect(migrationsFolder).toBe(layout.migrations));
});

describe('L shows the log of the container', () => {
  const logs: ContainerLogs = {
    nameFor: (step) => (step === '2.1' ? 'postgres-erp' : null),
    read: async () => 'ready\n',
  };
  const at = (step: string) => {
    const state = stateAfter(begun);
    return { ...state, ui: { ...state.ui, containerLogs: logs, chosen: step } };
  };

  it('that the selected step is about, and shows that it is being read', () => {
    const { opens: what, ui } = press(at('2.1'), letter('L'));
    expect(what).toEqual({ type: 'container-log', step: '2.1' });
    expect(ui.notice).toBe('reading the log of postgres-erp …');
    expect(keyHints(at('2.1'))).toContainEqual(['L', 'container log']);
  });

  it('and does nothing for a step without a container', () => {
    expect(opens(at('0.2'), 'L')).toBeUndefined();
    expect(keyHints(at('0.2')).map(([key]) => key)).not.toContain('L');
  });
});
