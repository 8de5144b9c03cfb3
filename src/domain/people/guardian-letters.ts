import type { Id } from '../id';
import { compareText, normaliseName } from './names';
import type { Guardian, PostalAddress } from './person';

/** One envelope: a household that shares an address, each of them named. */
export interface Letter {
  readonly guardians: readonly Id<'guardian'>[];
  /** Undefined: no complete address is known; the letter goes in the child's bag, and names one person. */
  readonly address?: PostalAddress | undefined;
  /** All the children it is about; each of the named answers for each of these. */
  readonly children: readonly Id<'pupil'>[];
}

/** A street alone is no address: « Le Bourg » exists in every commune. */
export function hasAddress({ street, postcode, city }: PostalAddress): boolean {
  return Boolean(street?.trim()) && Boolean((postcode ?? city)?.trim());
}

/** Two spellings of one address. */
function place({ street, postcode, city, country }: PostalAddress): string {
  return [street, postcode, city, country].map((part) => normaliseName(part ?? '')).join('|');
}

/**
 * The letters to the families of some children. Separate addresses get separate letters, and none carries the other's;
 * people at one address share an envelope and are each named. Somebody whose address is not known is never put with
 * another. A family gets one letter for its children together, as long as it answers for the same ones: in a household
 * of two families each letter names only those whose children it is about.
 * @param mayReceive who gets letters about that child (`Standing.receives`)
 */
export function lettersFor(
  children: readonly Id<'pupil'>[],
  guardians: readonly Pick<Guardian, 'id' | 'address' | 'children'>[],
  mayReceive: (guardian: Id<'guardian'>, child: Id<'pupil'>) => boolean,
  per: 'household' | 'person' = 'household',
): Letter[] {
  const letters = new Map<
    string,
    { guardians: Id<'guardian'>[]; address?: PostalAddress; children: Id<'pupil'>[] }
  >();
  for (const child of children) {
    const households = new Map<string, (typeof guardians)[number][]>();
    for (const guardian of guardians) {
      const id = guardian.id as Id<'guardian'>;
      if (!guardian.children.includes(child) || !mayReceive(id, child)) continue;
      const alone = per === 'person' || !hasAddress(guardian.address);
      const key = alone ? `${id} ${place(guardian.address)}` : place(guardian.address);
      households.set(key, [...(households.get(key) ?? []), guardian]);
    }
    for (const [key, members] of households) {
      const ids = members.map(({ id }) => id as Id<'guardian'>).sort(compareText);
      const whole = `${key} ${ids.join(' ')}`;
      const letter = letters.get(whole);
      if (letter) letter.children.push(child);
      else {
        const address = members[0]?.address;
        letters.set(whole, {
          guardians: ids,
          children: [child],
          ...(address && hasAddress(address) ? { address } : {}),
        });
      }
    }
  }
  return [...letters.values()];
}
