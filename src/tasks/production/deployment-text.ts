/** What the record of a deployment tells. */
export interface Deployment {
  readonly host: string;
  /** Null where production is a server that others run. */
  readonly folder: string | null;
  readonly migrations: readonly { readonly name: string; readonly checksum: string }[];
  /** When the last of it was seen to be so, ISO 8601 in UTC. */
  readonly completed: string;
  /** One line for each thing that was seen. */
  readonly results: readonly string[];
}

/** The record as Markdown. */
export function deploymentText(
  { host, folder, migrations, completed, results }: Deployment,
  mark: string,
): string {
  return `# Deployment of the database

<!-- erp-deploy deployment ${mark} -->

On \`${host}\`${folder === null ? '' : `, in \`${folder}\``}. Completed and verified ${completed}, by erp-deploy, with these files:

| migration | SHA-256 |
| --- | --- |
${migrations.map(({ name, checksum }) => `| ${name} | \`${checksum}\` |`).join('\n')}

## What was seen

${results.map((line) => `- ${line}`).join('\n')}
`;
}
