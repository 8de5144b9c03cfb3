/** Keys of a browser as X11 calls them (keysymdef.h): what RFB carries. */
const NAMED: Readonly<Record<string, number>> = {
  Backspace: 0xff08,
  Tab: 0xff09,
  Enter: 0xff0d,
  Delete: 0xffff,
  Home: 0xff50,
  ArrowLeft: 0xff51,
  ArrowUp: 0xff52,
  ArrowRight: 0xff53,
  ArrowDown: 0xff54,
  PageUp: 0xff55,
  PageDown: 0xff56,
  End: 0xff57,
  Insert: 0xff63,
  Shift: 0xffe1,
  Control: 0xffe3,
  Alt: 0xffe9,
  AltGraph: 0xfe03,
  CapsLock: 0xffe5,
};

/** @returns undefined for a key that stays here (Escape, the system's own) */
export function keysymOf(key: string): number | undefined {
  const named = NAMED[key] ?? functionKey(key);
  if (named !== undefined) return named;
  const code = key.codePointAt(0);
  if (code === undefined || String.fromCodePoint(code) !== key) return undefined;
  // Latin-1 as it is; everything else by its Unicode number.
  return (code >= 0x20 && code <= 0x7e) || (code >= 0xa0 && code <= 0xff) ? code : 0x1000000 + code;
}

function functionKey(key: string): number | undefined {
  const number = Number(/^F(\d{1,2})$/.exec(key)?.[1]);
  return number >= 1 && number <= 12 ? 0xffbd + number : undefined;
}
