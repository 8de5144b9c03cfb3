/**
 * « 2,1 Mo »: decimal units, as the operator bills them; one decimal below ten.
 * @param bytes never negative
 */
export function sizeParts(bytes: number): { key: 'none' | 'kilo' | 'mega' | 'giga'; n: number } {
  if (bytes <= 0) return { key: 'none', n: 0 };
  if (bytes < 1_000_000) return { key: 'kilo', n: Math.max(1, Math.round(bytes / 1000)) };
  const giga = bytes >= 1_000_000_000;
  const n = bytes / (giga ? 1_000_000_000 : 1_000_000);
  return { key: giga ? 'giga' : 'mega', n: n < 10 ? Math.round(n * 10) / 10 : Math.round(n) };
}
