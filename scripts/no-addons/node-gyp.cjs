#!/usr/bin/env node
// npm 9 runs every install script. A node-gyp in node_modules/.bin comes before npm's own, and ssh2 does without its addon.
console.error('erp-deploy compiles no addons: see docs/decisions/0007-runtime-and-bundle.md');
process.exitCode = 1;
