import { configJsonSchema } from '../../config/config-json-schema.ts';
import { configTemplate } from '../../config/config-template.ts';
import { inWorkspace } from '../../domain/command-text.ts';
import type { Files } from '../../domain/ports/files.ts';
import { exitCodes, ProblemError } from '../../domain/problem.ts';
import type { Execute } from '../wiring/command.ts';
import { configFile } from '../wiring/configuration.ts';
import { workspacePorts } from '../wiring/workspace-ports.ts';

export const schemaFile = '.erp-deploy/erp-deploy.config.schema.json';

/** Writes the commented configuration, and the JSON schema with which editors check it. */
export const init: Execute = async (parts) => {
  const { flags, reporter } = parts;
  const { files } = workspacePorts(parts, flags.workspace);
  if ((await files.inspect(configFile)).type !== 'absent') {
    throw new ProblemError({
      code: 'ERP-0112',
      what: `${configFile} already exists.`,
      why: 'It may contain your settings, and init never overwrites a file.',
      todo: [
        {
          text: 'Edit it, or rename it',
          command: ['mv', inWorkspace(configFile), `${inWorkspace(configFile)}.old`],
        },
      ],
      exit: exitCodes.usage,
    });
  }
  await writeSchema(files);
  await files.write(configFile, configTemplate(`./${schemaFile}`), 0o644);
  reporter.emit({
    type: 'note',
    level: 'info',
    text: `${configFile} was written. Every setting in it has a default.`,
  });
  return exitCodes.done;
};

/** Writes the schema into `.erp-deploy`, which Git ignores. */
export async function writeSchema(files: Files): Promise<void> {
  await files.makeDirectory('.erp-deploy');
  await files.write('.erp-deploy/.gitignore', '*\n', 0o644);
  await files.write(schemaFile, `${JSON.stringify(configJsonSchema(), null, 2)}\n`, 0o644);
}
