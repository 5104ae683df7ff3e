import { quoted } from '../domain/show-change.ts';
import { type ContainerLocation, machineWords } from './location.ts';
import { blocks, code, fenced } from './markdown.ts';
import { rightsOf, rowWords } from './rights.ts';
import type { DocumentSource } from './source.ts';

const heading = '## Over HTTP: PostgREST';

/** Describes how to use the API. Tests run every shell command as it is printed. */
export function apiPart({ location, catalog }: DocumentSource): string {
  if (location.is === 'embedded')
    return blocks(
      heading,
      'The embedded database has no API. With containers, this section shows how to use it.',
    );
  if (location.is === 'server')
    return blocks(
      heading,
      'erp-deploy runs no API for a database URL. Ask the operator of the server whether there is one.',
    );
  const rights = rightsOf(catalog, 'erp_api');
  const local = `http://127.0.0.1:${location.containers.api.port}`;
  return blocks(
    heading,
    `On ${machineWords(location)}, and in the network of the containers, a header selects the schema: ${code('Accept-Profile')} to read, ${code('Content-Profile')} to write. ${anonymousText(catalog)}`,
    fenced('sh', `curl -i -H 'Accept-Profile: erp' '${local}/people?limit=5'`),
    `Requests need a short-lived token, signed with the key in the ${code('.env')} there. To create one, in the workspace of erp-deploy:`,
    fenced('sh', `TOKEN=$(${tokenCommand(location)})`),
    `With the token in ${code('TOKEN')}, on ${machineWords(location)}:`,
    fenced(
      'sh',
      [
        `${asHolder} -H 'Accept-Profile: erp' '${local}/people?limit=5'`,
        `${asHolder} -H 'Content-Profile: agent' -H 'Content-Type: application/json' \\`,
        `  -d '{"plan_title": "Plan"}' '${local}/plans'`,
      ].join('\n'),
    ),
    ...publicPart(location),
    [
      rights === null ? '' : `${code('erp_api')} ${rowWords(rights)}.`,
      location.api.rows === null ? '' : `A response contains at most ${location.api.rows} rows.`,
    ]
      .join(' ')
      .trim(),
  );
}

const asHolder = 'curl --fail-with-body -H "Authorization: Bearer $TOKEN"';

/** A production host has its own signing key. */
function tokenCommand({ production }: ContainerLocation): string {
  const host = production === null ? '' : ` --production-host ${quoted(production)}`;
  return `erp-deploy token --role erp_api --ttl 1h${host}`;
}

/** Describes what a request without a token may do, from the catalog. */
function anonymousText(catalog: DocumentSource['catalog']): string {
  const rights = rightsOf(catalog, 'erp_anon');
  if (rights === null) return 'Without a token:';
  const nothing = !rights.boundless && Object.values(rights.may).every((tables) => tables === 0);
  return nothing
    ? 'A request without a token is rejected (401):'
    : `A request without a token runs as ${code('erp_anon')}, which ${rowWords(rights)}:`;
}

function publicPart({ api: { publicHost } }: ContainerLocation): readonly string[] {
  if (publicHost === null) return [];
  return [
    `On the public host ${code(publicHost)}, the first part of the path selects the schema, and Traefik sets the headers:`,
    fenced('sh', `${asHolder} 'https://${publicHost}/erp/people?limit=5'`),
  ];
}
