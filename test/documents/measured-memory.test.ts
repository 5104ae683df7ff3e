import { expect, test } from 'vitest';
import { defaultContainers } from '../../src/config/containers.ts';
import { measuredMemory, memoryFacts, memoryWords } from '../../src/documents/measured-memory.ts';

const first = 'a'.repeat(64);
const second = 'b'.repeat(64);

/** A process of erp-deploy with an engine: the running containers, their memory, and the journal. */
function processAt(id: string, usage: string, facts?: ReturnType<typeof memoryFacts>) {
  const container = {
    Id: id,
    RestartCount: 0,
    State: {
      Status: 'running',
      Running: true,
      Restarting: false,
      OOMKilled: false,
      ExitCode: 0,
      StartedAt: '',
    },
    Config: { Image: 'postgres' },
    Image: 'sha256:an-image',
    HostConfig: { Memory: 300 * 1024 ** 2, NanoCpus: 0 },
    NetworkSettings: {},
  };
  const engine = { usage };
  const answers: Readonly<Record<string, () => string>> = {
    ls: () => `${id}\n`,
    inspect: () => JSON.stringify([container]),
    stats: () => JSON.stringify({ MemUsage: `${engine.usage} / 300MiB` }),
  };
  const run = async (argv: readonly string[]) => {
    const stdout = answers[argv[2] ?? '']?.() ?? '';
    return { exitCode: 0, stdout, stderr: '', notFound: false };
  };
  const evidence = [
    { item: '4.1#3', target: 'docker', summary: '', ...(facts && { facts: { ...facts } }) },
  ] as const;
  const context = {
    stack: {
      containers: defaultContainers,
      host: { id: 'here', name: 'this machine', processes: { run } },
    } as const,
    memory: { lastVerified: () => (facts === undefined ? undefined : { at: '', evidence, open: [] }) },
    signal: new AbortController().signal,
  };
  const tell = async (document = '') => {
    const memory = await measuredMemory(context, document);
    if (memory === null) throw new Error('nothing was measured');
    return { words: memoryWords(memory), facts: memoryFacts(memory) };
  };
  return { engine, tell };
}

test('writes the memory figure that the plan showed, although it changes meanwhile', async () => {
  const { engine, tell } = processAt(first, '38.5MiB');
  const shown = await tell();
  expect(shown.words).toMatch(
    /^\(`a{12}`\) took about 39 MB of the 300 MB .* at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
  );
  engine.usage = '90MiB';
  expect(await tell()).toEqual(shown);
});

test('a document keeps its figure, and one that was deleted gets it again from the journal', async () => {
  const { words, facts } = await processAt(first, '38.5MiB').tell();
  expect((await processAt(first, '90MiB').tell(`The container ${words}.`)).words).toBe(words);
  expect((await processAt(first, '90MiB', facts).tell()).words).toBe(words);
});

test.each(['30MiB', '90MiB'])(
  'a container that was made anew and takes %s leaves the document as it is',
  async (usage) => {
    const { words, facts } = await processAt(first, '38.5MiB').tell();
    expect((await processAt(second, usage, facts).tell(`The container ${words}.`)).words).toBe(words);
  },
);
