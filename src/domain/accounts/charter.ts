/**
 * The charters (SDET SOC-SEC-APS: shown at the first sign-in with a box to tick; CARINE-36; CARMO #7.48). The sentences
 * stand in the locale files `charter.json`; a new sentence is a new version, which everybody is shown again
 * (a test keeps the text of each version from changing in silence).
 */
export const CHARTER_VERSION = '2026-11';
export const PUPIL_CHARTER_VERSION = '2026-11';

/** Articles of the adults' charter and how many points each has; the same in every language. */
export const CHARTER_ARTICLES = {
  purpose: 2,
  account: 4,
  children: 5,
  screens: 3,
  families: 3,
  outside: 3,
  incident: 3,
  rights: 3,
} as const satisfies Readonly<Record<string, number>>;

/** Sentences of the pupils' charter, one picture each. */
export const PUPIL_CHARTER = ['care', 'code', 'kind', 'ask', 'work', 'look', 'tell', 'pause'] as const;
