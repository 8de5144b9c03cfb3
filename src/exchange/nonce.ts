import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../domain/time';
import { toText } from './bytes';

/** How long a nonce may be answered, in milliseconds: one run over a bad line, with room. */
export const NONCE_LIFETIME_MS = 2 * 3600 * 1000;

/**
 * A challenge that the answering side need not remember: its own expiry under its own key. Several gateways share
 * one secret; the caller's clock is never asked for.
 */
export interface Nonces {
  /** The answering side's clock, in milliseconds since 1970. */
  readonly clock: Clock;
  issue(poste: string): string;
  accepts(nonce: string, poste: string): boolean;
}

/** @param secret 32 bytes known to the answering side only */
export function createNonces(secret: Buffer, clock: Clock): Nonces {
  const mac = (poste: string, expires: string): Buffer =>
    createHmac('sha256', secret).update(`preau nonce v0\n${poste}\n${expires}`).digest().subarray(0, 16);
  return {
    clock,
    issue(poste) {
      const expires = (clock() + NONCE_LIFETIME_MS).toString(36);
      return `${expires}.${toText(mac(poste, expires))}`;
    },
    accepts(nonce, poste) {
      const [expires = '', text = ''] = nonce.split('.');
      const given = Buffer.from(text, 'base64url');
      const expected = mac(poste, expires);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
      return Number.parseInt(expires, 36) >= clock();
    },
  };
}
