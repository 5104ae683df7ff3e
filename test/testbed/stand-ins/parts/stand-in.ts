/** What every stand-in says of itself wherever the real program would say its name and version. */
export const standIn = 'stand-in of the erp-deploy test bed';
