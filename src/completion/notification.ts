import { parseEnvFile } from '../config/env-file.ts';
import { webhookProblem } from '../config/webhook-url.ts';
import { deployedMigrations } from '../documents/deployed.ts';
import { digestOf, type RequestChange, scopeOf } from '../domain/change.ts';
import { FileFault } from '../domain/ports.ts';
import { type Problem, ProblemError } from '../domain/problem.ts';
import type { Secret } from '../domain/secret.ts';
import type { Finding } from '../domain/step.ts';
import type { Context } from '../workspace/context.ts';
import { layout } from '../workspace/layout.ts';
import { payloadFor } from './message.ts';
import { completionItems, nothing, type Part } from './part.ts';
import { maybeReadyLater, notReady } from './readiness.ts';

const key = 'NOTIFY_WEBHOOK_URL';
const name = 'the webhook of the stakeholders';

/** Under which the request is known before its words are. */
export const notificationScope = `request:POST:${name}`;

/**
 * Tells stakeholders that the schema is ready: once for each state of production, and only where production's
 * own evidence says that it is deployed and validated.
 * @param sent whether the change was just applied: what no answer came to is not missing any more then
 */
export async function notificationPart(context: Context, sent: boolean): Promise<Part> {
  const url = await webhook(context);
  if (url === null) {
    const reason = `nobody is told: put ${key} into ${layout.env}, or ERP_DEPLOY_NOTIFY_URL into the environment, or tell them yourself`;
    return { ...nothing, open: [{ box: completionItems.notified.id, reason }] };
  }
  const why = await notReady(context);
  const deployed = deployedMigrations(context);
  if (why !== null && deployed.length === 0) return waiting(context, sent, why);
  const last =
    deployed
      .map(({ appliedAt }) => appliedAt)
      .toSorted()
      .at(-1) ?? '';
  const source = context.webhook === null ? envFileSource : environmentSource;
  const change = requestOf(url, source, textOf(context, deployed.length, last));
  const digest = digestOf(change);
  const told = context.memory.applied('5.3').findLast((one) => one.digest === digest);
  if (told !== undefined) {
    const summary = `stakeholders were told ${told.at}`;
    return {
      ...nothing,
      evidence: [{ box: completionItems.notified.id, target: 'production', summary, facts: { digest } }],
    };
  }
  if (why !== null) return waiting(context, sent, why);
  if (sent && context.memory.inDoubt(scopeOf(change), digest)) {
    const reason = 'the message may have been sent: no answer came, and it is not sent twice unasked';
    return { ...nothing, open: [{ box: completionItems.notified.id, reason }] };
  }
  return {
    ...nothing,
    findings: [notTold],
    changes: [{ status: 'exact', change }],
  };
}

/** What this very run is still to validate is not given up yet: where it is left out, the look behind it says so. */
async function waiting(context: Context, sent: boolean, why: string): Promise<Part> {
  if (!sent && (await maybeReadyLater(context))) return { ...nothing, findings: [notTold] };
  const reason = `${why}: stakeholders are told once production's own validation (3.4) has succeeded`;
  return { ...nothing, open: [{ box: completionItems.notified.id, reason }] };
}

const notTold: Finding = {
  what: 'stakeholders',
  wanted: 'told that the schema is ready',
  found: 'not told yet',
};

/** Whether somebody is named who is to be told. */
export async function webhook(context: Context): Promise<Secret | null> {
  return context.webhook ?? (await inEnvFile(context));
}

/**
 * Returns what is wrong with the address of the webhook before anything runs; null if it can be used.
 * @param given the address in the environment, which comes before the one in `.env`
 */
export async function webhookFault({ files, webhook: given }: Sources): Promise<Problem | null> {
  if (given !== null) return webhookProblem(given, environmentSource);
  const address = await inEnvFile({ files }).catch((error: unknown) => {
    // The steps that need `.env` report why it cannot be read.
    if (error instanceof FileFault) return null;
    throw error;
  });
  return address === null ? null : webhookProblem(address, envFileSource);
}

type Sources = Pick<Context, 'files' | 'webhook'>;

const environmentSource = 'ERP_DEPLOY_NOTIFY_URL in the environment';
const envFileSource = `${key} in ${layout.env}`;

async function inEnvFile({ files }: Pick<Context, 'files'>): Promise<Secret | null> {
  if ((await files.look(layout.env)).type !== 'file') return null;
  const { entries } = parseEnvFile(await files.read(layout.env), [key]);
  const value = entries.find((entry) => entry.key === key)?.value;
  return value === undefined || value.reveal() === '' ? null : value;
}

function textOf({ config }: Context, migrations: number, last: string): string {
  return [
    `${config.project}: the database schema is ready for service development.`,
    `Schemas erp and agent are deployed (${migrations} migrations, the last ${last}).`,
    `API: https://${config.publicHost}. How to connect: ${layout.integrationGuide}`,
  ].join('\n');
}

/** @throws ProblemError if the address cannot be used; no part of it is shown */
function requestOf(secret: Secret, source: string, text: string): RequestChange {
  const problem = webhookProblem(secret, source);
  if (problem !== null) throw new ProblemError(problem);
  return {
    kind: 'request',
    method: 'POST',
    url: { name, secret },
    body: payloadFor(new URL(secret.reveal()).hostname, text),
    before: null,
    observable: false,
  };
}
