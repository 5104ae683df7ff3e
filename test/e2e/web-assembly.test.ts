import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { erpDeploy } from '../support/program/erp-deploy.ts';
import { finishedWorkspace } from '../support/workspace/workspace.ts';

/** The Nodes of `test/nodes/package.json`, which `npm ci --prefix test/nodes` installs. */
const other = (name: 'oldest' | 'newest') =>
  fileURLToPath(new URL(`../nodes/node_modules/${name}/bin/node`, import.meta.url));

const nodes = [
  { name: 'the oldest supported Node', node: other('oldest') },
  { name: 'the pinned Node', node: process.execPath },
  { name: 'the newest Node', node: other('newest') },
];

it.each(nodes)('$name compiles no WebAssembly function a second time', async ({ node }) => {
  const workspace = await finishedWorkspace();
  const traced = { node: [node, '--trace-wasm-compilation-times'] };
  const { exit, stdout } = await erpDeploy(workspace, ['plan', '--engine', 'embedded'], traced);
  const compiled = Map.groupBy(stdout.match(/using (?:Liftoff|TurboFan)/g) ?? [], (using) => using);
  expect(exit).toBe(0);
  expect(compiled.get('using Liftoff')?.length).toBeGreaterThan(1000);
  expect(compiled.get('using TurboFan')).toBeUndefined();
});
