import { lineView } from '../../headless/lines.ts';
import { asciiOutput } from '../../screens/ascii.ts';
import { PlainWizard } from '../../screens/plain/plain-wizard.ts';
import { withoutSign } from '../../screens/theme.ts';
import type { Flags } from './flags.ts';
import { isUnicode } from './locale.ts';
import type { FrontEndIo, OpenFrontEnd } from './open-front-end.ts';
import { openerOf } from './opener.ts';
import { askPassphrase } from './passphrase.ts';
import { readLogText } from './read-log.ts';
import { askedOf, closingLines } from './wizard.ts';

/** Opens the wizard as lines of text. Closing it prints the summary. */
export function plainWizardFrontEnd(flags: Flags, io: FrontEndIo): OpenFrontEnd {
  const { stdin, env, adapters } = io;
  const ascii = isUnicode(env)
    ? io
    : { ...io, stdout: asciiOutput(io.stdout), stderr: asciiOutput(io.stderr) };
  const { stdout } = ascii;
  const print = (text: string) => void stdout.write(text);
  const view = lineView({ verbose: flags.verbose, plan: true });
  const wizard = new PlainWizard({
    stdin,
    print,
    show: (event) => {
      const { out, error } = view(event);
      for (const line of [...out, ...error]) print(`${line}\n`);
    },
    askPassphrase: (question, signal) => askPassphrase(question, ascii, adapters.ownProcess, signal),
    interrupt: () => adapters.ownProcess.interrupt(),
    showLog: async (path) => print(await readLogText(adapters, path)),
    ...openerOf(io),
  });
  return askedOf(wizard, flags, async () =>
    print(`${closingLines(wizard, flags, ascii).map(withoutSign).join('\n')}\n`),
  );
}
