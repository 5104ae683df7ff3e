/** What every double says of itself wherever the real program would say its name and version. */
export const double = 'double of the erp-deploy testbed';
