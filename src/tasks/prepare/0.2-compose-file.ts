import { parse } from 'yaml';
import * as z from 'zod';
import { allItems, anywhere, provenElsewhere } from '../../checklist/items.ts';
import { composeAsset } from '../../containers/compose-asset.ts';
import { envChanges, envFindings, envProblem } from '../../containers/env.ts';
import { envTracked } from '../../containers/env-problems.ts';
import type { PlannedChange } from '../../domain/change.ts';
import type { Evidence, OpenItem } from '../../domain/evidence.ts';
import { blocked, missing, type Step, satisfied } from '../../domain/step.ts';
import { type Context, workspaceEvidence } from '../../workspace/context.ts';
import { isTracked } from '../../workspace/git-look.ts';
import { layout } from '../../workspace/layout.ts';
import { fileObstacle } from '../../workspace/obstacles.ts';
import { findingOf, type OwnFile, previewOf } from '../../workspace/own-file.ts';

const items = {
  services: anywhere('0.2#1'),
  network: provenElsewhere('0.2#2'),
  limits: provenElsewhere('0.2#3'),
  labels: anywhere('0.2#4'),
  env: anywhere('0.2#5'),
};

/** Writes the compose file, the template of its `.env`, and the `.env` itself with generated secrets. */
export const composeFile: Step<Context> = {
  id: '0.2',
  phase: 'prepare',
  title: 'compose file and .env',
  expected: 'docker-compose.yml of this version, a .env with its three secrets, mode 0600',
  items: allItems(items),
  needs: [
    {
      step: '0.1',
      what: `the folder ${layout.envTemplateFolder}`,
      holds: async ({ files }) => (await files.inspect(layout.envTemplateFolder)).type === 'directory',
    },
  ],
  async check(context) {
    const obstacle = await fileObstacle(context, [layout.compose, layout.env, layout.envTemplate]);
    if (obstacle !== null) return blocked(obstacle);
    if (await isTracked(context, layout.env)) return blocked(envTracked());
    const problem = await envProblem(context.local.files);
    if (problem !== null) return blocked(problem);
    const own = await Promise.all((await ownFiles(context)).map((file) => findingOf(context, file)));
    const findings = [
      ...own.filter((finding) => finding !== null),
      ...(await envFindings(context.local.files)),
    ];
    if (findings.length > 0) return missing(...findings);
    const services = Object.keys(
      composeSchema.parse(parse(await context.files.read(layout.compose))).services,
    );
    const labels = await labelBox(context);
    return satisfied(
      'docker-compose.yml, .env with 3 secrets, mode 0600',
      [
        workspaceEvidence(items.services.id, `services ${services.join(' and ')}`, {
          services: services.length,
        }),
        ...('target' in labels ? [labels] : []),
        workspaceEvidence(items.env.id, 'three secrets, mode 0600, stored only in this file', {
          keys: 3,
          mode: '0600',
        }),
      ],
      [...openBoxes, ...('reason' in labels ? [labels] : [])],
    );
  },
  preview,
  foresee: async (context) => (await envProblem(context.local.files)) ?? preview(context),
};

async function preview(context: Context): Promise<readonly PlannedChange[]> {
  const own = await Promise.all((await ownFiles(context)).map((file) => previewOf(context, file)));
  return [...own.filter((change) => change !== null), ...(await envChanges(context.local.files))];
}

/** The compose file is no evidence of what runs: other steps inspect the network and the limits in Docker. */
const openBoxes: readonly OpenItem[] = [
  {
    item: items.network.id,
    reason: 'needs Docker: verified by 2.1 with the engine docker, or by 3.2',
  },
  {
    item: items.limits.id,
    reason: 'needs Docker: verified on the running containers by 2.5 with the engine docker, or by 3.5',
  },
];

const composeSchema = z.looseObject({
  services: z.record(z.string(), z.looseObject({ labels: z.record(z.string(), z.string()).optional() })),
});

async function ownFiles(context: Context): Promise<readonly OwnFile[]> {
  return [
    { path: layout.compose, text: await context.assets.read(composeAsset) },
    { path: layout.envTemplate, text: await context.assets.read('compose/env.template') },
  ];
}

async function labelBox(context: Context): Promise<Evidence | OpenItem> {
  const { services } = composeSchema.parse(parse(await context.files.read(layout.compose)));
  const labels = services['postgrest-erp']?.labels ?? {};
  const rules = Object.entries(labels).filter(([name]) => name.endsWith('.rule'));
  const forHost = rules.filter(([, rule]) => rule.includes(`Host(\`${context.config.publicHost}\`)`));
  const text = `${forHost.length} routes for ${context.config.publicHost}`;
  if (forHost.length < 2)
    return { item: items.labels.id, reason: `${layout.compose} has ${text}; expected 2` };
  return workspaceEvidence(items.labels.id, text, {
    labels: Object.keys(labels).length,
    routes: forHost.length,
  });
}
