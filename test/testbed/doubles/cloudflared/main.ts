/**
 * A double of cloudflared: `tunnel run`, `tunnel ingress validate`, `tunnel ingress rule URL`, `tunnel --metrics
 * HOST:PORT ready`, `--version`. It connects to the double of the edge at DOUBLE_EDGE.
 */
import { rule, validate } from './check-commands.ts';
import { askReady } from './ready.ts';
import { run } from './run.ts';
import { version } from './version.ts';
import { readWords } from './words.ts';

const words = readWords(process.argv.slice(2), process.env);
const [command, ...rest] = words.commands;
const config = words.flags.get('config');
const asked = command === 'tunnel' ? rest.slice(0, 2).join(' ') : (command ?? '');
if (words.flags.has('version') || asked === 'version') {
  console.log(`cloudflared version ${version}`);
} else if (asked === 'ingress validate') {
  process.exitCode = validate(config, words.flags.has('url'));
} else if (asked === 'ingress rule') {
  process.exitCode = rule(config, rest[2]);
} else if (rest[0] === 'ready') {
  process.exitCode = await askReady(words.flags.get('metrics'));
} else if (rest[0] === 'run') {
  process.exit(await run(words, process.env));
} else {
  console.error(`The double of cloudflared does not know: ${process.argv.slice(2).join(' ')}`);
  process.exitCode = 1;
}
