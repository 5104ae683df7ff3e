import { parse } from 'yaml';
import * as z from 'zod';
import { allItems, anywhere, provenElsewhere } from '../../checklist/items.ts';
import { type DesiredCompose, desiredCompose } from '../../containers/compose/desired-compose.ts';
import { envChanges, envFindings, envProblem } from '../../containers/env.ts';
import { envTracked } from '../../containers/env-problems.ts';
import type { PlannedChange } from '../../domain/change.ts';
import type { Evidence, OpenItem } from '../../domain/evidence.ts';
import { exitCodes, type Problem } from '../../domain/problem.ts';
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
    const desired = await desiredCompose(context);
    if (desired.exposed.length > 0) return blocked(exposedPorts(desired.exposed));
    const own = await Promise.all([
      findingOf(context, { path: layout.compose, text: desired.text }),
      findingOf(context, await template(context)),
    ]);
    const findings = [
      ...own.filter((finding) => finding !== null),
      ...(await envFindings(context.local.files)),
    ];
    if (findings.length > 0) return missing(...findings);
    const services = Object.keys(
      composeSchema.parse(parse(await context.files.read(layout.compose))).services,
    );
    const labels = await labelItem(context);
    return satisfied(
      `docker-compose.yml${ownText(desired)}, .env with 3 secrets, mode 0600${offerOf(context)}`,
      [
        workspaceEvidence(items.services.id, `services ${services.join(' and ')}${ownText(desired)}`, {
          services: services.length,
        }),
        ...('target' in labels ? [labels] : []),
        workspaceEvidence(items.env.id, 'three secrets, mode 0600, stored only in this file', {
          keys: 3,
          mode: '0600',
        }),
      ],
      [...openItems, ...('reason' in labels ? [labels] : [])],
    );
  },
  preview,
  foresee: async (context) => (await envProblem(context.local.files)) ?? preview(context),
};

async function preview(context: Context): Promise<readonly PlannedChange[]> {
  const own = await Promise.all([composeChange(context), previewOf(context, await template(context))]);
  return [...own.filter((change) => change !== null), ...(await envChanges(context.local.files))];
}

/** Returns the change that brings the compose file up to date; what the user changed in it is kept. */
async function composeChange(context: Context): Promise<PlannedChange | null> {
  const desired = await desiredCompose(context);
  const wrote = (path: string, sha256: string) => desired.isOurs || context.memory.wrote(path, sha256);
  const location = { files: context.files, memory: { wrote } };
  const change = await previewOf(location, { path: layout.compose, text: desired.text });
  if (change?.consent?.flag !== '--overwrite' || !desired.isReadable) return change;
  const left =
    desired.leftOut.length === 0
      ? ''
      : ` Lines of this version are left out: ${desired.leftOut.join(' / ')}.`;
  const why = `You changed ${layout.compose}: your changes are kept, and merged with the ones shown (a backup is kept).${left}`;
  return { ...change, consent: { ...change.consent, why } };
}

/** Returns how many lines of the compose file the user changed; empty if none. */
function ownText({ changesOfUser }: DesiredCompose): string {
  const lines = changesOfUser.filter((line) => line.startsWith('+')).length;
  const removed = changesOfUser.filter((line) => line.startsWith('-')).length;
  if (lines + removed === 0) return '';
  return ` (with your changes: ${lines} ${lines === 1 ? 'line' : 'lines'} added, ${removed} removed)`;
}

/** A deployment from before the containers were hardened keeps its file: erp-deploy says how to harden it, and the cost. */
function offerOf({ config: { containers, givenContainers } }: Context): string {
  if (containers.hardened || givenContainers.hardened === false) return '';
  return '; its containers are not hardened: "containers: {hardened: true}" in the configuration hardens them (both are recreated, the database is away for about 10 s)';
}

function exposedPorts(exposed: readonly string[]): Problem {
  return {
    code: 'ERP-0613',
    what: `${layout.compose} publishes ports beyond 127.0.0.1: ${exposed.join(', ')}.`,
    why: 'Docker opens such a port in the firewall, and the database or the API would be reachable without Traefik.',
    todo: [
      { text: 'Write them as 127.0.0.1:PORT:PORT, then run again.' },
      { text: 'For another port, set containers.database.port or containers.api.port in the configuration.' },
    ],
    exit: exitCodes.prerequisite,
  };
}

/** The compose file is no evidence of what runs: other steps inspect the network and the limits in Docker. */
const openItems: readonly OpenItem[] = [
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

async function template({ assets }: Context): Promise<OwnFile> {
  return { path: layout.envTemplate, text: await assets.read('compose/env.template') };
}

async function labelItem(context: Context): Promise<Evidence | OpenItem> {
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
