import { describe, expect, it } from 'vitest';
import { invocationOf, programName, textAsInvoked, wordsOf } from '../../../src/cli/wiring/as-invoked.ts';
import { inWorkspace } from '../../../src/domain/command-text.ts';

const none = { workspace: '.' };
const npx = '/srv/shop/node_modules/.bin/erp-deploy';
const said = (text: string, flags: Parameters<typeof invocationOf>[2], script = '/usr/bin/erp-deploy') =>
  textAsInvoked(text, invocationOf(programName(script), '/srv', flags));

describe('a command that is shown to be pasted', () => {
  it('is started as this one was', () => {
    expect(said('Look: erp-deploy plan', none)).toBe('Look: erp-deploy plan');
    expect(said('Look: erp-deploy plan', none, npx)).toBe('Look: npx erp-deploy plan');
    expect(said('  Next: erp-deploy', none, npx)).toBe('  Next: npx erp-deploy');
    expect(said('Run it as well: erp-deploy --from 0.1 --until 0.5', none, npx)).toBe(
      'Run it as well: npx erp-deploy --from 0.1 --until 0.5',
    );
  });

  it('names the program by its path in the cache of npx, so that nothing is fetched by the bare name', () => {
    const cached = '/home/ada/.npm/_npx/0a1b/node_modules/.bin/erp-deploy';
    expect(said('Look: erp-deploy plan', none, cached)).toBe(`Look: ${cached} plan`);
  });

  it('has absolute paths of the workspace', () => {
    expect(said(`Move it: mv ${inWorkspace('a')} ${inWorkspace('b')}`, { workspace: '/srv/my shop' })).toBe(
      "Move it: mv '/srv/my shop/a' '/srv/my shop/b'",
    );
  });

  it('is about the same workspace, configuration, engine and production', () => {
    const flags = {
      workspace: 'my dir',
      config: "it's.yaml",
      engine: 'embedded',
      productionHost: 'droplet',
    } as const;
    const rest = String.raw`--workspace 'my dir' --config 'it'\''s.yaml' --engine embedded --production-host droplet`;
    expect(said('Let it: erp-deploy run --only 3.6', flags)).toBe(
      `Let it: erp-deploy run ${rest} --only 3.6`,
    );
    expect(said('Next: erp-deploy', flags)).toBe(`Next: erp-deploy ${rest}`);
    const own = 'Try: erp-deploy restore --workspace x --config=y --engine docker --database-url URL';
    expect(said(own, flags)).toBe(own);
    expect(said('See: erp-deploy --help', flags)).toBe('See: erp-deploy --help');
  });

  it('carries only the flags that the command accepts', () => {
    const flags = { workspace: 'demo', engine: 'embedded', productionHost: 'droplet' } as const;
    expect(said('Free it: erp-deploy unlock', flags)).toBe(
      'Free it: erp-deploy unlock --workspace demo --production-host droplet',
    );
    expect(said('Write one: erp-deploy init', flags)).toBe('Write one: erp-deploy init --workspace demo');
  });

  it('never holds the password of a URL, and is about production all the same', () => {
    const text = 'Look: erp-deploy validate';
    const at = (databaseUrl: string) => said(text, { ...none, databaseUrl });
    expect(at('postgres://ada@db.example.org/shop')).toBe(
      `${text} --database-url postgres://ada@db.example.org/shop`,
    );
    expect(at('postgres://ada:secret@db.example.org/shop')).toBe(`${text} --database-url URL`);
    expect(at('-')).toBe(`${text} --database-url -`);
  });

  it('is distinguished from words about erp-deploy', () => {
    for (const text of [
      'Production: erp-deploy has no evidence of a deployment.',
      'Another operator ran "erp-deploy unlock --force" while this one was at work.',
      'See it: erp-deploy planning',
    ]) {
      expect(said(text, { workspace: 'demo' }, npx)).toBe(text);
    }
  });
});

it('holds in what is shown, and in what is asked', () => {
  const words = wordsOf(invocationOf(programName(npx), '/srv', { workspace: 'demo' }));
  const problem = {
    code: 'ERP-0001',
    what: 'w',
    why: 'y',
    todo: ['Look: erp-deploy plan'],
    exit: 3,
  } as const;
  const todo = ['Look: npx erp-deploy plan --workspace demo'];
  expect(words.reported({ type: 'problem', problem })).toMatchObject({ problem: { todo } });
  expect(words.asked({ type: 'failure', step: '3.1', problem, editable: true })).toMatchObject({
    problem: { todo },
  });
  const text = 'Stopped. To go on: erp-deploy run --workspace demo';
  expect(words.reported({ type: 'note', level: 'info', text })).toMatchObject({
    text: 'Stopped. To go on: npx erp-deploy run --workspace demo',
  });
});
