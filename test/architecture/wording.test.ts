import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Wrong terms, by the term that this project uses instead. */
const banned: Readonly<Record<string, RegExp>> = {
  'rollout, roll out': /\broll-outs?\b/i,
  fix: /\bmend(s|ed|ing)?\b/i,
  'the operator, the user, the server': /\b(nobody|somebody|whoever)\b/i,
  approvals: /\byeses\b/i,
  'approve, approval': /\bsay yes\b|\ba yes of\b/i,
  'the actual state, the system': /\bthe world\b/i,
  'is stored in': /\blies (in|there|below)\b/i,
  'is reported, is shown': /\bis told\b/i,
  'a fake, a test double': /\bstand-?ins?\b/i,
  'a testbed': /\btest bed\b/i,
};

// Markdown quotes paths and messages as code; the user's own checklist is not ours.
const files = globSync([
  '{src,test,scripts}/**/*.{ts,tsx,sh,md}',
  'bin/*.js',
  'assets/remote/*',
  '*.md',
  'docs/**/*.md',
]).filter((file) => !file.endsWith('wording.test.ts'));
const textOf = (file: string) => {
  const text = readFileSync(file, 'utf8');
  return file.endsWith('.md') ? text.replaceAll(/`[^`\n]*`/g, '') : text;
};

test.each(Object.entries(banned))('the sources and documents say "%s"', (_term, wrong) => {
  expect(files.length).toBeGreaterThan(500);
  const found = files.flatMap((file) =>
    textOf(file)
      .split('\n')
      .flatMap((line, index) => (wrong.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
  );
  expect(found).toEqual([]);
});
