/* A certified OpenID Connect provider on loopback, as an employer would run one. Started by tests/oidc/provider.py.

   node provider.mjs SETTINGS.json: {port, client_id, client_secret, redirect_uri, people}. `people` is a file that is
   read again at every log-in: {"sub": {"name": ..., "department": ..., "groups": [...], "email": ...}}. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

import Provider from 'oidc-provider';

const settings = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const issuer = `http://127.0.0.1:${settings.port}`;
const people = () => JSON.parse(readFileSync(settings.people, 'utf8'));
const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });

const provider = new Provider(issuer, {
  clients: [{
    client_id: settings.client_id,
    client_secret: settings.client_secret,
    redirect_uris: [settings.redirect_uri],
    grant_types: ['authorization_code'],
    response_types: ['code'],
  }],
  cookies: { keys: [randomBytes(16).toString('hex')] },
  jwks: { keys: [{ ...key, use: 'sig', alg: 'RS256', kid: 'employer-1' }] },
  claims: {
    openid: ['sub', 'amr', 'auth_time'], profile: ['name', 'department', 'groups'], email: ['email', 'email_verified'],
  },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  ttl: { AccessToken: 60, AuthorizationCode: 60, IdToken: 300, Interaction: 600, Session: 600, Grant: 600 },
  async findAccount(ctx, id) {
    const found = people()[id];
    return found && { accountId: id, claims: async () => ({ sub: id, email_verified: true, ...found }) };
  },
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope('openid profile email');
    await grant.save();
    return grant;
  },
});

const page = (uid) => `<!doctype html><html lang="nl"><title>Werkgever</title><h1>Inloggen bij je werkgever</h1>
<form method="post" action="/interaction/${uid}">
<label>Personeelsnummer <input name="login"></label>
<label><input type="checkbox" name="factor" value="yes"> Met pas</label>
<button name="go" value="in">Inloggen</button> <button name="go" value="stop">Stoppen</button></form></html>`;

async function read(request) {
  let body = '';
  for await (const part of request) body += part;
  return new URLSearchParams(body);
}

createServer(async (request, response) => {
  if (!request.url.startsWith('/interaction/')) return provider.callback()(request, response);
  if (request.method === 'GET') {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    return response.end(page(request.url.split('/')[2]));
  }
  const typed = await read(request);
  const amr = typed.get('factor') === 'yes' ? ['hwk', 'mfa'] : ['pwd'];
  const result = typed.get('go') === 'stop'
    ? { error: 'access_denied', error_description: 'stopped' }
    : { login: { accountId: typed.get('login'), amr } };
  return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}).listen(settings.port, '127.0.0.1', () => console.log('ready'));
