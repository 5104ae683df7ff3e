import { words } from './markdown.ts';

/** What the record of a deployment tells. */
export interface Deployment {
  readonly host: string;
  /** Null where production is a server that others run. */
  readonly folder: string | null;
  readonly migrations: readonly { readonly name: string; readonly checksum: string }[];
  /** Why it was deployed without a local test of these files; null if the test passed. */
  readonly untested: string | null;
  /** One line for each thing that was seen. */
  readonly results: readonly string[];
}

/**
 * Returns the record as Markdown.
 * @param completed when the deployment was verified as a whole, the public route included; ISO 8601 in UTC
 */
export function deploymentText(
  { host, folder, migrations, untested, results }: Deployment,
  completed: string,
  mark: string,
): string {
  return `# Deployment of the database

<!-- erp-deploy deployment ${mark} -->

On \`${host}\`${folder === null ? '' : `, in \`${folder}\``}. Completed and verified ${completed}, by erp-deploy, with these files:

| migration | SHA-256 |
| --- | --- |
${migrations.map(({ name, checksum }) => `| ${name} | \`${checksum}\` |`).join('\n')}
${untested === null ? '' : `\n${untestedLine(untested)}\n`}
## What was seen

${results.map((line) => `- ${line}`).join('\n')}
`;
}

/** The line that says why it was deployed without a local test. */
export function untestedLine(reason: string): string {
  return `**Deployed without a local test of these files:** ${words(reason)}`;
}
