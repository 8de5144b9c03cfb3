import { hkdfSync } from 'node:crypto';
import { idFrom, type Id } from '../../domain/id';
import { formatPrintedCode } from '../../store/recovery-code';
import type { Random } from '../capability';

/** 80 random bits: four groups of five characters, which nobody tries one after the other, at the commune either. */
export const CODE_BYTES = 10;

/**
 * What recognises a code and does not give it away: HKDF-SHA-256 of its bytes, bound to the access, so that a verifier that
 * is copied to another access opens nothing. Not stretched: the code is random, unlike a password. base64url, 32 bytes.
 */
export function verifierOf(access: Id<'portal'>, code: Uint8Array): string {
  return Buffer.from(hkdfSync('sha256', code, access, 'preau-portal-code-1', 32)).toString('base64url');
}

/** A new code: for the paper, and for who checks it. */
export function newCode(access: Id<'portal'>, random: Random): { printed: string; verifier: string } {
  const bytes = random(CODE_BYTES);
  return { printed: formatPrintedCode(bytes), verifier: verifierOf(access, bytes) };
}

/** The access of a guardian: the same on every poste of the school, and no way back from it to the guardian. */
export function accessId(directionKey: Uint8Array | string, guardian: string): Id<'portal'> {
  return idFrom(
    'portal',
    Buffer.from(hkdfSync('sha256', directionKey, guardian, 'preau-portal-access-1', 16)),
  );
}
