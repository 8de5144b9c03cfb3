import { SignJWT } from 'jose';
import type { UserContext } from '../../rules/rule';

/** How long a token counts, in seconds (docs/sync-decisions.md §6). */
const LIFETIME_S = 300;
/** A token is renewed this long before its end, in milliseconds: a slow request, two clocks a little apart. */
const MARGIN_MS = 60_000;
/** Tokens kept; an author's is short and made in microseconds. */
const KEPT = 1000;

export type Holder = Pick<UserContext, 'name' | 'roles'>;

/**
 * Tokens by which CouchDB knows in whose name a request writes (JWT, HS256, `sub` and `_couchdb.roles`). Whoever has the
 * secret is everybody: it is the gateway's and CouchDB's alone.
 * @param secret at least 32 bytes, as in CouchDB's `[jwt_keys] hmac:_default`
 */
export function couchTokens(
  secret: Uint8Array,
  clock: () => number = Date.now,
): (holder: Holder) => Promise<string> {
  if (secret.length < 32) throw new RangeError('a token secret needs 32 bytes');
  const kept = new Map<string, { readonly token: Promise<string>; readonly until: number }>();
  return (holder) => {
    const key = `${holder.name ?? ''} ${holder.roles.join(' ')}`;
    const now = clock();
    const known = kept.get(key);
    if (known && known.until > now) return known.token;
    const token = new SignJWT({ '_couchdb.roles': [...holder.roles] })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setSubject(holder.name ?? '')
      .setIssuedAt(Math.floor(now / 1000))
      .setExpirationTime(Math.floor(now / 1000) + LIFETIME_S)
      .sign(secret);
    kept.delete(key);
    kept.set(key, { token, until: now + LIFETIME_S * 1000 - MARGIN_MS });
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    return token;
  };
}

/** 32 bytes and more in base64, as a technician's file or environment holds them. @throws RangeError */
export function readTokenSecret(text: string): Buffer {
  const secret = Buffer.from(text.trim(), 'base64');
  if (secret.length < 32) throw new RangeError('a token secret needs 32 bytes in base64');
  return secret;
}
