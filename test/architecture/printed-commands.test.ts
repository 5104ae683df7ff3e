import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commandLine, remedyLine, withWorkspace } from '../../src/domain/command-text.ts';
import type { Problem } from '../../src/domain/problem.ts';
import { misplacedCommands } from '../support/program/problems.ts';

const source = join(import.meta.dirname, '../../src');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) =>
  /\.tsx?$/.test(name),
);

/** A command inside a sentence: it would be shown without quoting and without the flags of the operator. */
const inSentence =
  /[\w)}]: (?:erp-deploy (?:[a-z]+ -|(?:run|plan|status|validate|doctor|init|unlock|restore|token|docs|checklist|report|probe|rollback)\b)|(?:sudo|rm|mv|cp|chmod|chown|kill|docker|ssh|ssh-keygen|df|ls|git|systemctl) (?!and )[-\w/$'"]|\$\{(?:removeEmbedded|commandOn|shellOn))/;

test('no sentence in the sources contains a command: commands are argument lists', () => {
  // The list of the tried keys has a row for each key, with the reason in one cell.
  const faults = files
    .filter((name) => name !== 'adapters/ssh/key-file.ts')
    .flatMap((name) =>
      readFileSync(join(source, name), 'utf8')
        .split('\n')
        .filter((line) => !/^\s*(?:\*|\/\/|\/\*)/.test(line) && inSentence.test(line))
        .map((line) => `${name}: ${line.trim()}`),
    );
  expect(faults).toEqual([]);
});

test('no text suggests fetching erp-deploy from a registry', () => {
  const suggesting = files.filter((name) =>
    /erp-deploy@|npm (?:i|install)\b.*erp-deploy/.test(readFileSync(join(source, name), 'utf8')),
  );
  expect(suggesting).toEqual([]);
});

/** A fake for any argument: a host with this id and name, an empty list, or a text. */
function anything(id: 'here' | 'production'): unknown {
  const known: Readonly<Record<string | symbol, unknown>> = {
    id,
    name: id === 'here' ? 'this machine' : 'droplet',
    root: '/srv/deployment',
    folder: 'somewhere',
    length: 1,
    blob: Buffer.from('key'),
    [Symbol.iterator]: () => [].values(),
    [Symbol.toPrimitive]: (hint: string) => (hint === 'number' ? 1 : 'a b;c'),
  };
  return new Proxy(() => undefined, {
    get: (_, name) => (name in known ? known[name] : anything(id)),
    apply: () => anything(id),
  });
}

const problemModules = files.filter((name) => /problems?\.ts$/.test(name));

/** Returns the results of every function that a module exports, called with fake arguments. */
async function madeBy(name: string, id: 'here' | 'production'): Promise<readonly unknown[]> {
  const exported: Readonly<Record<string, unknown>> = await import(join(source, name));
  const words = Array.from({ length: 6 }, () => anything(id));
  return Object.values(exported).flatMap((one) =>
    typeof one === 'function' && one.prototype?.name === undefined
      ? [Reflect.apply(one, undefined, words)]
      : [],
  );
}

function isProblem(made: unknown): made is Problem {
  return typeof made === 'object' && made !== null && 'todo' in made;
}

test.each(['here', 'production'] as const)(
  'every problem about %s says where its commands belong',
  async (id) => {
    const made = await Promise.all(problemModules.map((name) => madeBy(name, id)));
    const problems = made.flat().filter(isProblem);
    expect(problems.length).toBeGreaterThan(60);
    for (const { code, todo } of problems) {
      const lines = todo.map(({ text, command }) =>
        remedyLine({ text, command: command?.map((argument) => withWorkspace(argument, '/srv/shop')) }),
      );
      expect(misplacedCommands(lines), code).toEqual([]);
      const commands = todo.flatMap(({ command = [] }) =>
        command.length === 0 ? [] : [commandLine(command)],
      );
      const outsideOfQuotes = commands.map((command) => command.replace(/'(?:[^']|'\\'')*'/g, ''));
      expect(
        outsideOfQuotes.filter((words) => words.includes('a b;c')),
        code,
      ).toEqual([]);
      const pastedHere =
        id === 'production' ? commands.filter((one) => /^(?:sudo )?docker (?!save )/.test(one)) : [];
      expect(pastedHere, code).toEqual([]);
    }
  },
);
