import xterm from '@xterm/headless';

/** How a character is drawn: colours as `default`, `palette 2` or `#rrggbb`. */
export interface Style {
  readonly foreground: string;
  readonly background: string;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly inverse: boolean;
  readonly underline: boolean;
}

/** Modes of a terminal that a program may change, besides the text and the settings of `stty`. */
export interface Modes {
  readonly cursorShown: boolean;
  readonly alternateScreen: boolean;
  readonly bracketedPaste: boolean;
  readonly mouse: string;
  readonly applicationKeys: boolean;
  readonly focusEvents: boolean;
}

/** A terminal emulator with its visible screen. */
export class TerminalScreen {
  readonly #emulator: InstanceType<typeof xterm.Terminal>;
  #cursorShown = true;
  /** Whether a frame has begun and is not complete. */
  #midFrame = false;
  #frames: string[] | null = null;

  /** @param answer receives the emulator's answers to the program, such as the cursor position */
  constructor(columns: number, rows: number, answer: (text: string) => void) {
    this.#emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 5000 });
    this.#emulator.onData(answer);
    this.#watchCursor();
  }

  /** Parses output of a program, and calls `done` when it is on the screen. */
  write(data: string, done: () => void): void {
    this.#emulator.write(data, done);
  }

  resize(columns: number, rows: number): void {
    this.#emulator.resize(columns, rows);
  }

  dispose(): void {
    this.#emulator.dispose();
  }

  get cursorShown(): boolean {
    return this.#cursorShown;
  }

  /** Whether a part of a frame is missing. */
  get isMidFrame(): boolean {
    return this.#midFrame;
  }

  /** Records every frame from now on, at any speed; returns the growing list. */
  record(): readonly string[] {
    this.#frames = [];
    return this.#frames;
  }

  /** Returns the modes that a program may change. */
  get modes(): Modes {
    const { modes } = this.#emulator;
    return {
      cursorShown: this.#cursorShown,
      alternateScreen: this.isAlternate,
      bracketedPaste: modes.bracketedPasteMode,
      mouse: modes.mouseTrackingMode,
      applicationKeys: modes.applicationCursorKeysMode || modes.applicationKeypadMode,
      focusEvents: modes.sendFocusMode,
    };
  }

  get isAlternate(): boolean {
    return this.#emulator.buffer.active.type === 'alternate';
  }

  /** Returns the visible rows without trailing blanks. */
  text(): string {
    return this.#visible()
      .map((row) => this.#line(row)?.translateToString(true) ?? '')
      .join('\n')
      .trimEnd();
  }

  /** Returns every line since the start, including those that scrolled away; wrapped lines are joined. */
  history(): string {
    let text = '';
    for (let row = 0; row < this.#emulator.buffer.active.length; row++) {
      const line = this.#line(row);
      const goesOn = this.#line(row + 1)?.isWrapped === true;
      text += `${line?.isWrapped === true || row === 0 ? '' : '\n'}${line?.translateToString(!goesOn) ?? ''}`;
    }
    return text.trimEnd();
  }

  /** Returns the screen with a border, for a message. */
  framed(): string {
    const edge = '─'.repeat(this.#emulator.cols);
    return `${edge}\n${this.text()}\n${edge}`;
  }

  /** Returns how the first character of a visible text is drawn. @throws if the text is not visible */
  styleOf(text: string): Style {
    for (const row of this.#visible()) {
      const cells = this.#cells(row);
      const at = cells
        .map(({ chars }) => chars)
        .join('')
        .indexOf(text);
      if (at >= 0) return this.#styleAt(row, columnAt(cells, at));
    }
    throw new Error(`not on the screen: ${text}\n${this.framed()}`);
  }

  #visible(): readonly number[] {
    return Array.from({ length: this.#emulator.rows }, (_, row) => this.#emulator.buffer.active.baseY + row);
  }

  #line(row: number) {
    return this.#emulator.buffer.active.getLine(row);
  }

  #cells(row: number): readonly Cell[] {
    return Array.from({ length: this.#emulator.cols }, (_, column) => {
      const cell = this.#line(row)?.getCell(column);
      // The second half of a wide character is empty; a cell that was never written is a blank.
      return { column, chars: cell?.getWidth() === 0 ? '' : cell?.getChars() || ' ' };
    });
  }

  #styleAt(row: number, column: number): Style {
    const cell = this.#line(row)?.getCell(column);
    if (cell === undefined) throw new Error(`no cell at ${row}, ${column}`);
    return {
      foreground: colourOf(cell.isFgDefault(), cell.isFgRGB(), cell.getFgColor()),
      background: colourOf(cell.isBgDefault(), cell.isBgRGB(), cell.getBgColor()),
      bold: cell.isBold() !== 0,
      dim: cell.isDim() !== 0,
      inverse: cell.isInverse() !== 0,
      underline: cell.isUnderline() !== 0,
    };
  }

  /** DECTCEM and synchronized output, `CSI ? 25 h` and `CSI ? 2026 h`: the emulator has no property for them. */
  #watchCursor(): void {
    const watch = (final: 'h' | 'l') =>
      this.#emulator.parser.registerCsiHandler({ prefix: '?', final }, (modes) => {
        if (modes.includes(25)) this.#cursorShown = final === 'h';
        if (modes.includes(2026)) this.#midFrame = final === 'h';
        if (modes.includes(2026) && final === 'l') this.#frames?.push(this.text());
        return false;
      });
    watch('h');
    watch('l');
  }
}

interface Cell {
  readonly column: number;
  readonly chars: string;
}

/** Returns the column of the character that begins at this index of the row's text. */
function columnAt(cells: readonly Cell[], place: number): number {
  let length = 0;
  for (const { column, chars } of cells) {
    if (length >= place && chars !== '') return column;
    length += chars.length;
  }
  throw new Error(`the row ends before ${place}`);
}

function colourOf(isDefault: boolean, isRgb: boolean, colour: number): string {
  if (isDefault) return 'default';
  return isRgb ? `#${colour.toString(16).padStart(6, '0')}` : `palette ${colour}`;
}
