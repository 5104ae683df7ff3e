import { describe, expect, it } from 'vitest';
import { scriptCommand, sentText } from '../../src/domain/shell-script.ts';
import { remoteScripts } from '../support/program/remote-scripts.ts';
import { shellcheck } from '../support/program/shellcheck.ts';

const shellOf = (name: string) => (name.endsWith('.bash') ? 'bash' : 'sh');

describe.each(remoteScripts)('assets/remote/$name', ({ name, text }) => {
  it('passes ShellCheck', async () => {
    expect(await shellcheck(text, shellOf(name))).toBe('');
  });

  it('starts with comments that describe it', () => {
    expect(text).toMatch(/^#!\/bin\/(?:sh|bash)\n# [A-Z]/);
  });

  it('is one function, called on its last line', () => {
    const lines = sentText(text).split('\n');
    expect([lines[0], ...lines.slice(-2)]).toEqual(['main() {', '}', 'main "$@"']);
    expect(lines.slice(1, -2).filter((line) => !line.startsWith('  '))).toEqual([]);
  });

  it('is ASCII, so that every shell counts characters as bytes', () => {
    expect(text).toMatch(/^[\t\n\x20-\x7e]*$/);
  });
});

it('would not pass with a planted fault', async () => {
  expect(await shellcheck('main() {\n  rm -rf $1/\n}\nmain "$@"\n', 'sh')).toContain('SC2086');
  expect(await shellcheck('main() {\n  [[ $1 == a ]]\n}\nmain "$@"\n', 'sh')).toContain('SC3010');
});

it('passes ShellCheck in the launcher of every script', async () => {
  const launcher = scriptCommand('a.sh', 'main "$@"', []).argv[2] ?? '';
  // ShellCheck cannot know the script, which arrives at run time.
  expect(await shellcheck(`# shellcheck disable=SC2294\n${launcher}\n`, 'sh')).toBe('');
});
