import type { MendedText } from '../../database/starter-schema/missing-comma.ts';
import { diffOf } from '../workspace/own-file.ts';

/** What is wrong with the starter schema, for whoever reads it later. */
export function starterFixText(path: string, text: string, mended: MendedText): string {
  const places = mended.commas.map(
    ({ line, after, fault }) =>
      `- Line ${line}: a comma is missing after \`${after}\`. PostgreSQL stops at line ${fault.line}: ${fault.message}.`,
  );
  return `# Fix for the starter schema

\`${path}\` cannot be read by PostgreSQL as it was found:

${places.join('\n')}

\`\`\`diff
${diffOf(path, text, mended.fixedText).join('\n')}
\`\`\`

\`erp-deploy run --fix-starter\` makes this change. The migrations do not depend on it.
`;
}
