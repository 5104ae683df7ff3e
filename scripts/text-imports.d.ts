/** Scripts are embedded as text: by esbuild in the program (bundle.ts), by a plugin in the tests (vitest.config.ts). */
declare module '*.sh' {
  const text: string;
  export default text;
}

declare module '*.bash' {
  const text: string;
  export default text;
}
