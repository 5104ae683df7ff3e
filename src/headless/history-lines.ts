import type { RolloutEvent } from '../domain/events.ts';

/** Returns a rollout of the journal: when and how it ended, who started it, and what it changed. */
export function historyLines({
  rollout,
  started,
  until,
  by,
  commit,
  program,
  targets,
  changed,
  result,
  failure,
}: Extract<RolloutEvent, { type: 'rollout.recorded' }>): readonly string[] {
  const total = changed.reduce((sum, { changes }) => sum + changes, 0);
  const steps = changed.map(({ step, changes }) => `${step} (${changes})`).join(', ');
  const from = commit === null ? '' : `, commit ${commit.slice(0, 12)}`;
  return [
    `${rollout}  ${result}`,
    `    ${minute(started)} to ${minute(until)}, by ${by.join(', ')}${from}, erp-deploy ${program}`,
    `    to ${targets.join(', ')}: ${total === 0 ? 'nothing changed' : `${total} changes, by step: ${steps}`}`,
    ...(failure === null ? [] : [`    failed at ${failure.step}: ${failure.code} ${failure.what}`]),
  ];
}

/** Returns a change that a database records: when, what, and who made it. */
export function recordedChangeLines({
  changed,
  change,
  operator,
  commit,
  program,
  command,
  rollout,
}: Extract<RolloutEvent, { type: 'change.recorded' }>): readonly string[] {
  const from = commit === null ? '' : `, commit ${commit.slice(0, 12)}`;
  const made = rollout === null ? `with ${command}` : `in ${rollout} (${command})`;
  return [`${minute(changed)}  ${change}`, `    by ${operator}${from}, ${made}, erp-deploy ${program}`];
}

/** Returns the time to the minute, in UTC. */
function minute(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
}
