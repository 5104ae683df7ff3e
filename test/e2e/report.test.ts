import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { treeOf } from '../support/disk/tree.ts';
import { erpDeploy, rollOut } from '../support/program/in-process.ts';
import { problemIn } from '../support/program/problems.ts';
import { openChromium } from '../support/report/chromium.ts';
import {
  emptyWorkspace,
  finishedWorkspace,
  sharedWorkspace,
  stack,
  textOf,
} from '../support/workspace/workspace.ts';

const file = '.erp-deploy/report.html';
const reason = '<img src=x onerror="document.title=1"> & "why"';

let browser: Browser;
let workspace: string;

beforeAll(async () => {
  browser = await openChromium();
  workspace = sharedWorkspace({
    'erp-deploy.config.yaml': `project: Bob's <b>shop</b>\nskip:\n  "2.4": '${reason}'\n`,
  });
  const { exit, stderr } = await rollOut(workspace);
  if (exit !== 0) throw new Error(stderr);
  await erpDeploy(workspace, ['report']);
});

afterAll(() => browser?.close());

interface Opened {
  readonly page: Page;
  /** Script errors of the page, and its requests for other resources. */
  readonly complaints: readonly string[];
}

async function withReport(
  options: BrowserContextOptions,
  look: (opened: Opened) => Promise<void>,
  path = join(workspace, file),
) {
  const context = await browser.newContext(options);
  try {
    const page = await context.newPage();
    const complaints: string[] = [];
    const address = pathToFileURL(path).href;
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => complaints.push(message.text()));
    page.on('request', (request) => {
      if (!request.url().startsWith(address)) complaints.push(request.url());
    });
    await page.goto(address);
    await look({ page, complaints });
  } finally {
    await context.close();
  }
}

const phone = { viewport: { width: 375, height: 700 } };
const desk = { viewport: { width: 1280, height: 800 } };

describe('the report in a browser', () => {
  test.each([
    ['light, on a desk', { ...desk, colorScheme: 'light' }],
    ['dark, on a desk', { ...desk, colorScheme: 'dark' }],
    ['light, on a phone', { ...phone, colorScheme: 'light' }],
    ['dark, on a phone', { ...phone, colorScheme: 'dark' }],
  ] as const)('has no script error, no request, and is as wide as the screen: %s', async (_, options) => {
    await withReport(options, async ({ page, complaints }) => {
      await page.getByRole('button', { name: 'Zoom in' }).click();
      expect(complaints).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      const dark = options.colorScheme === 'dark';
      const back = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      expect(back).toBe(dark ? 'rgb(13, 17, 23)' : 'rgb(255, 255, 255)');
    });
  });

  test.each(['light', 'dark'] as const)(
    'has no fault of accessibility, folded and unfolded: %s',
    async (colorScheme) => {
      // axe is injected into the page, which the Content-Security-Policy of the page would forbid.
      await withReport({ ...desk, colorScheme, bypassCSP: true }, async ({ page }) => {
        await page.addScriptTag({ content: axe.source });
        for (const open of [false, true]) {
          await page.evaluate(
            `document.querySelectorAll('details').forEach((one) => { one.open = ${open}; })`,
          );
          const found = await page.evaluate(
            "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map((one) => one.html).join(' ')))",
          );
          expect(found).toEqual([]);
        }
      });
    },
  );

  test('shows the outcome, 27 steps, and the evidence of each step after a click', async () => {
    await withReport(desk, async ({ page }) => {
      expect(await page.locator('.outcome').textContent()).toMatch(
        /^Not deployed to production\. Tested locally on PostgreSQL 18\.\d+\.$/,
      );
      expect(await page.locator('details').count()).toBe(27);
      const evidence = page.locator('#step-2\\.3').getByText('38 = 14 erp + 24 agent').first();
      expect(await evidence.isVisible()).toBe(false);
      await page.locator('#step-2\\.3 summary').click();
      expect(await evidence.isVisible()).toBe(true);
      expect(await page.locator('main dl').textContent()).toMatch(/foreign keys34.*behaviours73/);
      const main = (await page.locator('main').textContent()) ?? '';
      expect(main).toContain('Local test (embedded)');
      expect(main).toContain('Schema of the embedded database of the local test.');
      // Step 0.5 left this item open, and 2.3 verified it.
      expect(main).not.toMatch(/Items left(?!:).*0\.5#5/s);
      expect(await page.locator('.timeline li').count()).toBe(16);
    });
  });

  test('shows text with markup as text', async () => {
    await withReport(desk, async ({ page, complaints }) => {
      expect(await page.locator('h1').textContent()).toBe("Bob's <b>shop</b>: rollout report");
      expect(await page.getByText(reason).count()).toBeGreaterThan(0);
      expect(await page.locator('img').count()).toBe(0);
      expect(await page.title()).toBe("Bob's <b>shop</b>: rollout report");
      expect(complaints).toEqual([]);
    });
  });

  test('draws 38 tables and 34 foreign keys, and moves and zooms them by buttons, wheel, drag and keyboard', async () => {
    await withReport(desk, async ({ page }) => {
      expect(await page.locator('.view g').count()).toBe(38);
      expect(await page.locator('.view path[marker-end]').count()).toBe(34);
      const box = async () => (await page.locator('.view .er').getAttribute('viewBox')) ?? '';
      const view = page.locator('.view');
      await view.scrollIntoViewIfNeeded();
      const whole = await box();
      const changes = async (act: () => Promise<void>) => {
        const before = await box();
        await act();
        await expect.poll(box).not.toBe(before);
      };
      await changes(() => page.getByRole('button', { name: 'Zoom in' }).click());
      await changes(() => page.getByRole('button', { name: 'Zoom out' }).click());
      await changes(async () => {
        await view.hover();
        await page.mouse.wheel(0, -200);
      });
      await changes(async () => {
        await view.hover();
        await page.mouse.down();
        await page.mouse.move(300, 300, { steps: 3 });
        await page.mouse.up();
      });
      await changes(() => view.press('ArrowLeft'));
      await changes(() => view.press('+'));
      await page.getByRole('button', { name: 'Fit' }).click();
      expect(await box()).toBe(whole);
    });
  });

  test('is completely expanded in print', async () => {
    await withReport(desk, async ({ page }) => {
      const paper = await page.pdf({ format: 'A4' });
      expect(paper.subarray(0, 5).toString()).toBe('%PDF-');
      expect(await page.locator('details:not([open])').count()).toBe(0);
    });
  });
});

test('the report contains no secret, and is written to the given path; nothing else is changed', async () => {
  const copy = await finishedWorkspace();
  const before = treeOf(copy);
  expect(await erpDeploy(copy, ['report', '--output', 'mine.html'])).toMatchObject({ exit: 0, stderr: '' });
  expect(treeOf(copy).filter((line) => !line.startsWith('mine.html '))).toEqual(before);
  const page = textOf(copy, 'mine.html');
  const secrets = textOf(copy, `${stack}/.env`).match(/(?<==)[\w-]{43}$/gm) ?? [];
  expect(secrets).toHaveLength(3);
  for (const secret of secrets) expect(page).not.toContain(secret);
});

test('--output - writes only the report to stdout', async () => {
  const { exit, stdout, stderr } = await erpDeploy(workspace, ['report', '--output', '-']);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  expect(stdout).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
  const both = await erpDeploy(workspace, ['report', '--output', '-', '--json']);
  expect({ exit: both.exit, code: problemIn(both.stderr).code }).toEqual({ exit: 2, code: 'ERP-0107' });
});

test('a failed rollout is reported as failed, with the problem', async () => {
  const failed = await finishedWorkspace({ [`${stack}/migrations/100_own.sql`]: 'select 1 / 0;\n' });
  expect((await rollOut(failed)).exit).toBe(4);
  expect(await erpDeploy(failed, ['report'])).toMatchObject({ exit: 0, stderr: '' });
  await withReport(
    desk,
    async ({ page }) => {
      expect(await page.locator('.outcome').textContent()).toMatch(
        /^Failed in step \d\.\d [\w ]+\. Not deployed to production\./,
      );
      expect(await page.locator('.timeline .problem').textContent()).toContain('ERP-0510');
      expect(await page.locator('ol').first().textContent()).toContain('To resume');
      expect(await page.locator('header').textContent()).toContain('ERP-0510');
    },
    join(failed, file),
  );
});

test('a resumed rollout is reported as a whole; a rolled back one as rolled back', async () => {
  const workspace = await finishedWorkspace();
  const reported = async () => {
    expect(await erpDeploy(workspace, ['report'])).toMatchObject({ exit: 0, stderr: '' });
    return textOf(workspace, file);
  };
  expect((await erpDeploy(workspace, ['docs', '--non-interactive'])).exit).toBe(0);
  const whole = await reported();
  expect(whole).toMatch(
    /<p class="outcome done">Not deployed to production\. Tested locally on PostgreSQL 18\.\d+\.<\/p>/,
  );
  expect(whole).toContain(' in 2 runs.');
  expect(whole.match(/<details /g)).toHaveLength(27);
  expect(whole.match(/<li><a href="#step-/g)).toHaveLength(17);
  expect((await erpDeploy(workspace, ['rollback', '--non-interactive'])).exit).toBe(0);
  const undone = await reported();
  expect(undone).toMatch(/<p class="outcome stopped">Undone by a rollback at 20\d\d-/);
  const evidence = (page: string) =>
    page.match(/<li>.*?<span class="soft">\((?:workspace|embedded)\)<\/span>/g);
  expect(evidence(undone)).toEqual(evidence(whole));
  expect(evidence(undone)?.length).toBeGreaterThan(50);
});

test('refuses to write a report without a rollout', async () => {
  const empty = emptyWorkspace();
  const { exit, stderr } = await erpDeploy(empty, ['report']);
  expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 3, code: 'ERP-0804' });
  expect(treeOf(empty)).toEqual([]);
});
