/** The account, the zone and the tunnels that the tests of Cloudflare's double begin with. */
export const account = '023e105f4ecef8ad9ca31a8372d0c353';
export const zone = '9a7806061c88ada191ed06f989cc3dac';
/** A tunnel that is configured by a file, and one that is configured at Cloudflare. */
export const local = '6ff42ae2-765d-4adf-8112-31c55c1551ef';
export const remote = 'f70ff985-a4ef-4643-bbbc-4a0ed4fc8415';
export const secret = Buffer.from('a tunnel secret of some length').toString('base64');
export const fullAccessToken = 'a-token-that-may-do-all';
export const zoneReadToken = 'a-token-that-may-read-zones';

const leadsTo = (id: string, name: string, content: string) => ({
  id,
  zone,
  type: 'CNAME',
  name: `${name}.bestviable.com`,
  content,
  proxied: true,
});
const toLocal = `${local}.cfargotunnel.com`;

export const state = {
  tokens: [
    {
      value: fullAccessToken,
      id: 't1',
      permissions: ['Zone:Read', 'DNS:Edit', 'Cloudflare Tunnel:Edit', 'Account Settings:Read'],
    },
    { value: zoneReadToken, id: 't2', permissions: ['Zone:Read'] },
    { value: 'old', id: 't3', permissions: ['Zone:Read'], status: 'expired' },
  ],
  accounts: [{ id: account, name: 'Someone' }],
  zones: [{ id: zone, name: 'bestviable.com', account }],
  tunnels: [
    { id: local, name: 'droplet', account, secret, config_src: 'local' },
    {
      id: remote,
      name: 'elsewhere',
      account,
      secret,
      config_src: 'cloudflare',
      config: { ingress: [{ service: 'http_status:404' }] },
      version: 3,
    },
  ],
  dns: [
    leadsTo('r1', 'erp-db', toLocal),
    leadsTo('r2', 'remote', `${remote}.cfargotunnel.com`),
    leadsTo('r3', 'ssh', toLocal),
    leadsTo('r4', 'lost', 'nowhere.example.net'),
    leadsTo('r5', 'private', toLocal),
  ],
  access: [{ hostname: 'private.bestviable.com', team: 'someone' }],
};
