/**
 * « 2,1 Mo »: decimal units, as the operator bills them; one decimal below ten.
 * @param bytes never negative
 */
export function sizeParts(bytes: number): { key: 'none' | 'kilo' | 'mega'; n: number } {
  if (bytes <= 0) return { key: 'none', n: 0 };
  if (bytes < 1_000_000) return { key: 'kilo', n: Math.max(1, Math.round(bytes / 1000)) };
  const mega = bytes / 1_000_000;
  return { key: 'mega', n: mega < 10 ? Math.round(mega * 10) / 10 : Math.round(mega) };
}
