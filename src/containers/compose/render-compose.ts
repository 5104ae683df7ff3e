import type { Config } from '../../config/config.ts';
import { memoryText, type Service } from '../../config/containers.ts';
import { withoutHardening } from './harden.ts';

/** What a compose file is written with. */
export type ComposeSettings = Pick<Config, 'database' | 'publicHost' | 'containers'>;

/**
 * Returns the compose file of the package with these settings instead of the defaults that it contains.
 * @param template the text of the asset; each replacement is for one or more whole lines of it
 */
export function renderCompose(
  template: string,
  { database: { name, user }, publicHost, containers: { database, api, network, hardened } }: ComposeSettings,
): string {
  const named = (hardened ? template : withoutHardening(template))
    .replaceAll('POSTGRES_USER: erp_admin\n', `POSTGRES_USER: ${quotedUnless('erp_admin', user)}\n`)
    .replaceAll('POSTGRES_DB: portfolio\n', `POSTGRES_DB: ${quotedUnless('portfolio', name)}\n`)
    .replaceAll('"-U", "erp_admin", "-d", "portfolio"', `"-U", "${user}", "-d", "${name}"`)
    .replaceAll('@postgres-erp:5432/portfolio\n', `@postgres-erp:5432/${name}\n`)
    .replaceAll('Host(`erp-db.bestviable.com`)', `Host(\`${publicHost}\`)`)
    .replaceAll('- portfolio-network\n', `- ${network}\n`)
    .replaceAll('traefik.docker.network: portfolio-network\n', `traefik.docker.network: ${network}\n`)
    .replaceAll('name: portfolio-network\n', `name: ${network}\n`)
    .replaceAll('\n  portfolio-network:\n', `\n  ${network}:\n`);
  const [head = '', apiPart = ''] = named.split('\n  postgrest-erp:\n');
  const databasePart = withService(head, database).replace(
    /(\n {4}command:\n {6}- postgres\n)(?: {6}- .*\n)+/,
    (_, start: string) => `${start}${commandLines(database.settings)}`,
  );
  return `${databasePart}\n  postgrest-erp:\n${withService(apiPart, api)}`;
}

function withService(part: string, { name, image, port, innerPort, memory, nanoCpus }: Service): string {
  return part
    .replace(/(?<=^|\n)( {4}image: ).*\n/, `$1${image}\n`)
    .replace(/(?<=^|\n)( {4}container_name: ).*\n/, `$1${name}\n`)
    .replace(/( {6}- 127\.0\.0\.1:)\d+:\d+\n/, `$1${port}:${innerPort}\n`)
    .replace(/( {4}mem_limit: ).*\n/, `$1${memoryText(memory)}\n`)
    .replace(/( {4}cpus: ).*\n/, `$1${nanoCpus / 1e9}\n`);
}

function commandLines(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `      - -c\n      - ${plainOrQuoted(`${name}=${value}`)}\n`)
    .join('');
}

/** Names of databases and roles are lower-case words, which YAML reads as strings if they are quoted. */
const quotedUnless = (usual: string, word: string) => (word === usual ? word : `"${word}"`);

/** YAML reads such a text as it is written. */
const plainOrQuoted = (text: string) => (/^[\w.]+=[\w./-]+$/.test(text) ? text : JSON.stringify(text));
