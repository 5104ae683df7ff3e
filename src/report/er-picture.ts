import { box, type PlacedKey, type PlacedTable, placed } from './er-layout.ts';
import { html, type Markup, nothing } from './html.ts';
import type { Diagram } from './report-data.ts';

const { width, line } = box;
/** Schemas that have colors of their own; further ones look like the last. */
const colored = 4;

/** Returns the diagram as SVG: the tables in columns, and a line for each foreign key. */
export function erPicture(diagram: Diagram): Markup {
  const { tables, keys, width: right, height: bottom } = placed(diagram);
  const schemas = schemasOf(diagram);
  return html`<svg class="er" viewBox="0 0 ${right} ${bottom}" role="img" aria-label="Entity relationship diagram: ${tables.length} tables, ${keys.length} foreign keys">
<defs><marker id="end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path class="end" d="M0 0 L8 4 L0 8 z"/></marker></defs>
${keys.map(keyLine)}${tables.map((table) => tableBox(table, schemas.indexOf(table.schema)))}</svg>`;
}

/** Returns what colors, lines and abbreviations of the diagram mean. */
export function legend(diagram: Diagram): Markup {
  const kinds = new Set(
    diagram.tables.flatMap(({ columns }) => columns.flatMap(({ keys }) => keys.split(', '))),
  );
  const names = Object.entries(abbreviations).filter(([short]) => kinds.has(short));
  return html`<ul class="legend" aria-label="Legend">
${schemasOf(diagram).map((schema, index) => html`<li><svg class="er swatch" viewBox="0 0 20 14" aria-hidden="true"><rect class="head ${colorOf(index)}" width="20" height="14" rx="3"/></svg> schema ${schema}</li>`)}
<li><svg class="er swatch" viewBox="0 0 30 14" aria-hidden="true"><path d="M0 7 H30"/></svg> foreign key, from the column to the table that it references</li>
<li><svg class="er swatch" viewBox="0 0 30 14" aria-hidden="true"><path class="across" d="M0 7 H30"/></svg> foreign key to another schema</li>
${names.map(([short, meaning]) => html`<li><b>${short}</b> ${meaning}</li>`)}
<li>columns that are part of no key are left out</li>
</ul>`;
}

const abbreviations: Readonly<Record<string, string>> = {
  PK: 'primary key',
  FK: 'foreign key',
  UK: 'unique',
};

function schemasOf({ tables }: Diagram): readonly string[] {
  return [...new Set(tables.map(({ schema }) => schema))];
}

const colorOf = (index: number) => `schema-${Math.min(index, colored - 1)}`;

function tableBox({ name, columns, x, y, height }: PlacedTable, schema: number): Markup {
  return html`<g class="table"><rect x="${x}" y="${y}" width="${width}" height="${height}" rx="4"/>
<rect class="head ${colorOf(schema)}" x="${x}" y="${y}" width="${width}" height="${line + 4}" rx="4"/>
<text class="name" x="${x + 8}" y="${y + 16}">${name}</text>${columns.map(
    (column, index) =>
      html`<text x="${x + 8}" y="${y + 20 + line * (index + 1)}">${column.name}</text><text class="keys" x="${x + width - 8}" y="${y + 20 + line * (index + 1)}">${column.keys}</text>`,
  )}</g>
`;
}

function keyLine({ from, column, to, path, crossSchema }: PlacedKey): Markup {
  return html`<path${crossSchema ? html` class="across"` : nothing} marker-end="url(#end)" d="${path}"><title>${from}.${column} to ${to}</title></path>
`;
}
