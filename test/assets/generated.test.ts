import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generatedAssets } from '../../scripts/generated-assets.ts';

test('the generated assets match the sources (if not, run: npm run generate)', async () => {
  for (const [path, text] of await generatedAssets()) {
    const shipped = readFileSync(new URL(`../../assets/${path}`, import.meta.url), 'utf8');
    expect(shipped === text, `assets/${path} is as old as its sources`).toBe(true);
  }
});
