import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Fault, planted } from './fault.ts';

const checkout = fileURLToPath(new URL('../../', import.meta.url));

/** A copy of the checkout in which faults are planted; the checkout itself is never changed. */
export class CheckoutCopy {
  /** The path is short because it contains sockets, whose paths are limited to 107 bytes (unix(7)). */
  readonly #folder = mkdtempSync(join(tmpdir(), 'm-'));
  readonly root = join(this.#folder, 'c');
  /** Folder that the tests use in place of the system's folder for temporary files. */
  readonly temporary = join(this.#folder, 't');

  constructor() {
    chmodSync(this.#folder, 0o755); // tests run PostgreSQL and the program as other users
    mkdirSync(this.temporary);
    chmodSync(this.temporary, 0o1777);
    const words = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
    const paths = execFileSync('git', words, { cwd: checkout, encoding: 'utf8' }).split('\0');
    for (const path of new Set(paths)) {
      // A file that was removed is listed until its removal is committed.
      if (path !== '' && existsSync(join(checkout, path)))
        cpSync(join(checkout, path), join(this.root, path));
    }
    for (const modules of ['node_modules', 'test/nodes/node_modules']) {
      const installed = join(checkout, modules);
      if (existsSync(installed)) symlinkSync(realpathSync(installed), join(this.root, modules));
    }
  }

  /**
   * Plants a fault and builds the program with it. Returns a function that removes it. @throws if its snippet does not
   * fit
   */
  plant(fault: Fault): () => void {
    const file = join(this.root, fault.file);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, planted(text, fault));
    this.build();
    return () => writeFileSync(file, text);
  }

  /** Builds the program, for the tests that start it. */
  build(): void {
    execFileSync(process.execPath, ['scripts/build.ts'], { cwd: this.root, stdio: 'pipe' });
  }

  /** Empties the folder for temporary files, because killed tests leave theirs. */
  tidy(): void {
    rmSync(this.temporary, { recursive: true, force: true });
    mkdirSync(this.temporary);
    chmodSync(this.temporary, 0o1777);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
