import { describe, expect, it } from 'vitest';
import { scriptCommand, sentText } from '../../src/domain/shell-script.ts';
import { remoteScripts } from '../support/program/remote-scripts.ts';
import { shellcheck } from '../support/program/shellcheck.ts';

const shellOf = (name: string) => (name.endsWith('.bash') ? 'bash' : 'sh');

describe.each(remoteScripts)('assets/remote/$name', ({ name, text }) => {
  it('passes ShellCheck', async () => {
    expect(await shellcheck(text, shellOf(name))).toBe('');
  });

  it('begins with what it does, in comments', () => {
    expect(text).toMatch(/^#!\/bin\/(?:sh|bash)\n# [A-Z]/);
  });

  it('is one function, called on its last line', () => {
    const lines = sentText(text).split('\n');
    expect([lines[0], ...lines.slice(-2)]).toEqual(['main() {', '}', 'main "$@"']);
    expect(lines.slice(1, -2).filter((line) => !line.startsWith('  '))).toEqual([]);
  });

  it('is ASCII, so that every shell counts its bytes', () => {
    expect(text).toMatch(/^[\t\n\x20-\x7e]*$/);
  });
});

it('finds a fault that is planted in a script', async () => {
  expect(await shellcheck('main() {\n  rm -rf $1/\n}\nmain "$@"\n', 'sh')).toContain('SC2086');
  expect(await shellcheck('main() {\n  [[ $1 == a ]]\n}\nmain "$@"\n', 'sh')).toContain('SC3010');
});

it('passes ShellCheck in what starts every script', async () => {
  const launcher = scriptCommand('a.sh', 'main "$@"', []).argv[2] ?? '';
  // The script is not known before it arrives.
  expect(await shellcheck(`# shellcheck disable=SC2294\n${launcher}\n`, 'sh')).toBe('');
});
