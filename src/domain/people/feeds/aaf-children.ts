/** Names of AAF's people, and whose child is whose. */
import type { Cells, ChildLink } from '../onde/rows';
import { withoutUndefined } from '../onde/rows';
import type { Directory, Guardian, PersonName, Pupil } from '../person';
import { referencesOf } from './aaf-cut';
import type { AafObject } from './aaf-object';
import { aafKey, byFeedKey } from './feed-keys';

export interface AafSchool {
  /** Objects in the order of the file, each with the rank of its file in the import. */
  readonly objects: readonly { readonly file: number; readonly object: AafObject }[];
  /** How the file calls this school: ENTStructureJointure, sometimes the UAI itself. */
  readonly structures: ReadonlySet<string>;
  readonly today: string;
}

export const one = ({ values }: AafObject, name: string): string | undefined => values[name]?.[0];

/** The name of birth and the name in use, whichever of the two the file gives. */
export function nameCells(
  object: AafObject,
  known: PersonName | undefined,
): Cells<'family' | 'usage' | 'first'> {
  const usual = one(object, 'ENTPersonNom');
  const birth = one(object, 'ENTPersonNomPatro');
  // Without a name of birth, the one name given is that of somebody who never had another.
  const family = birth ?? (known?.usage === undefined ? (usual ?? known?.family) : known.family);
  const usage = usual === undefined || usual === family ? known?.usage : usual;
  return withoutUndefined({ family, usage, first: one(object, 'ENTPersonPrenom') ?? known?.first });
}

export interface Children {
  /** Feed keys of the children of whom the file names that adult as holding authority: a hint, never a fact. */
  byGuardian: Map<string, string[]>;
  link: (jointure: string) => ChildLink | undefined;
  ofKnown: (guardian: Guardian) => ChildLink[];
  /** What was said earlier about children who are not in this file: it says nothing about them. */
  keptHints: (guardian: Guardian | undefined) => string[];
}

/** What a file says of children elsewhere than in the adult's own object. */
export function childrenOf(school: AafSchool, current: Directory): Children {
  const known = byFeedKey<Pupil>(current.pupils);
  const byId = new Map(current.pupils.map((pupil) => [pupil.id, pupil]));
  const inFile = new Map<string, AafObject>();
  const byGuardian = new Map<string, string[]>();
  for (const { object } of school.objects) {
    if (object.kind !== 'pupil' || object.request === 'delete') continue;
    if (!inFile.has(object.id)) inFile.set(object.id, object);
    for (const parent of referencesOf(object, 'ENTEleveAutoriteParentale')) {
      byGuardian.set(parent, [...(byGuardian.get(parent) ?? []), object.id]);
    }
  }
  const linkTo = (names: PersonName, key: string): ChildLink =>
    withoutUndefined({ family: names.family, usage: names.usage, first: names.first, feedKey: key });
  const numberOf = (id: string): string | undefined =>
    byId.get(id)?.feedKeys?.flatMap((key) => /^aaf:(.+)$/.exec(key)?.[1] ?? [])[0];
  return {
    byGuardian,
    keptHints: (guardian) =>
      (guardian?.feedHint ?? []).flatMap((id) => {
        const jointure = numberOf(id);
        return jointure === undefined || inFile.has(jointure) ? [] : [jointure];
      }),
    link(jointure) {
      const key = aafKey(jointure);
      const object = inFile.get(jointure);
      const pupil = known.get(key);
      const { family, first, usage } = object
        ? nameCells(object, pupil?.names)
        : (pupil?.names ?? { family: undefined, first: undefined, usage: undefined });
      return family === undefined || first === undefined
        ? undefined
        : linkTo(withoutUndefined({ family, first, usage }), key);
    },
    ofKnown: ({ children }) =>
      children.flatMap((id) => {
        const pupil = byId.get(id);
        const jointure = numberOf(id);
        return pupil && jointure !== undefined ? [linkTo(pupil.names, aafKey(jointure))] : [];
      }),
  };
}
