import type nano from 'nano';
import type { ProvisionOptions, Step } from './provision';
import { GATEWAY_ROLE } from './rules/author-roles';
import { couchTokens } from './store/couch/tokens';

type TokenOptions = Pick<ProvisionOptions, 'adminUrl' | 'secret' | 'configure'>;

const AUTHENTICATION =
  '{chttpd_auth, jwt_authentication_handler}, {chttpd_auth, cookie_authentication_handler}, {chttpd_auth, default_authentication_handler}';

/** Whether CouchDB takes a token of ours for what it says. */
export async function tokensCount({ adminUrl, secret }: TokenOptions): Promise<boolean> {
  const url = new URL(adminUrl);
  url.username = '';
  url.password = '';
  const token = await couchTokens(secret)({ name: 'preau-gateway', roles: [GATEWAY_ROLE] });
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(new URL('_session', `${url.href.replace(/\/$/, '')}/`), { headers });
  if (!response.ok) return false;
  const session = (await response.json()) as { userCtx?: { name?: unknown; roles?: unknown } };
  const roles = session.userCtx?.roles;
  return session.userCtx?.name === 'preau-gateway' && Array.isArray(roles) && roles.includes(GATEWAY_ROLE);
}

export async function putTokens(server: nano.ServerScope, options: TokenOptions): Promise<readonly Step[]> {
  const key = Buffer.from(options.secret).toString('base64');
  if (!options.configure) {
    const note = `[chttpd]\nauthentication_handlers = ${AUTHENTICATION}\n[jwt_auth]\nrequired_claims = exp\n[jwt_keys]\nhmac:_default = (PREAU_COUCHDB_SECRET)`;
    return [{ done: 'wrong', what: 'jwt_keys', note }];
  }
  const { all_nodes: nodes } = (await server.request({ path: '_membership' })) as { all_nodes: string[] };
  const settings: readonly (readonly [string, string])[] = [
    ['jwt_keys/hmac:_default', key],
    ['jwt_auth/required_claims', 'exp'],
    ['chttpd/authentication_handlers', AUTHENTICATION],
  ];
  for (const node of nodes)
    for (const [path, value] of settings)
      await server.request({ path: `_node/${node}/_config/${path}`, method: 'put', body: value });
  if (await tokensCount(options)) return [{ done: 'repaired', what: 'jwt_keys' }];
  return [{ done: 'wrong', what: 'jwt_keys' }];
}
