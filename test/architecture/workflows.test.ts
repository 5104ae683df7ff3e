import { readdirSync, readFileSync } from 'node:fs';
import { buildSync } from 'esbuild';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const folder = '.github/workflows';
const names = readdirSync(folder);
const textOf = (name: string) => readFileSync(`${folder}/${name}`, 'utf8');

/** The part of a workflow that these tests read; GitHub's schema defines the rest. */
const workflowSchema = z.object({
  jobs: z.record(z.string(), z.object({ steps: z.array(z.object({ run: z.string().optional() })) })),
});

const { NoOperationTraceWriter, parseWorkflow } = await workflowParser();

const errorsOf = (name: string, content: string) =>
  parseWorkflow({ name, content }, new NoOperationTraceWriter()).context.errors.getErrors();

/** Imports a bundle of the package, which itself imports a JSON file in a way that Node refuses. */
async function workflowParser(): Promise<typeof import('@actions/workflow-parser')> {
  const { outputFiles } = buildSync({
    stdin: { contents: "export * from '@actions/workflow-parser'", resolveDir: '.' },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
  });
  const [bundle] = outputFiles;
  return import(`data:text/javascript;base64,${Buffer.from(bundle?.text ?? '').toString('base64')}`);
}

test.each(names)('%s is valid against the schema of GitHub', (name) => {
  expect(errorsOf(name, textOf(name))).toEqual([]);
});

test('a workflow with an unknown key is refused', () => {
  const [name = ''] = names;
  expect(errorsOf(name, textOf(name).replace('steps:', 'step:'))).not.toEqual([]);
});

test('workflows run only scripts of package.json, and together every test command that needs no file names', () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync('package.json', 'utf8')));
  const ran = names.flatMap((name) =>
    Object.values(workflowSchema.parse(parse(textOf(name))).jobs).flatMap(({ steps }) =>
      steps.flatMap(({ run }) => /^npm (?:run )?(test\S*)/.exec(run ?? '')?.[1] ?? []),
    ),
  );
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(ran));
  expect(new Set(ran)).toEqual(new Set(['test', 'test:all', 'test:soak']));
});
