import canonicalize from 'canonicalize';
import { utf8 } from './bytes';

/**
 * JSON as RFC 8785 writes it: one value has one text, so that a hash or a signature means the same everywhere.
 * @throws Error for what is not JSON (NaN, a lone surrogate)
 */
export function canonical(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('canonical: not JSON');
  return text;
}

export const canonicalBytes = (value: unknown): Buffer => utf8(canonical(value));
