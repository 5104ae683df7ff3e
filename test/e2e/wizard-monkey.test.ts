import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { byExtent, seedOfRun } from '../run/sample.ts';
import { journalFile, journalOf } from '../support/kill/journal.ts';
import { seeded } from '../support/kill/seeded.ts';
import { rollOut } from '../support/program/erp-deploy.ts';
import { keys, type Terminal } from '../support/wizard/terminal.ts';
import { configured, openWizard } from '../support/wizard/wizard.ts';

const seed = seedOfRun();
const resizes = byExtent({ usual: 60, all: 200 });
const keysBetween = 10;

function randomFrom(start: number): (below: number) => number {
  const random = seeded(start);
  return (below) => Math.floor(random() * below);
}

/** All keys except those that stop the program: `q`, Ctrl-C, Ctrl-Z. */
const keyboard = [
  ...Object.entries(keys).flatMap(([name, key]) => (name.startsWith('ctrl') ? [] : [key])),
  ...'yYasnrephjk?lx7 ßé漢',
  ...[keys.up, keys.down, keys.enter, keys.escape, 'y', 'y', 'a', 'p'],
  '\x1b[200~pasted\ttext\nof two lines\x1b[201~',
  '\x1b[1;5C',
  '\x1bOP',
];

/** Returns common sizes, and a few extreme ones. */
function sizeFrom(random: (below: number) => number): readonly [columns: number, rows: number] {
  if (random(6) === 0) return [1 + random(60), 1 + random(16)];
  return [60 + random(100), 16 + random(40)];
}

/** Returns a pattern that matches only a complete frame of this size. */
function frameOf(columns: number, rows: number): RegExp {
  if (columns < 60 || rows < 16) {
    const lines = ['erp-deploy', 'needs 60×16', `here: ${columns}×${rows}`, 'Ctrl-C stops'];
    return columns < 14 ? /^[e…]/ : new RegExp(`^${lines.slice(0, rows).join('\\n')}$`);
  }
  const rule = ` ─{${columns - 2}}`;
  return new RegExp(`^ erp-deploy .*\\n${rule}\\n(?:.*\\n){${rows - 4}}${rule}\\n .+$`);
}

/** Texts that change only with the clock. */
function still(text: string): string {
  return text.replace(/\d\d:\d\d/g, '00:00').replace(/● [\d.]+s */g, '● ');
}

interface Zoo {
  workspace: string;
  wizard: Terminal;
  columns: number;
  rows: number;
}

test('random keys leave no stray character, and a rollout that can be resumed', {
  timeout: 300_000,
}, async () => {
  const random = randomFrom(seed);
  const open = (workspace: string, columns: number, rows: number): Zoo => ({
    workspace,
    wizard: openWizard(workspace, { columns, rows, env: { PAGER: 'true' } }),
    columns,
    rows,
  });
  let zoo = open(configured(), 80, 24);
  let ended = 0;
  let fresh = 0;
  const check = () => framed(zoo);
  for (let resize = 1; resize <= resizes; resize++) {
    for (let key = 0; key < keysBetween; key++) {
      zoo.wizard.press(keyboard[random(keyboard.length)] ?? '');
    }
    const [columns, rows] = sizeFrom(random);
    zoo.wizard.resize(columns, rows);
    zoo = { ...zoo, columns, rows };
    await check();
    if (zoo.wizard.hasEnded) {
      ended += 1;
      expect([0, 2, 3, 4, 5], zoo.wizard.history()).toContain(await zoo.wizard.exit());
      expect(zoo.wizard.history()).not.toMatch(/ERP-0901|\n {4}at /);
      zoo = open(isFinished(zoo.workspace) ? configured() : zoo.workspace, columns, rows);
      await check();
    }
    if (resize % 4 === 0 && (await expectFresh(zoo))) fresh += 1;
  }
  console.log(`seed ${seed}: ended ${ended} times, held against a fresh frame ${fresh} times`);
  zoo.wizard.press(keys.ctrlC);
  await zoo.wizard.exit();
  const { exit, stderr } = await rollOut(zoo.workspace);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  expect(journalOf(zoo.workspace).at(-1)).toMatchObject({ type: 'finished', exit: 0 });
});

test('a wizard that waits for an answer draws the same frame after the terminal grew as on an empty screen', async () => {
  const [columns, rows] = [80, 24];
  const wizard = openWizard(configured(), { columns, rows, env: { PAGER: 'true' } });
  await wizard.until(atRest);
  expect(await expectFresh({ workspace: '', wizard, columns, rows })).toBe(true);
  wizard.press(keys.ctrlC);
  await wizard.exit();
});

function isFinished(workspace: string): boolean {
  return (
    existsSync(join(workspace, journalFile)) && journalOf(workspace).some(({ type }) => type === 'finished')
  );
}

/** Waits for a whole frame of this size, or for the end of the program. */
async function framed({ wizard, columns, rows }: Zoo): Promise<void> {
  await wizard.until(frameOf(columns, rows)).catch((error: unknown) => {
    if (!wizard.hasEnded) throw error;
  });
}

/** Nothing happens until the user presses a key. */
const atRest = /⏎ step by step|y apply|n decline|r retry|r ask again|⏎ resume/;

/**
 * Expects the frame after the terminal grew to equal the frame drawn on an empty screen. After growing, the program
 * rewrites only what changed, and earlier keys have arrived; a terminal that shrinks is cleared.
 */
async function expectFresh(zoo: Zoo): Promise<boolean> {
  const { wizard, columns, rows } = zoo;
  if (columns < 60 || rows < 17) return false;
  const resized = async (width: number, height: number) => {
    wizard.resize(width, height);
    await framed({ ...zoo, columns: width, rows: height });
    return still(wizard.text());
  };
  for (const wider of [1, 2, 3]) await resized(columns + wider, rows);
  const grown = still(wizard.text());
  if (wizard.hasEnded || !atRest.test(grown)) return false;
  await resized(columns + 3, rows - 1);
  expect(await resized(columns + 3, rows)).toBe(grown);
  return true;
}
