import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** Modules that catch the SyntaxError themselves, or read a file of the package. */
const known = [
  'src/cli/wiring/package-assets.ts',
  'src/cli/wiring/rollout-logs.ts',
  'src/cli/wiring/watch-state.ts',
  'src/cli/wiring/workspace-ports.ts',
  'src/completion/openspec-change.ts',
  'src/config/jwt-keys.ts',
  'src/containers/ask-endpoints.ts',
  'src/containers/tools.ts',
  'src/database/expected/expected-catalogs.ts',
  'src/database/starter-schema/index-shape.ts',
  'src/domain/answer.ts',
  'src/dumps/backup-manifest.ts',
  'src/engine/journal-text.ts',
  'src/engine/lock.ts',
  'src/engine/saved-plan/format.ts',
  'src/headless/log-text.ts',
  'src/host/host-lock.ts',
  'src/tunnel/answers.ts',
  'src/tunnel/cloudflare-requests.ts',
  'src/tunnel/cloudflared.ts',
  'src/workspace/contract.ts',
];

it('parses JSON from outside with answerIn, so that an invalid text is a problem and not a bug', () => {
  const found = globSync('src/**/*.{ts,tsx}').filter((file) =>
    readFileSync(file, 'utf8').includes('JSON.parse('),
  );
  expect(found.toSorted()).toEqual(known);
});
