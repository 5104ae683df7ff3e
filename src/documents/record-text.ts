/** The contents of the record of a local test. */
export interface TestRecord {
  readonly engine: string;
  readonly migrations: readonly { readonly name: string; readonly checksum: string }[];
  /** One line for each result. */
  readonly results: readonly string[];
  /** Problems that occurred, oldest first. */
  readonly issues: readonly { readonly at: string; readonly step: string; readonly what: string }[];
  /** What was fixed on the way to the local test: one sentence each. */
  readonly fixes: readonly string[];
}

/** Returns the record as Markdown. The same state gives the same bytes. */
export function recordText(record: TestRecord, mark: string): string {
  return `# Local test of the database

<!-- erp-deploy local-test ${mark} -->

Run by erp-deploy on the ${record.engine} engine. All checks pass for these files:

| Migration | SHA-256 |
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

/** A step that failed and passes now was fixed in between; erp-deploy does not know how. */
function fixesOf({ issues, fixes }: TestRecord): string {
  const steps = [...new Set(issues.map(({ step }) => step))];
  const lines = [
    ...fixes,
    ...steps.map((step) => `Step ${step} failed as listed above, and passed when it was run again.`),
  ];
  return lines.length === 0 ? 'None needed.' : lines.map((line) => `- ${line}`).join('\n');
}
