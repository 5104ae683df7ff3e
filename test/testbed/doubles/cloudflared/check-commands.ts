import { ConfigFileError, readConfigFile } from './config-file.ts';
import { IngressError, matchingRule, parseIngress, type Rule } from './ingress.ts';

/**
 * `tunnel ingress validate`: prints `OK` or the reason. Unknown keys cause a warning instead of `OK`, and exit code 0.
 */
export function validate(given: string | undefined, hasUrl: boolean): 0 | 1 {
  return orFail(() => {
    const file = readConfigFile(given);
    if (file.source === '')
      throw new ConfigFileError(
        'No configuration file was found. Please create one, or use the --config flag to specify its filepath. You can use the help command to learn more about configuration files',
      );
    console.log(`Validating rules from ${file.source}`);
    parseIngress(file.config.ingress, file.config.originRequest);
    if (file.config.url !== undefined || hasUrl)
      throw new ConfigFileError(
        "You can't set the --url flag (or $TUNNEL_URL) when using multiple-origin ingress rules",
      );
    if (file.warnings.length === 0) console.log('OK');
    else
      console.log(
        `Warning: unused keys detected in your config file. Here is a list of unused keys:\nyaml: unmarshal errors:\n${file.warnings.join('\n')}`,
      );
  });
}

/** `tunnel ingress rule URL`: prints the index of the matching rule. */
export function rule(given: string | undefined, asked: string | undefined): 0 | 1 {
  return orFail(() => {
    if (asked === undefined)
      throw new ConfigFileError('cloudflared tunnel rule expects a single argument, the URL to test');
    if (!URL.canParse(asked))
      throw new ConfigFileError(`${asked} doesn't have a hostname, consider adding a scheme`);
    const { hostname, pathname } = new URL(asked);
    const file = readConfigFile(given);
    console.log(`Using rules from ${file.source}`);
    const rules = parseIngress(file.config.ingress, file.config.originRequest);
    // In Go, a missing path is empty.
    const path = /^[^:]+:\/\/[^/?#]*(?:[?#]|$)/.test(asked) ? '' : pathname;
    const at = matchingRule(rules, hostname, path);
    const found = rules[at];
    console.log(`Matched rule #${at}\n${found === undefined ? '' : described(found)}`);
  });
}

function described({ hostname, path, service }: Rule): string {
  const lines = [hostname && `hostname: ${hostname}`, path && `path: ${path}`, `service: ${service}`];
  return lines
    .filter((line) => line !== '')
    .map((line) => `\t${line}`)
    .join('\n');
}

function orFail(check: () => void): 0 | 1 {
  try {
    check();
    return 0;
  } catch (error) {
    if (error instanceof IngressError) console.error(`Validation failed: ${error.message}`);
    else if (error instanceof ConfigFileError) console.error(error.message);
    else throw error;
    return 1;
  }
}
