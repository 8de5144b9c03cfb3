/**
 * French typography for what the locale files say with an ordinary keyboard: the curved apostrophe, and the spaces that
 * keep « » ? ! ; : % with their word at the end of a line (Imprimerie nationale, Lexique des règles typographiques).
 */
export function frenchTypography(text: string): string {
  return text
    .replaceAll("'", '’')
    .replaceAll('« ', '«\u00a0')
    .replaceAll(' »', '\u00a0»')
    .replace(/ ([?!;%€])/g, '\u202f$1')
    .replace(/ :/g, '\u00a0:');
}
