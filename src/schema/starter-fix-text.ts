import type { SqlFault } from '../database/sql/parse-sql.ts';
import type { StarterFix } from '../database/starter-schema/missing-comma.ts';
import { diffOf } from '../workspace/own-file.ts';

/** How many faults are shown with their lines; a file that is not SQL has one per statement. */
export const shownFaults = 5;

/** Returns where PostgreSQL's parser stops and why, and the line with a caret. */
export function faultLines(path: string, { line, column, message, excerpt }: SqlFault): readonly string[] {
  return [`${path}, line ${line}, column ${column}: ${message}`, ...excerpt];
}

/** Returns the document that describes the faults of the starter schema and their fix. */
export function starterFixText(path: string, text: string, fix: StarterFix): string {
  const places = fix.commas.map(
    ({ line, column, after, fault }) =>
      `- Line ${line}, column ${column}: a comma was missing after \`${after}\`. PostgreSQL's parser stopped at line ${fault.line}, column ${fault.column}: ${fault.message}.\n\n${quotedLines(fault.excerpt)}`,
  );
  return `# Fix for the starter schema

\`${path}\` could not be parsed by PostgreSQL:

${places.join('\n\n')}

\`\`\`diff
${diffOf(path, text, fix.fixedText).join('\n')}
\`\`\`

erp-deploy made this change in step 0.4, after its approval, and kept a backup of the file. The migrations do not depend
on it.
${otherFaults(fix.faults)}`;
}

/** Returns the faults that remain after the commas are added. */
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
A missing comma does not explain the following faults, so they are left unchanged:

${shown.join('\n\n')}
${left > 0 ? `\nand ${left} more.\n` : ''}`;
}

/** Returns the lines as a code block of the list item above. */
function quotedLines(lines: readonly string[]): string {
  return ['```text', ...lines, '```'].map((line) => `  ${line}`.trimEnd()).join('\n');
}
