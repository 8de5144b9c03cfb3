import type { Id } from '../id';
import { compareText, familyName, groupBy, normaliseName } from './names';
import { complete } from './onde/merge';
import type { Guardian } from './person';

/**
 * A guardian's record as it is kept. Two records of one person are never put together: one says whom it belongs to, what
 * is read is both, and taking that one word back separates them again, whatever imports wrote in either since.
 */
export interface GuardianRecord extends Guardian {
  readonly mergedInto?: string | undefined;
  /** Records a person looked at and said were somebody else. */
  readonly notSame?: readonly string[] | undefined;
}

/** One adult, under the id of the record that others were said to belong to. */
export interface GuardianPerson extends Guardian {
  /** The other records of this person, in order. */
  readonly merged: readonly string[];
  readonly notSame: readonly string[];
}

/** The record that each record belongs to in the end, by id; a loop (two heads at once) ends at its smallest id. */
export function ownersOf(records: readonly Pick<GuardianRecord, 'id' | 'mergedInto'>[]): Map<string, string> {
  const next = new Map(records.map(({ id, mergedInto }) => [id, mergedInto]));
  const owner = (start: string): string => {
    const path: string[] = [];
    let at = start;
    for (;;) {
      if (path.includes(at)) return path.slice(path.indexOf(at)).sort(compareText)[0] ?? at;
      path.push(at);
      const to = next.get(at);
      if (to === undefined || !next.has(to)) return at;
      at = to;
    }
  };
  return new Map(records.map(({ id }) => [id, owner(id)]));
}

/** People from records: what the owner's record says stands, the others complete it. */
export function peopleOf(records: readonly GuardianRecord[]): GuardianPerson[] {
  const owners = ownersOf(records);
  const groups = groupBy(records, ({ id }) => owners.get(id) ?? id);
  return [...groups].map(([owner, group]) => {
    const [own, ...others] = [...group].sort(
      (a, b) => Number(b.id === owner) - Number(a.id === owner) || compareText(a.id, b.id),
    );
    if (!own) throw new RangeError('a group has a record');
    const { civility, names, email, phones, address, children } = others.reduce<Guardian>(
      // An address is one thing: half of one and half of another is nowhere.
      (whole, other) => ({
        ...complete(whole, { ...other, id: own.id, names: whole.names, address: {} }),
        address: Object.values(whole.address).some(Boolean) ? whole.address : other.address,
      }),
      own,
    );
    return {
      id: owner,
      civility,
      names,
      email,
      phones,
      address,
      children,
      merged: others.map(({ id }) => id),
      notSame: [own, ...others].flatMap(({ notSame }) => notSame ?? []),
    };
  });
}

export interface Twins {
  readonly people: readonly [GuardianPerson, GuardianPerson];
  /** What they share, the strongest first. */
  readonly share: 'email' | 'phone' | 'child' | 'address';
}

/**
 * Pairs that may be one person: the same first name and family name (of birth or in use) and something else in common, or
 * one e-mail address under one first name. Only ever asked; M. and Mme are never one.
 */
export function likelyTwins(people: readonly GuardianPerson[]): Twins[] {
  const found: Twins[] = [];
  for (const alike of groupBy(people, ({ names }) => normaliseName(names.first)).values()) {
    for (const [at, one] of alike.entries()) {
      for (const other of alike.slice(at + 1)) {
        const share = sharedBy(one, other);
        if (share && mayBeOne(one, other)) found.push({ people: [one, other], share });
      }
    }
  }
  return found;
}

function mayBeOne(one: GuardianPerson, other: GuardianPerson): boolean {
  if (one.civility && other.civility && one.civility !== other.civility) return false;
  const refused = (a: GuardianPerson, b: GuardianPerson): boolean =>
    [b.id, ...b.merged].some((id) => a.notSame.includes(id));
  return !refused(one, other) && !refused(other, one);
}

function sharedBy(one: GuardianPerson, other: GuardianPerson): Twins['share'] | undefined {
  if (one.email !== undefined && one.email.toLowerCase() === other.email?.toLowerCase()) return 'email';
  const families = ({ names }: GuardianPerson): string[] =>
    [names.family, familyName(names)].map(normaliseName).filter(Boolean);
  if (!families(one).some((name) => families(other).includes(name))) return undefined;
  const phones = (person: GuardianPerson): string[] =>
    Object.values(person.phones).flatMap((phone) => (phone ? [phone.replace(/\D/g, '')] : []));
  if (phones(one).some((phone) => phones(other).includes(phone))) return 'phone';
  if (one.children.some((child) => other.children.includes(child))) return 'child';
  const address = ({ address: { street, postcode } }: GuardianPerson): string | undefined =>
    street && postcode ? normaliseName(`${street} ${postcode}`) : undefined;
  return address(one) !== undefined && address(one) === address(other) ? 'address' : undefined;
}

/** Guardians of a child, by name. */
export const guardiansOfChild = <G extends Pick<Guardian, 'children'>>(
  people: readonly G[],
  child: Id<'pupil'>,
): G[] => people.filter(({ children }) => children.includes(child));
