import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withWorkspace } from '../../src/domain/command-text.ts';
import type { Problem } from '../../src/domain/problem.ts';
import { misplacedCommands } from '../support/program/problems.ts';

const source = join(import.meta.dirname, '../../src');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) =>
  /\.tsx?$/.test(name),
);

/** A command behind a colon in a text of the source that changes or removes something. */
const printed =
  /([^`'"]*[\w)}]): ((?:sudo )?(?:rm|mv|chmod|chown|kill|systemctl|usermod|apt-get|ssh-keygen -R|git rm|docker (?:\w+ )?(?:rm|kill|stop|start|restart|connect|disconnect|prune|exec)) [^`'"]*)/g;
const located = /^(?:rm -r|mv|chmod 600) (?:\/|\$\{(?:inWorkspace\(|removeEmbedded|quoted\(path\)))/;

test('no text of the source has a destructive command without an absolute path or the host that it is meant for', () => {
  const faults = files.flatMap((name) => {
    const text = readFileSync(join(source, name), 'utf8').replace(/^\s*(?:\/\/|\/?\*).*$/gm, '');
    return [...text.matchAll(printed)]
      .filter(
        ([, words = '', command = '']) => !/\bon (?:\$\{|this machine)/.test(words) && !located.test(command),
      )
      .map(([, words, command]) => `${name}: ${words}: ${command}`);
  });
  expect(faults).toEqual([]);
});

test('nothing suggests to fetch erp-deploy from a registry', () => {
  const suggesting = files.filter((name) =>
    /erp-deploy@|npm (?:i|install)\b.*erp-deploy/.test(readFileSync(join(source, name), 'utf8')),
  );
  expect(suggesting).toEqual([]);
});

/** Stands for any argument: a host with this id and name, a list that is empty, a text. */
function anything(id: 'here' | 'droplet'): unknown {
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

/** What a printed command begins with; what the operator typed is printed as it was quoted then. */
const programs =
  /^(?:ssh|docker|cp|mv|rm|ls|chmod|kill|sed|diff|grep|psql|curl|cloudflared|erp-deploy|git|ss)[ -]/;

const problemModules = files.filter((name) => /problems?\.ts$/.test(name));

/** The results of every function that a module exports, called with arguments that stand for anything. */
async function madeBy(name: string, id: 'here' | 'droplet'): Promise<readonly unknown[]> {
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

test.each(['here', 'droplet'] as const)(
  'every problem about %s says where its commands belong',
  async (id) => {
    const made = await Promise.all(problemModules.map((name) => madeBy(name, id)));
    const problems = made.flat().filter(isProblem);
    expect(problems.length).toBeGreaterThan(60);
    for (const { code, todo: texts } of problems) {
      const todo = texts.map((text) => withWorkspace(text, '/srv/shop'));
      expect(misplacedCommands(todo), code).toEqual([]);
      const commands = todo.map((text) => /: (.*)$/s.exec(text)?.[1] ?? '');
      const outsideOfQuotes = commands.map((command) => command.replace(/'(?:[^']|'\\'')*'/g, ''));
      expect(
        outsideOfQuotes.filter((words) => programs.test(words) && words.includes('a b;c')),
        code,
      ).toEqual([]);
      const pastedHere =
        id === 'droplet' ? commands.filter((one) => /^(?:sudo )?docker (?!save )/.test(one)) : [];
      expect(pastedHere, code).toEqual([]);
    }
  },
);
