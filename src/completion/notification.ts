import { parseEnvFile } from '../config/env-file.ts';
import { webhookProblem } from '../config/webhook-url.ts';
import { deployedMigrations } from '../documents/deployed.ts';
import { exact } from '../domain/build-change.ts';
import { type RequestChange, scopeOf } from '../domain/change.ts';
import { digestOf } from '../domain/change-digest.ts';
import { FileFault } from '../domain/ports/files.ts';
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

/** The request before its text is known. */
export const notificationSubject = { kind: 'request', method: 'POST', url: name } as const;

/**
 * Notifies stakeholders that the schema is ready: once for each state of production, and only if production's own
 * evidence shows that it is deployed and validated.
 * @param sent whether the request was just sent: then a request without a response does not count as missing
 */
export async function notificationPart(context: Context, sent: boolean): Promise<Part> {
  const url = await webhook(context);
  if (url === null) {
    const reason = `no webhook is configured: set ${key} in ${layout.env} or ERP_DEPLOY_NOTIFY_URL in the environment, or notify the stakeholders yourself`;
    return { ...nothing, open: [{ item: completionItems.notified.id, reason }] };
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
  const notified = context.memory.applied('5.3').findLast((one) => one.digest === digest);
  if (notified !== undefined) {
    const summary = `stakeholders were notified ${notified.at}`;
    return {
      ...nothing,
      evidence: [{ item: completionItems.notified.id, target: 'production', summary, facts: { digest } }],
    };
  }
  if (why !== null) return waiting(context, sent, why);
  if (sent && context.memory.inDoubt(scopeOf(change), digest)) {
    const reason =
      'the message may have been sent: the webhook did not respond, and erp-deploy does not send it twice without being asked';
    return { ...nothing, open: [{ item: completionItems.notified.id, reason }] };
  }
  return {
    ...nothing,
    findings: [notNotified],
    changes: [exact(change)],
  };
}

/** Returns a finding if this run may still validate production; otherwise leaves the item open. */
async function waiting(context: Context, sent: boolean, why: string): Promise<Part> {
  if (!sent && (await maybeReadyLater(context))) return { ...nothing, findings: [notNotified] };
  const reason = `${why}: stakeholders are notified after the validation of production (3.4) has succeeded`;
  return { ...nothing, open: [{ item: completionItems.notified.id, reason }] };
}

const notNotified: Finding = {
  what: 'stakeholders',
  expected: 'notified that the schema is ready',
  actual: 'not notified yet',
};

/** Returns the address of the stakeholders' webhook; null if none is configured. */
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
  if ((await files.inspect(layout.env)).type !== 'file') return null;
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
