/** What the record of a local test tells. */
export interface TestRecord {
  readonly engine: string;
  readonly migrations: readonly { readonly name: string; readonly checksum: string }[];
  /** One line for each thing that was seen. */
  readonly results: readonly string[];
  /** Problems met on the way, oldest first. */
  readonly issues: readonly { readonly at: string; readonly step: string; readonly what: string }[];
}

/** The record as Markdown. The same state gives the same bytes. */
export function recordText(record: TestRecord, mark: string): string {
  return `# Local test of the database

<!-- erp-deploy local-test ${mark} -->

Run by erp-deploy on the ${record.engine} engine. All checks pass for these files:

| migration | SHA-256 |
| --- | --- |
${record.migrations.map(({ name, checksum }) => `| ${name} | \`${checksum}\` |`).join('\n')}

## Results

${record.results.map((line) => `- ${line}`).join('\n')}

## Issues found

${record.issues.length === 0 ? 'None.' : record.issues.map((one) => `- ${one.at}, step ${one.step}: ${one.what}`).join('\n')}

## Fixes applied

${fixesOf(record)}
`;
}

/** A step that failed and is green now was mended in between: by whom and how, the person knows. */
function fixesOf({ issues }: TestRecord): string {
  if (issues.length === 0) return 'None needed.';
  const steps = [...new Set(issues.map(({ step }) => step))];
  return steps
    .map((step) => `- Step ${step} failed as told above, and passed when it was run again.`)
    .join('\n');
}
