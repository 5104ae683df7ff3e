/**
 * The lines by which the compose file hardens its containers, as they stand in the template. The settings of its log are
 * not among them: those are settings of PostgreSQL (`config/containers.ts`).
 */
const hardening: readonly string[] = [
  `    # Until PostgreSQL has written its last checkpoint. After 10 s, the default, it would be killed.
    stop_grace_period: 1m
`,
  `    security_opt:
      - no-new-privileges:true
`,
  `    # PostgreSQL writes only to its data, its socket and temporary files.
    read_only: true
    tmpfs:
      - /tmp:size=16m
      - /var/run/postgresql:size=1m
`,
  `    read_only: true
`,
  `      # Read only if data/ is empty: existing data keeps what it has.
      POSTGRES_INITDB_ARGS: --data-checksums
`,
];

/** Returns the compose file of the package as it was before its containers were hardened. */
export function withoutHardening(template: string): string {
  return hardening.reduce((text, lines) => text.replaceAll(lines, ''), template);
}
