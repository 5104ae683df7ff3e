/** The roles that `erp-deploy psql` offers; all but the first can write. */
export const psqlRoles = ['erp_readonly', 'erp_service', 'erp_admin'] as const;

export type PsqlRole = (typeof psqlRoles)[number];
