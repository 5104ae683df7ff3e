import { writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { EmbeddedSession } from '../../../src/adapters/embedded-session.ts';
import type { Adapters } from '../../../src/cli/wiring/adapters.ts';
import type { AppendFile } from '../../../src/domain/ports/append-file.ts';
import type { Files } from '../../../src/domain/ports/files.ts';
import type { ClaimFolder } from '../../../src/domain/ports/workspace-lock.ts';
import { contentsOf } from '../database/embedded-folder.ts';
import type { EffectMeter } from '../kill/kill-point.ts';

/**
 * Returns the same adapters, in which each call that changes the system is reported to the meter.
 * @param contentsFile file for the contents of the database of the workspace at its close
 */
export function countedAdapters(adapters: Adapters, meter: EffectMeter, contentsFile?: string): Adapters {
  return {
    ...adapters,
    filesIn: (root) => countedFiles(adapters.filesIn(root), meter),
    appendFile: (root, path) => countedAppendFile(adapters.appendFile(root, path), meter),
    claimFolder: (root, path) => countedClaims(adapters.claimFolder(root, path), meter),
    openEmbedded: async (folder) => {
      // A database in memory ends with the process anyway.
      if (folder === undefined) return adapters.openEmbedded();
      const open = () => adapters.openEmbedded(folder);
      return countedSession(await meter.effect('open the database', 'thread', open), meter, contentsFile);
    },
  };
}

function countedFiles(files: Files, meter: EffectMeter): Files {
  return {
    ...files,
    makeDirectory: async (path) => {
      const nested = (await files.inspect(dirname(path))).type === 'absent';
      return meter.effect(`folder ${path}`, nested ? 'steps' : 'atomic', () => files.makeDirectory(path));
    },
    write: (path, content, mode) =>
      meter.effect(`write ${path}`, 'steps', () => files.write(path, content, mode)),
    move: (from, to) => meter.effect(`move ${from}`, 'atomic', () => files.move(from, to)),
    copy: (from, to, mode) =>
      meter.effect(`copy ${from} to ${to}`, 'steps', () => files.copy(from, to, mode)),
    setMode: (path, mode) => meter.effect(`mode of ${path}`, 'atomic', () => files.setMode(path, mode)),
    remove: async (path) => {
      const many = (await files.inspect(path)).type === 'directory';
      return meter.effect(`remove ${path}`, many ? 'steps' : 'atomic', () => files.remove(path));
    },
    removeFolder: (path) => meter.effect(`remove folder ${path}`, 'atomic', () => files.removeFolder(path)),
  };
}

function countedAppendFile(file: AppendFile, meter: EffectMeter): AppendFile {
  return {
    ...file,
    append: (text) => meter.effect(`journal ${recordName(text)}`, 'steps', () => file.append(text)),
    cut: (bytes) => meter.effect('cut the journal', 'atomic', () => file.cut(bytes)),
  };
}

function recordName(line: string): string {
  if (line.trim() === '') return 'line end';
  const { type, step = '', scope = '' } = JSON.parse(line);
  return `${type} ${step} ${scope}`.trim();
}

function countedClaims(folder: ClaimFolder, meter: EffectMeter): ClaimFolder {
  return {
    ...folder,
    claim: (number, text) => meter.effect(`claim ${number}`, 'steps', () => folder.claim(number, text)),
    replace: (number, text) => meter.effect(`release ${number}`, 'steps', () => folder.replace(number, text)),
    remove: (number) => meter.effect(`unclaim ${number}`, 'atomic', () => folder.remove(number)),
  };
}

/** SQL that only reads, or changes only its session. */
const looking = /^\s*(select|with|show|reset)\b/i;

function countedSession(
  session: EmbeddedSession,
  meter: EffectMeter,
  contentsFile?: string,
): EmbeddedSession {
  const counted = <Answer>(sql: string, act: () => Promise<Answer>) =>
    looking.test(sql) ? act() : meter.effect(`sql ${firstWords(sql)}`, 'thread', act);
  return {
    query: (sql, parameters) => counted(sql, () => session.query(sql, parameters)),
    script: (sql) => counted(sql, () => session.script(sql)),
    close: async () => {
      if (contentsFile !== undefined) writeFileSync(contentsFile, JSON.stringify(await contentsOf(session)));
      return meter.effect('close the database', 'thread', () => session.close());
    },
    dump: (file) => meter.effect(`dump ${basename(file)}`, 'thread', () => session.dump(file)),
  };
}

function firstWords(sql: string): string {
  const statement = sql.replace(/^(\s|--.*$)+/gm, ' ').trim();
  return statement.replaceAll(/\s+/g, ' ').slice(0, 40);
}
