/**
 * A single byte range (RFC 9110, 14.2) of a file of `size` bytes. Several ranges, or nonsense, are answered with the whole
 * file as the RFC allows; a range that lies outside is `none`.
 */
export function parseRange(
  header: string | undefined,
  size: number,
): { readonly start: number; readonly end: number } | 'whole' | 'none' {
  const found = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  if (!found || (found[1] === '' && found[2] === '')) return 'whole';
  const [, from = '', to = ''] = found;
  if (from === '') {
    const last = Number(to);
    return last === 0 ? 'none' : { start: Math.max(0, size - last), end: size - 1 };
  }
  const start = Number(from);
  const end = to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (start >= size) return 'none';
  return end < start ? 'whole' : { start, end };
}
