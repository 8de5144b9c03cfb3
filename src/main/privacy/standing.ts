import { parseAudience, type Audience, type AudienceKind } from '../../domain/audience';
import { fullName, shortNames } from '../../domain/people/names';
import { KINDS } from '../../domain/privacy/kinds';
import type { Named } from '../../domain/privacy/masking';
import type { Standing } from '../../domain/privacy/person-file';
import type { AudienceDatabase } from '../../store/port';
import type { PupilDocument, StaffDocument } from '../directory/records';
import type { PrivacyDeps } from './ports';

/** Everything the school holds that this computer can open, but nobody's private notes. */
export interface Holdings {
  /** A base, and its kind. */
  bases(): Promise<
    readonly { readonly name: Audience; readonly kind: AudienceKind; readonly db: AudienceDatabase }[]
  >;
  /** Every document of a kind that is known, once. */
  documents(): AsyncGenerator<Standing & { readonly db: AudienceDatabase; readonly rev: string }>;
  counts(): Promise<Record<string, number>>;
  names(): Promise<Names>;
}

export interface Names {
  readonly people: ReadonlyMap<
    string,
    Named & { readonly kind: 'pupil' | 'guardian' | 'staff'; readonly classId?: string }
  >;
  of(id: string): string | undefined;
}

export function createHoldings(deps: PrivacyDeps): Holdings {
  const { keyring, store, databases } = deps;

  async function bases() {
    const found: { name: Audience; kind: AudienceKind; db: AudienceDatabase }[] = [];
    for (const name of keyring.audiences()) {
      const kind = parseAudience(name)?.kind;
      if (!kind || kind === 'perso' || !keyring.has(name)) continue;
      found.push({ name, kind, db: await store.open(name) });
    }
    return found;
  }

  return {
    bases,
    async *documents() {
      for (const { kind, db } of await bases()) {
        for (const type of Object.keys(KINDS)) {
          for (const held of db.all(type)) yield { base: kind, db, rev: held.rev, body: held.body };
        }
      }
    },
    async counts() {
      const counts: Record<string, number> = {};
      for (const { db } of await bases()) {
        for (const type of Object.keys(KINDS)) {
          const { length } = db.all(type);
          if (length > 0) counts[type] = (counts[type] ?? 0) + length;
        }
      }
      return counts;
    },
    async names() {
      const people = new Map<string, Named & { kind: 'pupil' | 'guardian' | 'staff'; classId?: string }>();
      const years = [...databases.earlierYears(), databases.year];
      for (const year of years) {
        const ecole = await databases.ecoleOf(year);
        for (const { body } of ecole?.all<PupilDocument>('pupil') ?? [])
          people.set(body._id, {
            id: body._id,
            kind: 'pupil',
            ...body.names,
            ...(body.classId === undefined ? {} : { classId: body.classId }),
          });
        for (const { body } of ecole?.all<StaffDocument>('staff') ?? [])
          people.set(body._id, { id: body._id, kind: 'staff', ...body.names });
      }
      if (databases.readable('direction')) {
        for (const { id, names } of deps.families(await databases.open('direction')).people)
          people.set(id, { id, kind: 'guardian', ...names });
      }
      return {
        people,
        of: (id) => {
          const found = people.get(id);
          return found && fullName(found);
        },
      };
    },
  };
}

/** First names as a class says them, by pupil. */
export const shortNamesOf = (pupils: readonly PupilDocument[]): ReadonlyMap<string, string> =>
  shortNames(pupils.map(({ _id, names }) => ({ id: _id, names })));
