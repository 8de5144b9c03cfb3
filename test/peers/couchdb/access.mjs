import { timingSafeEqual } from 'node:crypto';
import { jwtVerify } from 'jose';

/** The administrator of this server, as a real one's `[admins]`. */
const ADMIN = { name: 'admin', password: 'peer' };
const ROLES = '_couchdb.roles';

const refusal = (status, error, message) => Object.assign(new Error(message), { status, error });

/** Who asks: nobody, an administrator or an account by name and password, or whom a token names. */
export async function authenticate(header, { users, jwtKey }) {
  if (!header) return { name: null, roles: [] };
  const [scheme, given = ''] = header.split(' ');
  if (scheme === 'Basic') {
    const [name, ...rest] = Buffer.from(given, 'base64').toString().split(':');
    const password = rest.join(':');
    if (name === ADMIN.name && password === ADMIN.password) return { name, roles: ['_admin'] };
    const user = users.get(name);
    if (user && sameText(user.password, password)) return { name, roles: user.roles };
    throw refusal(401, 'unauthorized', 'Name or password is incorrect.');
  }
  if (scheme !== 'Bearer' || !jwtKey) return { name: null, roles: [] };
  try {
    const { payload } = await jwtVerify(given, jwtKey, {
      algorithms: ['HS256'],
      requiredClaims: ['exp', 'sub'],
    });
    return { name: payload.sub, roles: Array.isArray(payload[ROLES]) ? payload[ROLES] : [] };
  } catch (error) {
    if (error.code === 'ERR_JWT_EXPIRED') throw refusal(401, 'unauthorized', 'exp not in future');
    throw refusal(
      400,
      'bad_request',
      error.code === 'ERR_JWT_CLAIM_VALIDATION_FAILED' ? 'Missing claim' : 'Bad HMAC',
    );
  }
}

const sameText = (a, b) =>
  Buffer.byteLength(a) === Buffer.byteLength(b) && timingSafeEqual(Buffer.from(a), Buffer.from(b));

export const sessionOf = (user) => ({
  ok: true,
  userCtx: user,
  info: { authentication_handlers: ['jwt', 'cookie', 'default'] },
});

/** The settings that matter to access; the others are kept by nobody. @returns the value before, as CouchDB does */
export function configure(state, { section, key }, value) {
  if (section !== 'jwt_keys' || key !== 'hmac:_default') return '';
  const before = state.jwtKey ? Buffer.from(state.jwtKey).toString('base64') : '';
  state.jwtKey = Buffer.from(value, 'base64');
  return before;
}

/** @returns undefined where the database may be opened */
export function allowed(user, { members, admins }) {
  if (user.roles.includes('_admin')) return undefined;
  const names = [...(members?.names ?? []), ...(admins?.names ?? [])];
  const roles = [...(members?.roles ?? []), ...(admins?.roles ?? [])];
  const isPublic = (members?.names ?? []).length === 0 && (members?.roles ?? []).length === 0;
  if (isPublic || names.includes(user.name) || user.roles.some((role) => roles.includes(role)))
    return undefined;
  return user.name === null
    ? { status: 401, body: { error: 'unauthorized', reason: 'You are not authorized to access this db.' } }
    : { status: 403, body: { error: 'forbidden', reason: 'You are not allowed to access this db.' } };
}
