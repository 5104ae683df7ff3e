import type { Plugin } from 'esbuild';

/** Modules of Node that load many others. */
const rarelyUsed = /^(?:node:(?:child_process|fs|process|util)|process)$/;

/** Libraries that need these modules only for what erp-deploy does not do, or long after their start. */
const rareUsers = /[\\/]node_modules[\\/](?:commander|terminal-size)[\\/]/;

const inNodeModules = /[\\/]node_modules[\\/]/;

/**
 * What takes the place of an import, by its name. A library that imports anything else by name fails to build. `process`
 * is global anyway; its module reads every property of it, among them stdin and the diagnostic report.
 */
const replacements: Readonly<Record<string, string>> = {
  'node:child_process': `${onDemand('child_process')}
    export const execFileSync = (...all) => process.getBuiltinModule('node:child_process').execFileSync(...all);`,
  'node:fs': onDemand('fs'),
  'node:process': `export default process;
    export const { cwd, env, execArgv, execPath, hrtime, platform } = process;`,
  'node:util': `export const stripVTControlCharacters = (text) =>
    process.getBuiltinModule('node:util').stripVTControlCharacters(text);`,
};

function onDemand(name: string): string {
  return `export default new Proxy({}, { get: (_, key) => process.getBuiltinModule('node:${name}')[key] });`;
}

/**
 * Loads modules of Node for libraries when they first use them. An import would load them, and everything that their
 * getters load (`process.report`, `fs.promises`), at each start.
 */
export const builtinsOnDemand: Plugin = {
  name: 'builtins-on-demand',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: rarelyUsed }, ({ path, importer, kind }) => {
      // `require` returns the module as it is, and runs no getters.
      if (kind !== 'import-statement') return undefined;
      const name = path.replace(/^(?!node:)/, 'node:');
      const users = name === 'node:process' ? inNodeModules : rareUsers;
      if (!users.test(importer)) return undefined;
      // A copy for each library: one for all would be a part of its own, which every start had to open.
      const [, library] = /.*[\\/]node_modules[\\/]([^\\/]+)/.exec(importer) ?? [];
      return { path: name, namespace: 'on-demand', suffix: `?${library}` };
    });
    onLoad({ filter: /.*/, namespace: 'on-demand' }, ({ path }) => ({
      contents: replacements[path] ?? '',
    }));
  },
};
