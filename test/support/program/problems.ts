export interface ShownProblem {
  readonly code: string;
  readonly what: string;
  readonly why: string;
  readonly todo: readonly string[];
  readonly excerpt: readonly string[];
}

/** Matches commands that change or remove something, as messages contain them after a colon. */
const destructive =
  /^(?:sudo )?(?:rm|mv|chmod|chown|kill|systemctl|usermod|apt-get|ssh-keygen -R|git (?:-C \S+ )?rm|docker (?:\w+ )?(?:rm|kill|stop|start|restart|connect|disconnect|prune|exec)) /;

/**
 * Returns the commands without an absolute path or without a host. They would do harm if they were pasted in the wrong
 * folder or on the wrong machine.
 */
export function misplacedCommands(todo: readonly string[]): readonly string[] {
  return todo.flatMap((text) => {
    const [, words = '', command = ''] = /^(.*?): (.*)$/s.exec(text) ?? [];
    if (!destructive.test(command) || /\bon [\w-]/i.test(words)) return [];
    const paths = command.replace(/^(?:rm|mv|chmod|git -C)(?: -\w+| \d+)*/, '').split(' rm ')[0] ?? '';
    const absolute = paths.trim().split(/ (?=\S)/);
    return paths !== command && absolute.every((path) => /^'?\//.test(path)) ? [] : [command];
  });
}

/** Parses the problems in an output. @throws if a line belongs to none */
export function problemsIn(stderr: string): readonly ShownProblem[] {
  const problems: { code: string; what: string; why: string; todo: string[]; excerpt: string[] }[] = [];
  for (const line of stderr.split('\n').slice(0, -1)) {
    const [, code, what] = /^(ERP-\d{4}) {2}(.+)$/.exec(line) ?? [];
    const problem = problems.at(-1);
    if (code !== undefined && what !== undefined)
      problems.push({ code, what, why: '', todo: [], excerpt: [] });
    else if (problem === undefined) throw new Error(`no problem begins with: ${line}`);
    else if (line.startsWith('  why  ')) problem.why = line.slice(7);
    else if (line.startsWith('  do   ')) problem.todo.push(line.slice(7));
    // An excerpt is indented less, but its text may start with blanks.
    else if (line.startsWith('       ') && problem.excerpt.length === 0) problem.todo.push(line.slice(7));
    else problem.excerpt.push(line.slice(4));
  }
  const misplaced = problems.flatMap(({ todo }) => misplacedCommands(todo));
  if (misplaced.length > 0) throw new Error(`without a host or an absolute path: ${misplaced.join('; ')}`);
  return problems;
}

/** Returns the only problem of an output, completely parsed. */
export function problemIn(stderr: string): ShownProblem {
  const [problem, ...more] = problemsIn(stderr);
  if (problem === undefined || more.length > 0) throw new Error(`one problem was expected:\n${stderr}`);
  if (problem.why === '' || problem.todo.length === 0) throw new Error(`a part is missing:\n${stderr}`);
  return problem;
}
