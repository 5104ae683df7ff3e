import { containerNamed } from '../containers/container.ts';
import { memoryTaken } from '../containers/container-memory.ts';
import { services } from '../containers/stack.ts';
import type { EngineHost } from '../containers/tools.ts';
import type { Context, Memory } from '../workspace/context.ts';

/** What a container of the database took when it was measured. */
export interface MeasuredMemory {
  /** Of 1024² bytes. */
  readonly megabytes: number;
  /** Of the same, as the running container is limited now. */
  readonly limit: number;
  /** ISO 8601, UTC. */
  readonly measuredAt: string;
  /** The first 12 digits of its id, as docker prints it: one that is made anew has another. */
  readonly container: string;
}

type Measure = Omit<MeasuredMemory, 'limit'>;

/** What is looked at of a context. */
interface Around extends Pick<Context, 'signal'> {
  readonly stack: { readonly host: EngineHost } | null;
  readonly memory: Pick<Memory, 'lastSeen'>;
}

/** Of this process: what was shown and confirmed is what is written. */
const taken = new WeakMap<EngineHost, Measure>();

/**
 * The memory that the running container takes, or took: memory moves all the time, and a document is not to be
 * rewritten with it. A measure holds for as long as the container is the same one, and of one that was made anew, as
 * this very roll-out may do behind its plan, for as long as that takes about the same. The document's own comes first,
 * then the journal's (where the document is gone), and only then the engine is asked; null where there is no container
 * to measure.
 * @param before the document as it was written last
 */
export async function measuredMemory(context: Around, before: string): Promise<MeasuredMemory | null> {
  const { stack, signal } = context;
  if (stack === null) return null;
  const found = await containerNamed(stack.host, services.database.name, signal);
  if (found === null) return null;
  const container = found.id.slice(0, 12);
  const known = [inDocument(before), inJournal(context), taken.get(stack.host) ?? null].filter(
    (one) => one !== null,
  );
  const same = known.find((one) => one.container === container);
  const measure = same ?? aboutTheSame(known[0], await measureNow(context, stack.host, found.id));
  if (measure === null) return null;
  taken.set(stack.host, measure);
  return { ...measure, limit: Math.round(found.memory / 1024 ** 2) };
}

/** What was told before, where it is between half and double of what is measured now; else what is. */
function aboutTheSame(before: Measure | undefined, now: Measure | null): Measure | null {
  if (before === undefined || now === null) return now;
  const ratio = now.megabytes / before.megabytes;
  return ratio >= 0.5 && ratio <= 2 ? before : now;
}

async function measureNow({ signal }: Around, host: EngineHost, id: string): Promise<Measure | null> {
  const megabytes = await memoryTaken(host, id, signal);
  if (megabytes === null) return null;
  const measuredAt = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  return { megabytes, measuredAt, container: id.slice(0, 12) };
}

export function memoryWords({ megabytes, limit, measuredAt, container }: MeasuredMemory): string {
  return `(\`${container}\`) took about ${megabytes} MB of the ${limit} MB that it is limited to, measured on the container that ran at ${measuredAt}`;
}

const told = /\(`([0-9a-f]{12})`\) took about (\d+) MB .* measured on the container that ran at ([\d:TZ-]+)/;

/** As `memoryWords` wrote it. */
function inDocument(text: string): Measure | null {
  const [, container, megabytes, measuredAt] = told.exec(text) ?? [];
  if (container === undefined || megabytes === undefined || measuredAt === undefined) return null;
  return { megabytes: Number(megabytes), measuredAt, container };
}

/** As `memoryFacts` left it with what was seen of step 4.1. */
function inJournal({ memory }: Around): Measure | null {
  const { facts } = memory.lastSeen('4.1')?.evidence.find(({ box }) => box === '4.1#3') ?? {};
  const { megabytes, measuredAt, container } = facts ?? {};
  return typeof megabytes === 'number' && typeof measuredAt === 'string' && typeof container === 'string'
    ? { megabytes, measuredAt, container }
    : null;
}

/** For the evidence, so that the journal knows. */
export function memoryFacts({ megabytes, measuredAt, container }: MeasuredMemory): Measure {
  return { megabytes, measuredAt, container };
}
