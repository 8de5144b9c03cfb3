import type { Standing } from './authority';
import { compareByFamilyName, familyName } from './names';
import type { Guardian } from './person';

/** « Qui prévenir », as the teachers of a class read it: a name and telephone numbers, no address, no e-mail. */
export interface Contact {
  readonly civility?: 'mme' | 'm' | undefined;
  readonly first: string;
  readonly family: string;
  /** Mobile, home, work, as far as they are known. */
  readonly phones: readonly { readonly kind: 'mobile' | 'home' | 'work'; readonly number: string }[];
}

/** Who may be called for a child: those who exercise authority or are to be confirmed, and who was named for it. */
export function contactsOf(
  guardians: readonly Guardian[],
  standing: (guardian: string) => Standing,
): Contact[] {
  return [...guardians]
    .filter(({ id }) => standing(id).mayCall)
    .sort(compareByFamilyName)
    .map(({ civility, names, phones }) => ({
      ...(civility ? { civility } : {}),
      first: names.first,
      family: familyName(names),
      phones: (['mobile', 'home', 'work'] as const).flatMap((kind) => {
        const number = phones[kind];
        return number ? [{ kind, number }] : [];
      }),
    }));
}
