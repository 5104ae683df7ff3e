import { configJsonSchema } from '../../config/config-json-schema.ts';
import { configTemplate } from '../../config/config-template.ts';
import { inWorkspace } from '../../domain/command-text.ts';
import type { Files } from '../../domain/ports.ts';
import { exitCodes, ProblemError } from '../../domain/problem.ts';
import type { Execute } from '../wiring/command.ts';
import { configFile } from '../wiring/configuration.ts';
import { worldOf } from '../wiring/world.ts';

export const schemaFile = '.erp-deploy/erp-deploy.config.schema.json';

/** Writes the commented configuration, and beside the journal the schema that editors check it with. */
export const init: Execute = async (parts) => {
  const { flags, teller } = parts;
  const { files } = worldOf(parts, flags.workspace);
  if ((await files.look(configFile)).type !== 'absent') {
    throw new ProblemError({
      code: 'ERP-0112',
      what: `${configFile} is there already.`,
      why: 'It may hold your settings; init writes only where nothing is.',
      todo: [`Edit it, or move it away: mv ${inWorkspace(configFile)} ${inWorkspace(configFile)}.old`],
      exit: exitCodes.usage,
    });
  }
  await writeSchema(files);
  await files.write(configFile, configTemplate(`./${schemaFile}`), 0o644);
  teller.tell({
    type: 'note',
    level: 'info',
    text: `${configFile} written; every setting in it has a default.`,
  });
  return exitCodes.done;
};

/** Puts the schema that the configuration names beside the journal, where it does not go into a repository. */
export async function writeSchema(files: Files): Promise<void> {
  await files.makeDirectory('.erp-deploy');
  await files.write('.erp-deploy/.gitignore', '*\n', 0o644);
  await files.write(schemaFile, `${JSON.stringify(configJsonSchema(), null, 2)}\n`, 0o644);
}
