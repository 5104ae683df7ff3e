import { containerNamed } from '../containers/container.ts';
import { memoryTaken } from '../containers/container-memory.ts';
import type { Stack } from '../containers/stack.ts';
import type { DockerHost } from '../containers/tools.ts';
import type { Context, Memory } from '../workspace/context.ts';

/** The memory of the database's container when it was measured. */
export interface MeasuredMemory {
  /** In units of 1024² bytes. */
  readonly megabytes: number;
  /** In units of 1024² bytes: the current limit of the running container. */
  readonly limit: number;
  /** ISO 8601, UTC. */
  readonly measuredAt: string;
  /** The first 12 digits of its id, as docker prints it. A recreated container has another id. */
  readonly container: string;
}

type Measure = Omit<MeasuredMemory, 'limit'>;

/** The part of a context that a measurement needs. */
interface Around extends Pick<Context, 'signal'> {
  readonly stack: (Pick<Stack, 'containers'> & { readonly host: DockerHost }) | null;
  readonly memory: Pick<Memory, 'lastVerified'>;
}

/** Kept for this process, so that exactly the text that was confirmed is written. */
const taken = new WeakMap<DockerHost, Measure>();

/**
 * Returns the memory use of the running container; null if there is no container to measure. Memory use changes all the
 * time, and must not cause the document to be rewritten: a rollout that recreates the container would write a text that was
 * not confirmed, and the next rollout, which has nothing to do, would change it again. So an earlier measurement, which
 * names its time and its container, is kept. The one in the document comes first, then the one in the journal (if the
 * document was deleted).
 * @param before the document as it was written last
 */
export async function measuredMemory(context: Around, before: string): Promise<MeasuredMemory | null> {
  const { stack, signal } = context;
  if (stack === null) return null;
  const found = await containerNamed(stack.host, stack.containers.database.name, signal);
  if (found === null) return null;
  const known = inDocument(before) ?? inJournal(context) ?? taken.get(stack.host);
  const measure = known ?? (await measureNow(context, stack.host, found.id));
  if (measure === null) return null;
  taken.set(stack.host, measure);
  return { ...measure, limit: Math.round(found.memory / 1024 ** 2) };
}

async function measureNow({ signal }: Around, host: DockerHost, id: string): Promise<Measure | null> {
  const megabytes = await memoryTaken(host, id, signal);
  if (megabytes === null) return null;
  const measuredAt = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  return { megabytes, measuredAt, container: id.slice(0, 12) };
}

export function memoryWords({ megabytes, limit, measuredAt, container }: MeasuredMemory): string {
  return `(\`${container}\`) took about ${megabytes} MB of the ${limit} MB that it is limited to, measured on the container that ran at ${measuredAt}`;
}

const pattern =
  /\(`([0-9a-f]{12})`\) took about (\d+) MB .* measured on the container that ran at ([\d:TZ-]+)/;

/** Reads what `memoryWords` wrote. */
function inDocument(text: string): Measure | null {
  const [, container, megabytes, measuredAt] = pattern.exec(text) ?? [];
  if (container === undefined || megabytes === undefined || measuredAt === undefined) return null;
  return { megabytes: Number(megabytes), measuredAt, container };
}

/** Reads what `memoryFacts` recorded with the evidence of step 4.1. */
function inJournal({ memory }: Around): Measure | null {
  const { facts } = memory.lastVerified('4.1')?.evidence.find(({ item }) => item === '4.1#3') ?? {};
  const { megabytes, measuredAt, container } = facts ?? {};
  return typeof megabytes === 'number' && typeof measuredAt === 'string' && typeof container === 'string'
    ? { megabytes, measuredAt, container }
    : null;
}

/** Returns the facts for the evidence, which the journal records. */
export function memoryFacts({ megabytes, measuredAt, container }: MeasuredMemory): Measure {
  return { megabytes, measuredAt, container };
}
