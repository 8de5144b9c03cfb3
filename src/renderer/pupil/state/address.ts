import { tidyCode } from '../../../domain/lesson/code';

/**
 * Codes come in the address's fragment (`#enrol=…`, `#visit=…`), which no server sees and no log keeps: that is what the
 * QR codes hold.
 */
export function takeCode(kind: 'enrol' | 'visit', hash = location.hash): string | undefined {
  const code = new URLSearchParams(hash.slice(1)).get(kind);
  return code ? tidyCode(code).slice(0, 16) : undefined;
}

/** Used once: a reload or a shared address must not carry it further. */
export function dropCodes(): void {
  if (location.hash) history.replaceState(null, '', location.pathname + location.search);
}
