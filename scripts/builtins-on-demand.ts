import type { Plugin } from 'esbuild';

/** Modules of Node that load many others. */
const rarelyUsed = /^node:(?:child_process|fs|process|util)$/;

/** What takes the place of an import, by its name. Commander uses the first two only for commands in files of their own. */
const replacements: Readonly<Record<string, string>> = {
  'node:child_process': onDemand('child_process'),
  'node:fs': onDemand('fs'),
  'node:process': 'export default process;',
  'node:util': `export const stripVTControlCharacters = (text) =>
    process.getBuiltinModule('node:util').stripVTControlCharacters(text);`,
};

function onDemand(name: string): string {
  return `export default new Proxy({}, { get: (_, key) => process.getBuiltinModule('node:${name}')[key] });`;
}

/**
 * Loads modules of Node for commander when it first uses them. An import would load them, and everything that their
 * getters load (`process.report`, `fs.promises`), at each start.
 */
export const builtinsOnDemand: Plugin = {
  name: 'builtins-on-demand',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: rarelyUsed }, ({ path, importer }) =>
      /[\\/]node_modules[\\/]commander[\\/]/.test(importer) ? { path, namespace: 'on-demand' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'on-demand' }, ({ path }) => ({
      contents: replacements[path] ?? '',
    }));
  },
};
