/**
 * Makes a release in release/VERSION: the tarball, its checksum and a bill of materials. Refuses a checkout with changes, a
 * version without an entry in the CHANGELOG or with a tag already, and a failed `npm run test:all`; then installs the
 * tarball in an empty folder and runs a rollout from it. `-- --without-tests` tries all but the tests, in a folder whose
 * name says so.
 */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import * as z from 'zod';
import { bundle } from './bundle.ts';
import { packagesOf, shippedPackages } from './shipped-packages.ts';

const { values } = parseArgs({ options: { 'without-tests': { type: 'boolean', default: false } } });
const isTested = !values['without-tests'];
const { name, version } = z
  .object({ name: z.string(), version: z.string() })
  .parse(JSON.parse(await readFile('package.json', 'utf8')));

await assertReleasable();
if (isTested) await execa('npm', ['run', 'test:all'], { stdio: 'inherit' });
const folder = join('release', isTested ? version : `${version}-untested`);
const scratch = await mkdtemp(join(tmpdir(), 'erp-deploy-release-'));
try {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const inputs = await bundle('dist');
  const tarball = `${name}-${version}.tgz`;
  await execa('npm', ['pack', '--ignore-scripts', '--pack-destination', folder]);
  await tryInEmptyFolder(join(process.cwd(), folder, tarball));
  await writeFile(join(folder, 'sbom.cdx.json'), await billOfMaterials(inputs));
  await writeFile(join(folder, 'SHA256SUMS'), await checksumsOf([tarball, 'sbom.cdx.json']));
} finally {
  await rm(scratch, { recursive: true });
}
console.log(`${folder}: ${isTested ? 'ready to publish' : 'NOT TESTED, for a trial only'}`);

async function assertReleasable(): Promise<void> {
  const { stdout: changes } = await execa('git', ['status', '--porcelain']);
  if (changes !== '') throw new Error(`the checkout has changes that are not committed:\n${changes}`);
  const { stdout: tags } = await execa('git', ['tag', '--list', `v${version}`]);
  if (tags !== '') throw new Error(`v${version} is released already: change the version in package.json`);
  const heading = new RegExp(`^## ${version.replaceAll('.', '\\.')}\\b.*$`, 'm');
  const [entry] = heading.exec(await readFile('CHANGELOG.md', 'utf8')) ?? [];
  if (entry === undefined) throw new Error(`CHANGELOG.md has no entry for ${version}`);
  if (isTested && /unreleased/.test(entry))
    throw new Error(`CHANGELOG.md calls ${version} unreleased: date its entry`);
}

/** Installs the tarball as its user would, and runs a rollout and a validation from it. */
async function tryInEmptyFolder(tarball: string): Promise<void> {
  await execa('npm', ['install', '--no-save', '--no-audit', '--no-fund', tarball], { cwd: scratch });
  const program = join(scratch, 'node_modules', '.bin', name);
  const workspace = await mkdtemp(join(scratch, 'workspace-'));
  const engine = ['--engine', 'embedded'];
  for (const words of [
    ['run', '--non-interactive', ...engine],
    ['validate', ...engine],
  ])
    await execa(program, words, { cwd: workspace, stdout: 'inherit', stderr: 'inherit' });
}

/** A CycloneDX document of what a user gets: the packages that are installed, and those that are in the bundle. */
async function billOfMaterials(inputs: readonly string[]): Promise<string> {
  const sbom = async (...words: readonly string[]) =>
    JSON.parse((await execa('npm', ['sbom', '--sbom-format', 'cyclonedx', ...words])).stdout);
  const document = shippedPackages(await sbom(), await sbom('--omit', 'dev'), packagesOf(inputs));
  return `${JSON.stringify(document, null, 2)}\n`;
}

async function checksumsOf(files: readonly string[]): Promise<string> {
  const lines: string[] = [];
  for (const file of files) {
    const digest = createHash('sha256')
      .update(await readFile(join(folder, file)))
      .digest('hex');
    lines.push(`${digest}  ${file}\n`);
  }
  return lines.join('');
}
