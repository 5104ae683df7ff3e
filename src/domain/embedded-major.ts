/** PostgreSQL's major version in the bundled PGlite. */
export const embeddedMajor = 18;
