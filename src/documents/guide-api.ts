import { services } from '../containers/stack.ts';
import { quoted } from '../domain/show-change.ts';
import { type ContainerLocation, machineWords } from './location.ts';
import { blocks, code, fenced } from './markdown.ts';
import { rightsOf, rowWords } from './rights.ts';
import type { DocumentSource } from './source.ts';

const heading = '## Over HTTP: PostgREST';

/** How the API is used, where one runs: each line of a shell is one that tests run as it stands. */
export function apiPart({ location, catalog }: DocumentSource): string {
  if (location.is === 'embedded')
    return blocks(
      heading,
      'None runs over the embedded database. Where containers run it, this part says how it is asked.',
    );
  if (location.is === 'server')
    return blocks(
      heading,
      'erp-deploy runs none over a database URL, and knows of none: ask whoever runs the server.',
    );
  const rights = rightsOf(catalog, 'erp_api');
  const local = `http://127.0.0.1:${services.api.port}`;
  return blocks(
    heading,
    `On ${machineWords(location)}, and in the network of the containers, a header names the schema: ${code('Accept-Profile')} for what is read, ${code('Content-Profile')} for what is written. ${strangerWords(catalog)}`,
    fenced('sh', `curl -i -H 'Accept-Profile: erp' '${local}/people?limit=5'`),
    `A token is short-lived, and signed with the key of the ${code('.env')} there. In the workspace of erp-deploy:`,
    fenced('sh', `TOKEN=$(${tokenCommand(location)})`),
    `With it in ${code('TOKEN')}, on ${machineWords(location)}:`,
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
      location.api.rows === null ? '' : `An answer holds at most ${location.api.rows} rows.`,
    ]
      .join(' ')
      .trim(),
  );
}

const asHolder = 'curl --fail-with-body -H "Authorization: Bearer $TOKEN"';

/** The droplet has a key of its own. */
function tokenCommand({ droplet }: ContainerLocation): string {
  const there = droplet === null ? '' : ` --production-host ${quoted(droplet)}`;
  return `erp-deploy token --role erp_api --ttl 1h${there}`;
}

/** What a request without a token may do, as the catalog has it. */
function strangerWords(catalog: DocumentSource['catalog']): string {
  const rights = rightsOf(catalog, 'erp_anon');
  if (rights === null) return 'Without a token:';
  const nothing = !rights.boundless && Object.values(rights.may).every((tables) => tables === 0);
  return nothing
    ? 'A request without a token may do nothing (401):'
    : `A request without a token is ${code('erp_anon')}, which ${rowWords(rights)}:`;
}

function publicPart({ api: { publicHost } }: ContainerLocation): readonly string[] {
  if (publicHost === null) return [];
  return [
    `Through ${code(publicHost)} the path's first part names the schema, and Traefik sets the headers:`,
    fenced('sh', `${asHolder} 'https://${publicHost}/erp/people?limit=5'`),
  ];
}
