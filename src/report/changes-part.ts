import { html, type Markup, nothing } from './html.ts';
import type { ReportData } from './report-data.ts';
import { localTime, timeMarkup } from './times.ts';

/** Returns the migrations with their checksums, and when each was applied. */
export function migrationsPart({ evidenceOf }: ReportData): Markup {
  const [here, there] = [appliedIn(evidenceOf('2.2')), appliedIn(evidenceOf('3.3'))];
  const names = [...new Set([...here.keys(), ...there.keys()])].sort();
  if (names.length === 0) return nothing;
  const cell = (one: Applied | undefined) => (one === undefined ? 'no' : localTime(one.at));
  return html`<h2>Migrations</h2>
<div class="wide" tabindex="0" role="group" aria-label="Migrations"><table><thead><tr><th scope="col">File</th><th scope="col">SHA-256</th><th scope="col">Local test</th><th scope="col">Production</th></tr></thead><tbody>
${names.map(
  (
    name,
  ) => html`<tr><th scope="row">${name}</th><td><code>${(here.get(name) ?? there.get(name))?.checksum ?? ''}</code></td><td>${cell(here.get(name))}</td><td>${cell(there.get(name))}</td></tr>
`,
)}</tbody></table></div>`;
}

interface Applied {
  readonly checksum: string;
  readonly at: string;
}

/** Returns the migrations that a step's evidence names, by file name. */
function appliedIn(step: ReturnType<ReportData['evidenceOf']>): ReadonlyMap<string, Applied> {
  return new Map(
    (step?.evidence ?? []).flatMap(({ facts }) => {
      const { migration, checksum, appliedAt } = facts ?? {};
      return typeof migration === 'string' && typeof checksum === 'string' && typeof appliedAt === 'string'
        ? [[migration, { checksum, at: appliedAt }] as const]
        : [];
    }),
  );
}

/** Returns the changes that the database of the diagram records, which other workspaces may have made. */
export function databaseChangesPart({ picture: { changes, diagram } }: ReportData): Markup {
  if (changes.length === 0 || diagram === null) return nothing;
  return html`<h2>Changes of the database</h2>
<p>As ${diagram.of} records them, whichever workspace made them.</p>
<div class="wide" tabindex="0" role="group" aria-label="Changes of the database"><table><thead><tr><th scope="col">Time</th><th scope="col">Change</th><th scope="col">Operator</th><th scope="col">Commit</th><th scope="col">Rollout</th></tr></thead><tbody>
${changes.map(
  ({ at, change, operator, commit, rollout }) =>
    html`<tr><td>${timeMarkup(at)}</td><td>${change}</td><td>${operator}</td><td>${commit?.slice(0, 12) ?? ''}</td><td>${rollout ?? ''}</td></tr>
`,
)}</tbody></table></div>`;
}

/** Returns the files that the rollout wrote, moved or removed. */
export function filesPart({ made }: ReportData): Markup {
  if (made === null) return nothing;
  const { files } = made;
  return html`<h2>Files changed</h2>
${files.length === 0 ? html`<p>None.</p>` : html`<ul>${files.map((file) => html`<li><code>${file}</code></li>`)}</ul>`}`;
}
