import { html, type Markup } from './html.ts';
import type { Diagram, DrawnTable } from './report-data.ts';

/** In units of the `viewBox`, which the browser scales. */
const width = 210;
const gap = 70;
const line = 20;
const columnsOfSchema = 4;

interface Placed extends DrawnTable {
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

/** Returns the diagram as SVG: the tables of each schema in columns, and a line for each foreign key. */
export function erPicture({ tables, keys }: Diagram): Markup {
  const placed = place(tables);
  const at = new Map(placed.map((table) => [table.name, table]));
  const right = Math.max(...placed.map(({ x }) => x + width), 0) + gap / 2;
  const bottom = Math.max(...placed.map(({ y, height }) => y + height), 0) + gap / 2;
  const lines = keys.flatMap(({ from, column, to }) => {
    const [child, parent] = [at.get(from), at.get(to)];
    return child === undefined || parent === undefined ? [] : [keyLine(child, column, parent)];
  });
  return html`<svg class="er" viewBox="0 0 ${right} ${bottom}" role="img" aria-label="Entity relationship diagram: ${tables.length} tables, ${keys.length} foreign keys">${lines}${placed.map(tableBox)}</svg>`;
}

/** Places each table in the shortest column of its schema. */
function place(tables: readonly DrawnTable[]): readonly Placed[] {
  const schemas = [...new Set(tables.map(({ schema }) => schema))];
  return schemas.flatMap((schema, index) => {
    const left = gap / 2 + index * (columnsOfSchema * (width + gap) + gap);
    const filled = Array.from({ length: columnsOfSchema }, () => gap / 2);
    return tables
      .filter((table) => table.schema === schema)
      .map((table): Placed => {
        const column = filled.indexOf(Math.min(...filled));
        const y = filled[column] ?? 0;
        const height = line * (table.columns.length + 1) + 10;
        filled[column] = y + height + gap / 2;
        return { ...table, x: left + column * (width + gap), y, height };
      });
  });
}

function tableBox({ name, schema, columns, x, y, height }: Placed): Markup {
  return html`<g class="table ${schema}"><rect x="${x}" y="${y}" width="${width}" height="${height}" rx="4"/>
<rect class="head" x="${x}" y="${y}" width="${width}" height="${line + 4}" rx="4"/>
<text class="name" x="${x + 8}" y="${y + 16}">${name}</text>${columns.map(
    (column, index) =>
      html`<text x="${x + 8}" y="${y + 20 + line * (index + 1)}">${column.name}</text><text class="keys" x="${x + width - 8}" y="${y + 20 + line * (index + 1)}">${column.keys}</text>`,
  )}</g>
`;
}

/** Draws a line from the column to the head of the referenced table, between the sides that face each other. */
function keyLine(child: Placed, column: string, parent: Placed): Markup {
  const row = Math.max(
    child.columns.findIndex(({ name }) => name === column),
    0,
  );
  const fromY = child.y + 15 + line * (row + 1);
  const toY = parent.y + 12;
  const itself = child.name === parent.name;
  const toRight = parent.x > child.x;
  const fromX = toRight || itself ? child.x + width : child.x;
  const toX = toRight || (parent.x === child.x && !itself) ? parent.x : parent.x + width;
  const bend = Math.max(Math.abs(toX - fromX) / 2, gap / 2);
  const [one, other] = [fromX === child.x ? -bend : bend, toX === parent.x ? -bend : bend];
  return html`<path d="M${fromX} ${fromY} C${fromX + one} ${fromY} ${toX + other} ${toY} ${toX} ${toY}"><title>${child.name}.${column} to ${parent.name}</title></path>
`;
}
