import { readdirSync, readFileSync } from 'node:fs';

/** Collects the arguments of a process and of all its descendants while it is watched. */
export function watchArguments(pid: number): { seen(): string } {
  const seen = new Set<string>();
  const look = () => {
    for (const one of familyOf(pid)) seen.add(textAt(`/proc/${one}/cmdline`).replaceAll('\0', ' '));
  };
  const watch = setInterval(look, 2);
  look();
  return {
    seen: () => {
      clearInterval(watch);
      return [...seen].join('\n');
    },
  };
}

function familyOf(pid: number): readonly number[] {
  const children = namesIn(`/proc/${pid}/task`).flatMap((thread) =>
    textAt(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(familyOf)];
}

/** A process may end between two reads. */
function textAt(path: string): string {
  return orNothing(() => readFileSync(path, 'utf8'), '');
}

function namesIn(path: string): readonly string[] {
  return orNothing(() => readdirSync(path), []);
}

function orNothing<Answer>(look: () => Answer, nothing: Answer): Answer {
  try {
    return look();
  } catch (error) {
    if (error instanceof Error && 'code' in error && /^(ENOENT|ESRCH)$/.test(String(error.code)))
      return nothing;
    throw error;
  }
}
