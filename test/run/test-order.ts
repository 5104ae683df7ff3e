import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { seeded, shuffled } from '../support/kill/seeded.ts';
import { settingsFrom } from './settings.ts';

/**
 * Files that take a minute or more, the longest first: a long file that starts last would run while every other core is
 * idle. Files that wait for containers alternate with files that compute.
 */
const long = [
  'e2e/killed-anywhere',
  'e2e-docker/production-faults',
  'e2e-docker/cloudflare',
  'e2e-docker/rollout',
  'e2e-docker/faults',
  'e2e/killed-at-random',
  'e2e-docker/killed',
  'e2e-docker/production-url',
  'e2e-docker/production-hosts',
  'e2e-docker/production',
  'database/comparison/mutations-on-18',
  'e2e-docker/production-lock',
  'e2e-docker/production-rollback',
  'e2e/rollback',
  'e2e-docker/mutations',
  'database/comparison/mutations-on-17',
  'e2e-docker/rollback',
  'e2e/own-migrations',
  'e2e-docker/restore',
  'database/comparison/mutations-on-16',
  'e2e/one-at-a-time',
  'e2e/finalize',
  'e2e/refused-migrations',
  'e2e/interrupted',
  'e2e-docker/prerequisites',
];

/**
 * Orders the files of each group: the long ones first, then in Vitest's order, by earlier failures and durations. In a
 * shuffled run only the seed decides, because Vitest does not shuffle files with a custom sequencer.
 */
export class TestOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { shuffle, seed } = settingsFrom(process.env);
    if (shuffle) {
      const byName = files.toSorted((one, other) => one.moduleId.localeCompare(other.moduleId));
      return shuffled(byName, seeded(seed)).toSorted((one, other) => groupOf(one) - groupOf(other));
    }
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => groupOf(one) - groupOf(other) || rankOf(one) - rankOf(other));
  }
}

const groupOf = ({ project }: TestSpecification) => project.config.sequence.groupOrder;

function rankOf({ moduleId, project }: TestSpecification): number {
  const rank = long.indexOf(relative(`${project.config.root}/test`, moduleId).replace(/\.test\.tsx?$/, ''));
  return rank === -1 ? long.length : rank;
}
