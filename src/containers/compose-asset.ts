/** The compose file of the package, which contains the defaults of the settings. */
export const composeAsset = 'compose/docker-compose.yml';
