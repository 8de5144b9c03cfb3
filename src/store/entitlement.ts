import { parseAudience, type Audience } from '../domain/audience';
import { PreauError } from '../domain/errors';
import { opaqueOf, type Id } from '../domain/id';
import { wrapFor, type Recipient } from './recipient';

/** Who may hold which key: the rules of the keyring, apart from its file. */

export const SCHOOL = 'school';
/** The opaque part of the only person who may open it; undefined for an audience of the school. */
export function ownerOf(audience: Audience): string | undefined {
  const parts = parseAudience(audience);
  if (!parts) throw new PreauError('BAD_INPUT', { path: 'audience' });
  return parts.kind === 'perso' ? parts.opaque : undefined;
}
export const isOwner = (audience: Audience, person: string): boolean =>
  ownerOf(audience) === opaqueOf(person as Id);
export const mayHold = (audience: Audience, person: string): boolean =>
  ownerOf(audience) === undefined || isOwner(audience, person);

/** The school's sheet opens what is the school's, a person's own sheet what is theirs alone. */
export const sheetOpens = (sheet: string, audience: Audience): boolean =>
  sheet === SCHOOL ? ownerOf(audience) === undefined : isOwner(audience, sheet);
export const without = <T>(all: Readonly<Record<string, T>>, name: string): Record<string, T> =>
  Object.fromEntries(Object.entries(all).filter(([one]) => one !== name));
export const personName = (person: string): string => person;
export const sheetName = (owner: string): string => `sheet:${owner}`;

export function sealToAll(
  recipients: Readonly<Record<string, Recipient>>,
  subject: string,
  key: Buffer,
  nameOf: (entry: string) => string,
  entitled: (entry: string) => boolean,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(recipients)
      .filter(([entry]) => entitled(entry))
      .map(([entry, recipient]) => [entry, wrapFor(nameOf(entry), recipient, subject, key)]),
  );
}
