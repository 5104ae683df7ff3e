import type { SqlFault } from '../database/migration-rules/parse-sql.ts';
import type { MendedText } from '../database/starter-schema/missing-comma.ts';
import { diffOf } from '../workspace/own-file.ts';

/** Faults that are shown with their lines; a file that is no SQL at all has as many as it has statements. */
export const shownFaults = 5;

/** Where PostgreSQL stops and why, and the line with a caret. */
export function faultLines(path: string, { line, column, message, excerpt }: SqlFault): readonly string[] {
  return [`${path}, line ${line}, column ${column}: ${message}`, ...excerpt];
}

/** What is wrong with the starter schema, for whoever reads it later. */
export function starterFixText(path: string, text: string, mended: MendedText): string {
  const places = mended.commas.map(
    ({ line, column, after, fault }) =>
      `- Line ${line}, column ${column}: a comma is missing after \`${after}\`. PostgreSQL stops at line ${fault.line}, column ${fault.column}: ${fault.message}.\n\n${quotedLines(fault.excerpt)}`,
  );
  return `# Fix for the starter schema

\`${path}\` cannot be read by PostgreSQL as it was found:

${places.join('\n\n')}

\`\`\`diff
${diffOf(path, text, mended.fixedText).join('\n')}
\`\`\`

\`erp-deploy run --fix-starter\` makes this change. The migrations do not depend on it.
${otherFaults(mended.faults)}`;
}

/** What stays wrong when the commas are there. */
function otherFaults(faults: readonly SqlFault[]): string {
  if (faults.length === 0) return '';
  const shown = faults
    .slice(0, shownFaults)
    .map(
      ({ line, column, message, excerpt }) =>
        `- Line ${line}, column ${column}: ${message}.\n\n${quotedLines(excerpt)}`,
    );
  const left = faults.length - shown.length;
  return `
No comma mends what is wrong besides, and it is left alone:

${shown.join('\n\n')}
${left > 0 ? `\nand ${left} more.\n` : ''}`;
}

/** As code of the item above it. */
function quotedLines(lines: readonly string[]): string {
  return ['```text', ...lines, '```'].map((line) => `  ${line}`.trimEnd()).join('\n');
}
