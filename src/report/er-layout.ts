import { Graph, layout } from '@dagrejs/dagre';
import type { Diagram, DrawnKey, DrawnTable } from './report-data.ts';

/** In units of the `viewBox`, which the browser scales. */
export const box = { width: 210, line: 20 } as const;
const gap = 70;
/** Columns of the tables without keys to others. */
const columns = 5;

/** A table with its upper left corner. */
export interface PlacedTable extends DrawnTable {
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

/** A foreign key with the data of its line's `path`, from the column to the head of the table that it references. */
export interface PlacedKey extends DrawnKey {
  readonly path: string;
  readonly crossSchema: boolean;
}

export interface PlacedDiagram {
  readonly width: number;
  readonly height: number;
  readonly tables: readonly PlacedTable[];
  readonly keys: readonly PlacedKey[];
}

/**
 * Places the tables in columns, each left of those that reference it, and routes the lines. All tables of a column have
 * the same width. A line bends only between columns, and passes a column on a straight line that the layout keeps free,
 * so it crosses no table.
 */
export function placed({ tables, keys }: Diagram): PlacedDiagram {
  const known = new Set(tables.map(({ name }) => name));
  const drawn = keys.filter(({ from, to }) => known.has(from) && known.has(to));
  const between = drawn.filter(({ from, to }) => from !== to);
  const linked = new Set(between.flatMap(({ from, to }) => [from, to]));
  const graph = graphOf(
    tables.filter(({ name }) => linked.has(name)),
    between,
  );
  layout(graph);
  const inGraph = tables
    .filter(({ name }) => linked.has(name))
    .map((table) => inColumn(table, graph.node(table.name)));
  const bottom = Math.max(0, ...inGraph.map(({ y, height }) => y + height));
  const alone = inGrid(
    tables.filter(({ name }) => !linked.has(name)),
    bottom === 0 ? gap / 2 : bottom + gap,
  );
  const all = [...inGraph, ...alone];
  const at = new Map(all.map((table) => [table.name, table]));
  const centers = [...new Set(inGraph.map(({ x }) => x + box.width / 2))];
  const lines = drawn.flatMap((key): PlacedKey[] => {
    const [child, parent] = [at.get(key.from), at.get(key.to)];
    if (child === undefined || parent === undefined) return [];
    const path = child === parent ? loop(child, key.column) : line(graph, key, child, parent, centers);
    return [{ ...key, path, crossSchema: child.schema !== parent.schema }];
  });
  return {
    width: Math.max(0, ...all.map(({ x }) => x + box.width)) + gap / 2,
    height: Math.max(0, ...all.map(({ y, height }) => y + height)) + gap / 2,
    tables: all,
    keys: lines,
  };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** What is used of dagre's graph; its own types do not resolve under `nodenext`. */
interface Layout {
  setGraph(settings: object): unknown;
  setNode(name: string, size: { readonly width: number; readonly height: number }): unknown;
  setEdge(from: string, to: string, label: object, name: string): unknown;
  /** After the layout, the center of the node. */
  node(name: string): Point;
  /** After the layout, the points that the line passes. */
  edge(from: string, to: string, name: string): { readonly points?: readonly Point[] } | undefined;
}

function graphOf(tables: readonly DrawnTable[], keys: readonly DrawnKey[]): Layout {
  const graph: Layout = new Graph({ multigraph: true });
  graph.setGraph({
    rankdir: 'LR',
    ranksep: gap,
    nodesep: gap / 2,
    edgesep: 12,
    marginx: gap / 2,
    marginy: gap / 2,
    acyclicer: 'greedy',
  });
  for (const table of tables) {
    graph.setNode(table.name, { width: box.width, height: heightOf(table) });
  }
  for (const key of keys) graph.setEdge(key.to, key.from, {}, key.column);
  return graph;
}

const heightOf = (table: DrawnTable) => box.line * (table.columns.length + 1) + 10;

function inColumn(table: DrawnTable, center: Point): PlacedTable {
  const height = heightOf(table);
  return { ...table, x: center.x - box.width / 2, y: center.y - height / 2, height };
}

/** Places each table in the shortest column. */
function inGrid(tables: readonly DrawnTable[], top: number): readonly PlacedTable[] {
  const filled = Array.from({ length: columns }, () => top);
  return tables.map((table) => {
    const column = filled.indexOf(Math.min(...filled));
    const y = filled[column] ?? top;
    const height = heightOf(table);
    filled[column] = y + height + gap / 2;
    return { ...table, x: gap / 2 + column * (box.width + gap), y, height };
  });
}

function rowOf({ y, columns: names }: PlacedTable, column: string): number {
  const row = names.findIndex(({ name }) => name === column);
  return y + 15 + box.line * (Math.max(row, 0) + 1);
}

const headOf = ({ y }: PlacedTable) => y + 12;

/** Draws a line from a table to itself in the gap at its right. */
function loop(table: PlacedTable, column: string): string {
  const [x, from, to] = [table.x + box.width, rowOf(table, column), headOf(table)];
  const out = x + gap / 3;
  return `M${x} ${from} C${out} ${from} ${out} ${to} ${x} ${to}`;
}

/** @param centers the horizontal centers of all columns */
function line(
  graph: Layout,
  { from, to, column }: DrawnKey,
  child: PlacedTable,
  parent: PlacedTable,
  centers: readonly number[],
): string {
  const points = graph.edge(to, from, column)?.points ?? [];
  const passed = points.flatMap(({ x, y }) => {
    const center = centers.find((one) => Math.abs(one - x) < box.width / 2);
    const isEnd =
      center === undefined || center === child.x + box.width / 2 || center === parent.x + box.width / 2;
    return isEnd ? [] : [{ center, y }];
  });
  const isLeft = parent.x < child.x;
  // From the child towards the parent: the side on which the line leaves a column.
  const [near, far] = isLeft ? [1, -1] : [-1, 1];
  const half = box.width / 2;
  const ordered = passed.sort((one, other) => (other.center - one.center) * near);
  const start = { x: isLeft ? child.x : child.x + box.width, y: rowOf(child, column) };
  const end = { x: isLeft ? parent.x + box.width : parent.x, y: headOf(parent) };
  let path = `M${start.x} ${start.y}`;
  let last = start;
  for (const { center, y } of ordered) {
    path += curve(last, { x: center + near * half, y });
    last = { x: center + far * half, y };
    path += ` L${last.x} ${last.y}`;
  }
  return path + curve(last, end);
}

/** Bends within the gap between two columns. */
function curve(from: Point, to: Point): string {
  const middle = (from.x + to.x) / 2;
  return ` C${middle} ${from.y} ${middle} ${to.y} ${to.x} ${to.y}`;
}
