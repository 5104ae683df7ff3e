/** A change that someone makes to the live database by hand. */
export interface Damage {
  readonly sql: string;
  /** The name that a difference, a note or the list of uncompared objects must contain. */
  readonly names: string;
}

export interface Column {
  /** The form in SQL. */
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
}

export interface Table {
  /** The qualified form in SQL. */
  readonly name: string;
  readonly schema: string;
  readonly columns: readonly Column[];
  /** A column that a foreign key can reference. */
  readonly key: string | null;
  readonly partitioned: boolean;
}

/** Decides by numbers from fast-check, so that a failing schema shrinks to one with fewer and smaller numbers. */
export class Dice {
  readonly #numbers: readonly number[];
  #next = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  /** Returns a number from 0 to `below` - 1. */
  upTo(below: number): number {
    const number = this.#numbers[this.#next % this.#numbers.length] ?? 0;
    this.#next += 1;
    return (number + (this.#next > this.#numbers.length ? this.#next : 0)) % below;
  }

  chance(of: number): boolean {
    return this.upTo(of) === of - 1;
  }

  one<Item>(items: readonly Item[]): Item {
    const item = items[this.upTo(items.length)];
    if (item === undefined) throw new Error('an empty choice');
    return item;
  }
}

/** A schema while it is generated: the statements so far, and what later ones can refer to. */
export class Build {
  readonly statements: string[] = [];
  readonly inserts: string[] = [];
  /** Statements that must come after those of all parts. */
  readonly last: string[] = [];
  readonly damages: Damage[] = [];
  readonly tables: Table[] = [];
  readonly views: string[] = [];
  /** Enumerated, domain, composite and range types with a value of each. */
  readonly types: (readonly [name: string, value: string])[] = [];
  #count = 0;

  /** The server's major version. */
  readonly major: number;
  dice: Dice = new Dice([0]);

  constructor(major: number) {
    this.major = major;
  }

  /** Returns a name that no other object has. Some need quotes, some are long, some are not ASCII. */
  name(word: string): string {
    this.#count += 1;
    const plain = `${word}_${this.#count}`;
    const styles = [
      plain,
      plain,
      plain,
      `"${word} ${this.#count}"`,
      `"${plain.toUpperCase()}"`,
      `"${plain}é"`,
    ]
      .concat(`${plain}_${'long'.repeat(12)}`.slice(0, 50))
      .concat(`"${word}.${this.#count}"`, `"${word}""${this.#count}"`, `"${word}%${this.#count}\\"`);
    return this.dice.one(styles);
  }

  schema(): string {
    return this.dice.one(['alpha', 'alpha', '"Beta b"']);
  }

  add(...statements: readonly string[]): void {
    this.statements.push(...statements);
  }

  damage(names: string, ...sql: readonly string[]): void {
    for (const one of sql) this.damages.push({ sql: one, names });
  }

  /** Returns a table that exists; creates a plain one if there is none. */
  table(fits: (table: Table) => boolean = () => true): Table {
    const fitting = this.tables.filter(fits);
    if (fitting.length > 0) return this.dice.one(fitting);
    const schema = this.schema();
    const name = `${schema}.${this.name('plain')}`;
    const columns = [
      { name: 'id', type: 'integer', notNull: true },
      { name: 'label', type: 'text', notNull: false },
    ];
    this.add(`create table ${name} (id int primary key, label text)`);
    this.inserts.push(`insert into ${name} values (1, 'kept'), (2, null)`);
    const table = { name, schema, columns, key: 'id', partitioned: false };
    this.tables.push(table);
    return table;
  }

  /** Returns a column of one of the types. */
  column(table: Table, types: RegExp): Column | undefined {
    const fitting = table.columns.filter(({ type }) => types.test(type));
    return fitting.length === 0 ? undefined : this.dice.one(fitting);
  }
}

/** A part of a schema: adds statements to it, and damages to them. */
export type Piece = (build: Build) => void;
