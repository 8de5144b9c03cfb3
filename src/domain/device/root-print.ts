/** Signs shown; 64 bits: nobody makes a root of their own with the same print. */
const SIGNS = 16;

/**
 * Short print of a school's root, for two people to compare on two screens: `3F2A 91BC 07DE 55A1`.
 *
 * @param sha256 of the certificate's DER, hexadecimal
 */
export const rootPrint = (sha256: string): string =>
  (sha256.replaceAll(':', '').slice(0, SIGNS).toUpperCase().match(/.{4}/g) ?? []).join(' ');
