/** One request of an AAF 1D file, as it comes out of the reader: only what the directory may hold. */
import type { DroppedKind } from './dropped';

export type AafKind = 'school' | 'pupil' | 'guardian' | 'staff';

export interface AafObject {
  request: 'add' | 'modify' | 'delete';
  kind: AafKind;
  /** ENTPersonJointure or ENTStructureJointure. */
  id: string;
  /** 1-based rank in its file: what a person is told instead of a line. */
  rank: number;
  /** By attribute; trimmed, none empty. An attribute of a modification whose values were all empty is an empty list. */
  values: Partial<Record<string, string[]>>;
  /** What the file says besides, by kind; the values were never kept. */
  dropped: DroppedKind[];
}

/** categoriePersonne and categorieStructure, as AAF writes them. */
export const AAF_KINDS: Readonly<Record<string, AafKind>> = {
  Eleve: 'pupil',
  PersRelEleve: 'guardian',
  PersEducNat: 'staff',
  EtabEducNat: 'school',
};

const PERSON = 'ENTPersonNom ENTPersonPrenom ENTPersonNomPatro ENTPersonCivilite';
const words = (list: string): ReadonlySet<string> => new Set(list.split(/\s+/));

/** The attributes that are read; every other value leaves the reader's memory with the tag that closes it. */
export const AAF_READ: Readonly<Record<AafKind, ReadonlySet<string>>> = {
  school: words('ENTStructureJointure ENTStructureUAI ENTStructureNomCourant'),
  pupil: words(`ENTPersonJointure ${PERSON} ENTPersonDateNaissance ENTEleveINE ENTEleveNiveau ENTEleveCycle
    ENTPersonClasses ENTPersonStructRattach ENTEleveAutoriteParentale`),
  guardian:
    words(`ENTPersonJointure ${PERSON} ENTPersonTelPerso ENTPersRelEleveTelPro ENTPersRelEleveTelMobile
    ENTPersonAdresse ENTPersonCodePostal ENTPersonVille ENTPersonPays ENTPersonMail ENTPersRelEleveEleve`),
  staff:
    words(`ENTPersonJointure ${PERSON} ENTPersonMail ENTPersonStructRattach ENTPersonFonctions ENTEnsFonctionDir
    ENTPersonClasses ENTEnsClasses`),
};
/** Said by the file about its own objects, or what a directory has no use for at all: not worth a line on the screen. */
const SILENT = words(`categoriePersonne categorieStructure ENTPersonProfils`);

const DROPPED: readonly (readonly [pattern: RegExp, kind: DroppedKind])[] = [
  [/AdresseDiffusion$/, 'consent'],
  [/Adresse|CodePostal|Ville$|Pays$/, 'homeAddress'],
  [/Tel/, 'phone'],
  [/Mail/, 'email'],
  [/DateNaissance/, 'birth'],
  [/AutresPrenoms/, 'otherFirstNames'],
  [/RestaurantScolaire/, 'canteen'],
  [/Transport/, 'transport'],
  [/Garderie|Etudes/, 'childcare'],
  [/Groupes/, 'groups'],
  [/Specialites|CategorieEnseignant/, 'career'],
  [/Date(Entree|Sortie)/, 'schooling'],
];

/** What an attribute that is not read is about; nothing where nobody needs to know. */
export function droppedAttribute(kind: AafKind, name: string): DroppedKind | undefined {
  if (kind === 'school' || SILENT.has(name)) return undefined;
  return DROPPED.find(([pattern]) => pattern.test(name))?.[1] ?? 'other';
}
