import type { Screen } from './screen.ts';

/** Pixels of one character cell. */
const cell = { width: 8.4, height: 18 } as const;
const margin = 12;
/** The 16 colours of a terminal, on a dark ground. */
const palette = [
  '#1e1e2e',
  '#e06c75',
  '#98c379',
  '#e5c07b',
  '#61afef',
  '#c678dd',
  '#56b6c2',
  '#d4d4d4',
  '#7f848e',
  '#e06c75',
  '#98c379',
  '#e5c07b',
  '#61afef',
  '#c678dd',
  '#56b6c2',
  '#ffffff',
] as const;
const ground = '#1e1e2e';
const ink = '#d4d4d4';

interface Run {
  text: string;
  readonly column: number;
  readonly style: string;
  readonly inverse: boolean;
}

/** What stands on a screen as a picture: text, colours, bold and inverse. */
export function svgOf({ terminal }: Screen): string {
  const width = Math.round(terminal.cols * cell.width + 2 * margin);
  const height = terminal.rows * cell.height + 2 * margin;
  const rows = Array.from({ length: terminal.rows }, (_, row) => rowOf(terminal, row)).join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14">
<title>erp-deploy in a terminal</title>
<rect width="100%" height="100%" rx="8" fill="${ground}"/>
${rows}</svg>
`;
}

function rowOf(terminal: Screen['terminal'], row: number): string {
  const y = margin + (row + 0.75) * cell.height;
  return runsOf(terminal, row)
    .filter(({ text, inverse }) => inverse || text.trim() !== '')
    .map(({ text, column, style, inverse }) => {
      const x = margin + column * cell.width;
      const wide = ([...text].length * cell.width).toFixed(1);
      const back = inverse
        ? `<rect x="${x.toFixed(1)}" y="${margin + row * cell.height}" width="${wide}" height="${cell.height}" fill="${ink}"/>`
        : '';
      return `${back}<text x="${x.toFixed(1)}" y="${y}" textLength="${wide}" lengthAdjust="spacingAndGlyphs" xml:space="preserve" ${style}>${escaped(text)}</text>\n`;
    })
    .join('');
}

/** Neighbouring cells that look alike, as one text. */
function runsOf({ buffer, cols }: Screen['terminal'], row: number): readonly Run[] {
  const line = buffer.active.getLine(buffer.active.viewportY + row);
  const runs: Run[] = [];
  for (let column = 0; column < cols; column++) {
    const found = line?.getCell(column);
    const inverse = (found?.isInverse() ?? 0) !== 0;
    const shade = found?.isFgPalette() ? (palette[found.getFgColor()] ?? ink) : ink;
    const weight = found?.isBold() ? ' font-weight="bold"' : '';
    const faint = found?.isDim() ? ' opacity="0.55"' : '';
    const style = `fill="${inverse ? ground : shade}"${weight}${faint}`;
    const last = runs.at(-1);
    const text = found?.getChars() || ' ';
    if (last?.style === style && last.inverse === inverse) last.text += text;
    else runs.push({ text, column, style, inverse });
  }
  return runs;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
