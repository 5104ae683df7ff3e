/** The text that every double shows in place of the name and version of the real program. */
export const double = 'double of the erp-deploy testbed';
