/** A time of the clock alone: no part of an address, a date, a fingerprint or a longer time. */
const CLOCK = /(?<![\w.:-])([01]?\d|2[0-3]):([0-5]\d)(?![\w:])/g;

/** « 16 h 30 », « 9 h »: hours as one says them, which the tools of the language write « 16:30 ». */
export const frenchHours = (text: string): string =>
  text.replace(CLOCK, (_, hours: string, minutes: string) =>
    [String(Number(hours)), 'h', ...(minutes === '00' ? [] : [minutes])].join('\u00a0'),
  );

/** @param when read in this computer's zone, or « 16:30 » as it was typed */
export function clockWords(when: Date | string, locale: string): string {
  const time =
    typeof when === 'string'
      ? when
      : `${String(when.getHours())}:${String(when.getMinutes()).padStart(2, '0')}`;
  return locale.startsWith('fr') ? frenchHours(time) : time;
}

/**
 * French typography for what the locale files say with an ordinary keyboard: the curved apostrophe, and the spaces that
 * keep « » ? ! ; : % with their word at the end of a line (Imprimerie nationale, Lexique des règles typographiques).
 */
export function frenchTypography(text: string): string {
  return frenchHours(text)
    .replaceAll("'", '’')
    .replaceAll('« ', '«\u00a0')
    .replaceAll(' »', '\u00a0»')
    .replace(/ ([?!;%€])/g, '\u202f$1')
    .replace(/ :/g, '\u00a0:');
}
