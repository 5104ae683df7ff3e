import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { animated, animatedRollout } from '../../scripts/animated-svg.ts';

const picture = (text: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">\n<title>t</title>\n<text>${text}</text>\n</svg>\n`;

it('shows successive pictures for the same time each, and only the last one with reduced motion', () => {
  const svg = animated([picture('one'), picture('two')]);
  expect(svg.match(/<svg /g)).toHaveLength(1);
  expect(svg).toMatch(/animation: show 5s step-end infinite/);
  expect(svg).toMatch(/50\.000% \{ opacity: 0; \}/);
  expect(svg).toMatch(/\.frame-1 \{ animation-delay: 2\.5s; \}/);
  expect(svg).toMatch(/reduce\) \{ \.frame \{ animation: none; \} \.frame-1 \{ opacity: 1; \} \}/);
  expect(svg.indexOf('<text>one')).toBeLessThan(svg.indexOf('<text>two'));
});

it('in the documents matches the pictures beside it (if not, run: npm run pictures)', async () => {
  const shipped = readFileSync('docs/pictures/rollout.svg', 'utf8');
  expect(shipped === (await animatedRollout('docs/pictures')), 'docs/pictures/rollout.svg is older').toBe(
    true,
  );
});
