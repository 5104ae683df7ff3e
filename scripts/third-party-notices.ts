import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { foldersOf } from './shipped-packages.ts';

const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string().optional(),
  author: z.union([z.string(), z.object({ name: z.string() })]).optional(),
});

/**
 * Returns the licence texts of the packages in a bundle, as their licences require.
 * @param inputs the files in the bundle, as paths from the checkout
 * @throws if a package has neither a licence text nor the name of its licence
 */
export function thirdPartyNotices(inputs: readonly string[]): string {
  const notices = foldersOf(inputs).map(noticeOf);
  const line = `\n${'-'.repeat(100)}\n\n`;
  return `The files in this folder contain these packages.\n${line}${[...new Set(notices)].toSorted().join(line)}`;
}

function noticeOf(folder: string): string {
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
  const { name, version, license, author } = manifest;
  const texts = readdirSync(folder)
    .filter(
      (file) =>
        /^(?:licen[cs]e|copying|notice)(?:[.-][\w.-]*)?$/i.test(file) && !/\.(?:js|ts|json)$/.test(file),
    )
    .toSorted()
    .map((file) => readFileSync(join(folder, file), 'utf8').trim());
  if (texts.length === 0 && license === undefined) throw new Error(`${name} does not name its licence`);
  const holder = typeof author === 'string' ? author : author?.name;
  const body = texts.length > 0 ? texts : [`${license}, copyright ${holder ?? `the authors of ${name}`}`];
  return `${name} ${version} (${license ?? 'see below'})\n\n${body.join('\n\n')}\n`;
}
