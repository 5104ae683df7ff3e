import { expect, it } from 'vitest';
import { tempFolder } from '../disk/temp-folder.ts';
import { keys, Terminal } from './terminal.ts';

const node = (script: string) => [process.execPath, '-e', script] as const;
const open = (script: string, size: { columns?: number; rows?: number } = {}) =>
  Terminal.start([...node(script)], { cwd: tempFolder(), ...size });

it('reads the screen and the exit code', async () => {
  const terminal = open('console.log("one\\ntwo"); process.exitCode = 7');
  expect(await terminal.exit()).toBe(7);
  expect(terminal.text()).toBe('one\ntwo');
});

it('distinguishes visible rows from those that scrolled away', async () => {
  const terminal = open('for (let n = 1; n <= 50; n++) console.log("row " + n)', { rows: 10 });
  await terminal.exit();
  expect(terminal.text()).not.toContain('row 1\n');
  expect(terminal.history()).toContain('row 1\nrow 2');
});

it('sends keys, and waits for their effects', async () => {
  const terminal = open('process.stdin.once("data", (d) => { console.log("got " + d); process.exit() })');
  terminal.press(`y${keys.enter}`);
  await terminal.until(/got y/);
  expect(await terminal.exit()).toBe(0);
});

it('reports a new size to the program', async () => {
  const terminal = open(
    'console.log("ready"); process.stdout.on("resize", () => { console.log(process.stdout.columns + "x" + process.stdout.rows); process.exit() }); setInterval(() => {}, 1000)',
  );
  await terminal.until('ready');
  terminal.resize(120, 40);
  await terminal.until('120x40');
});

it('reads colours, also after wide characters', async () => {
  const terminal = open(
    'console.log("漢字 \\x1b[1;32mgreen\\x1b[0m \\x1b[38;2;1;2;255mblue\\x1b[0m \\x1b[7mkey\\x1b[0m")',
  );
  await terminal.exit();
  expect(terminal.styleOf('漢字')).toMatchObject({ foreground: 'default', bold: false });
  expect(terminal.styleOf('green')).toMatchObject({ foreground: 'palette 2', bold: true });
  expect(terminal.styleOf('blue')).toMatchObject({ foreground: '#0102ff' });
  expect(terminal.styleOf('key')).toMatchObject({ inverse: true });
  expect(() => terminal.styleOf('absent')).toThrow('not on the screen: absent');
});

it('detects the state in which a program left the terminal', async () => {
  const tidy = open('');
  await tidy.exit();
  expect(tidy.left()).toEqual({ cursorShown: true, lineMode: true, alternateScreen: false });
  const untidy = Terminal.start(['/bin/sh', '-c', "printf '\\033[?25l\\033[?1049h'; stty raw -echo"], {
    cwd: tempFolder(),
  });
  await untidy.exit();
  expect(untidy.left()).toEqual({ cursorShown: false, lineMode: false, alternateScreen: true });
});

it('shows the screen if the program ends before the expected text appears', async () => {
  const terminal = open('console.log("something else")');
  await expect(terminal.until('what was expected')).rejects.toThrow(/ended.*\n.*\nsomething else\n/);
});
