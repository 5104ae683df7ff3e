import { allItems, inProduction } from '../../checklist/items.ts';
import { isReady } from '../../containers/compose-ready.ts';
import { requireTools } from '../../containers/database-container.ts';
import { envChanges, envFindings, envProblem } from '../../containers/env.ts';
import { exact, newFolder } from '../../domain/build-change.ts';
import type { Consent, PlannedChange } from '../../domain/change.ts';
import type { Facts } from '../../domain/evidence.ts';
import type { Problem } from '../../domain/problem.ts';
import { blocked, type Finding, missing, type Need, type Step, satisfied } from '../../domain/step.ts';
import { deployedFiles, deployedFolders, hostFiles } from '../../host/deployed-files.ts';
import { imagesOf, inspectAhead } from '../../host/inspect-ahead.ts';
import { inspectServer, obstacleOn } from '../../host/inspect-server.ts';
import { locallyTested } from '../../host/locally-tested.ts';
import { freeRoom, steadyRoom } from '../../host/room.ts';
import { notConfigured, productionOf, productionStack } from '../../targets/production.ts';
import type { Context } from '../../workspace/context.ts';
import { bundled, layout } from '../../workspace/layout.ts';
import { findingOf, previewOf } from '../../workspace/own-file.ts';

const items = {
  files: inProduction('3.1#1'),
  reached: inProduction('3.1#2'),
  folder: inProduction('3.1#3'),
  env: inProduction('3.1#4'),
};

/**
 * Checks that the production host is reachable, has Docker with Compose and enough room, and that the deployment's files
 * and its own `.env` are in place. For a database URL, checks that the server is suitable.
 */
export const preDeployment: Step<Context> = {
  id: '3.1',
  phase: 'production',
  title: 'pre-deployment',
  expected:
    'the production host reachable with enough room, the deployed files, and its own valid .env; or a suitable server',
  items: allItems(items),
  needs: [
    locallyTested,
    {
      step: '0.2',
      what: layout.compose,
      holds: async (context) => productionOf(context).stack === null || isReady(context),
    },
    ...(
      [
        ['0.5', bundled.validation],
        ['1.1', bundled.erp],
        ['1.2', bundled.agent],
      ] as const
    ).map(
      ([step, name]): Need<Context> => ({
        step,
        what: `${layout.migrations}/${name}`,
        holds: async ({ files }) => (await files.inspect(`${layout.migrations}/${name}`)).type === 'file',
      }),
    ),
  ],
  skipReason: ({ production }) => (production === null ? notConfigured : undefined),
  async check(context) {
    const { server } = productionOf(context);
    if (server !== null) return inspectServer(context, server, allItems(items));
    const { host } = productionStack(context);
    const [files, images] = await Promise.all([deployedFiles(context, false), imagesOf(context)]);
    const paths = files.map(({ path }) => path);
    const ahead = inspectAhead(context, paths, images);
    const [tools, problem, room] = await Promise.all([
      requireTools(productionStack(context), context.signal),
      envProblem(productionOf(context).files),
      freeRoom(context, false),
      ahead,
    ]);
    if (problem !== null) return blocked(problem);
    if (isProblem(room)) return blocked(room);
    const findings = await findingsOf(context);
    if (findings.length > 0) return missing(...findings);
    const target = 'production';
    const earlier = context.memory
      .lastVerified('3.1')
      ?.evidence.find(({ item }) => item === items.reached.id)?.facts;
    const facts = { host: host.name, engine: tools.engine, compose: tools.compose, files: files.length };
    return satisfied(`${files.length} files in ${host.files.root} on ${host.name}`, [
      { item: items.files.id, target, summary: `${files.length} files, checked by their SHA-256`, facts },
      {
        item: items.reached.id,
        target,
        summary: `${host.name} answers, Docker ${tools.engine}`,
        facts: steadyRoom(earlier, room),
      },
      { item: items.folder.id, target, summary: host.files.root },
      { item: items.env.id, target, summary: '.env with three secrets, mode 0600' },
    ]);
  },
  preview: (context) => changes(context, false),
  async foresee(context) {
    const { server } = productionOf(context);
    return server === null ? changes(context, true) : obstacleOn(context, server);
  },
};

function isProblem(room: Facts | Problem): room is Problem {
  return 'todo' in room;
}

async function findingsOf(context: Context): Promise<readonly Finding[]> {
  const location = hostFiles(context);
  const files = await deployedFiles(context, false);
  const [own, folders, env] = await Promise.all([
    Promise.all(files.map((file) => findingOf(location, file))),
    missingFolders(context),
    envFindings(productionOf(context).files),
  ]);
  return [
    ...folders.map((path) => ({ what: path, expected: 'a folder', actual: 'missing' })),
    ...own.filter((finding) => finding !== null),
    ...env,
  ];
}

async function missingFolders(context: Context): Promise<readonly string[]> {
  const { files } = productionStack(context).host;
  const nodes = await Promise.all(deployedFolders.map((path) => files.inspect(path)));
  return deployedFolders.filter((_, index) => nodes[index]?.type === 'absent');
}

async function changes(context: Context, toCome: boolean): Promise<readonly PlannedChange[] | Problem> {
  const [problem, room] = await Promise.all([
    envProblem(productionOf(context).files),
    freeRoom(context, toCome),
  ]);
  if (problem !== null) return problem;
  if (isProblem(room)) return room;
  const location = hostFiles(context);
  const folders = (await missingFolders(context)).map((path) => exact(newFolder(path, 'production')));
  const own = await Promise.all(
    (await deployedFiles(context, toCome)).map((file) => previewOf(location, file)),
  );
  const env = (await envChanges(productionOf(context).files)).map((planned) => withApproval(planned));
  return [...folders, ...own.filter((change) => change !== null), ...env];
}

/** The operator approves every change of the secrets on the production host, even if the plan was approved. */
function withApproval(planned: PlannedChange): PlannedChange {
  return planned.status === 'exact' ? { ...planned, consent: createEnv } : planned;
}

const createEnv: Consent = {
  flag: '--create-env',
  why: 'An .env with secrets, or the keys that are missing in it, would be generated on the production host; the secrets stay there.',
};
