import { escapeText } from './markdown.ts';

/** The contents of the record of a deployment. */
export interface Deployment {
  readonly host: string;
  /** Null if production is a database URL. */
  readonly folder: string | null;
  readonly migrations: readonly { readonly name: string; readonly checksum: string }[];
  /** Why it was deployed without a local test of these files; null if the test passed. */
  readonly untested: string | null;
  /** One line for each result. */
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

| Migration | SHA-256 |
| --- | --- |
${migrations.map(({ name, checksum }) => `| ${name} | \`${checksum}\` |`).join('\n')}
${untested === null ? '' : `\n${untestedLine(untested)}\n`}
## Results

${results.map((line) => `- ${line}`).join('\n')}
`;
}

/** Returns the line that explains why it was deployed without a local test. */
export function untestedLine(reason: string): string {
  return `**Deployed without a local test of these files:** ${escapeText(reason)}`;
}
