/** Bundles the program into dist/, or the folder given; a second argument names a module in place of src/cli.ts. */
import { bundle } from './bundle.ts';

const [outdir = 'dist', entry] = process.argv.slice(2);
await bundle(outdir, entry);
