/**
 * An invented town for its AAF 1D: schools, classes, children, adults, all from one seed. Nobody in it exists: names are put
 * together from syllables. Each school is made by itself, so that a whole academy never stands in memory.
 */

export interface TownShape {
  readonly seed: number;
  readonly schools: number;
  readonly pupilsPerSchool: number;
}
export interface TownSchool {
  readonly uai: string;
  readonly structure: string;
  readonly name: string;
}
export interface AafRecord {
  readonly kind: 'Eleve' | 'PersRelEleve' | 'PersEducNat' | 'EtabEducNat';
  readonly id: string;
  readonly attributes: Record<string, string | string[]>;
}

const LETTERS = 'ABCDEFGHJKLMNPRSTUVWXYZ';
const SYLLABLES = [
  'ba',
  'cor',
  'del',
  'fi',
  'gau',
  'lan',
  'mé',
  'nor',
  'pel',
  'qui',
  'ras',
  'sé',
  'tour',
  'vau',
  'zan',
];
const ENDINGS = ['rier', 'lot', 'çon', 'mont', 'teau', 'val', 'din', 'quet', 'vois', 'nel'];
const FIRST = [
  'Léa', 'Adam', 'Zoé', 'Noé', 'Inès', 'Émile', 'Maëlys', 'Gaspard', 'Anaïs', 'Raphaël', 'Lou', 'Côme', 'Élise', 'Sacha',
  'Naïma', 'Théo', 'Ysée', 'Malo', 'Jeanne', 'Ilyès',
]; // prettier-ignore
const GRADES = ['PS', 'MS', 'GS', 'CP', 'CE1', 'CE2', 'CM1', 'CM2'] as const;
const STREETS = ['rue des Tilleuls', 'allée du Lavoir', 'place de la Halle', 'chemin des Prés'];

/** mulberry32: small, seeded, good enough to spread names. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function uaiOf(rank: number): string {
  const number = 990_000 + rank;
  return `${String(number).padStart(7, '0')}${LETTERS.charAt(number % LETTERS.length)}`;
}

export function schoolOf(rank: number): TownSchool {
  return { uai: uaiOf(rank), structure: String(4000 + rank), name: `École élémentaire n° ${rank + 1}` };
}

/** Everything the file says about one school. @param rank 0 for the first one */
export function recordsOf(shape: TownShape, rank: number): AafRecord[] {
  const random = randomOf(shape.seed * 7919 + rank);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const familyName = (): string => (pick(SYLLABLES) + pick(SYLLABLES) + pick(ENDINGS)).toUpperCase();
  const { uai, structure, name } = schoolOf(rank);
  const records: AafRecord[] = [
    {
      kind: 'EtabEducNat',
      id: structure,
      attributes: {
        ENTStructureJointure: structure,
        ENTStructureUAI: uai,
        ENTStructureNomCourant: name,
        ENTStructureTelephone: '0500000000',
      },
    },
  ];
  let next = (rank + 1) * 10_000;
  const classes = GRADES.map((grade) => `${grade} ${String.fromCharCode(65 + (rank % 3))}`);
  let pupils = 0;
  while (pupils < shape.pupilsPerSchool) {
    const family = familyName();
    const address = `${1 + Math.floor(random() * 90)} ${pick(STREETS)}`;
    const parents = [next++, next++].slice(0, random() < 0.15 ? 1 : 2).map(String);
    const siblings = Math.min(shape.pupilsPerSchool - pupils, random() < 0.35 ? 2 : 1);
    const children: string[] = [];
    for (let child = 0; child < siblings; child += 1) {
      const at = Math.floor(random() * GRADES.length);
      const id = String(next++);
      const day = String(1 + Math.floor(random() * 28)).padStart(2, '0');
      const month = String(1 + Math.floor(random() * 12)).padStart(2, '0');
      children.push(id);
      records.push({
        kind: 'Eleve',
        id,
        attributes: {
          ENTPersonJointure: id,
          ENTEleveINE: `${String(100_000_000 + Number(id)).slice(-9)}${LETTERS[Number(id) % 23]}${LETTERS[(Number(id) >> 3) % 23]}`,
          ENTPersonNom: family,
          ENTPersonPrenom: pick(FIRST),
          ENTPersonAutresPrenoms: [pick(FIRST), pick(FIRST)],
          ENTPersonDateNaissance: `${day}/${month}/${2026 - (at + 3)}`,
          ENTPersonCivilite: random() < 0.5 ? 'M.' : 'Mlle',
          ENTEleveNiveau: GRADES[at] ?? 'CP',
          ENTPersonClasses: `${structure}$${classes[at]}`,
          ENTPersonStructRattach: structure,
          ENTEleveAutoriteParentale: parents,
          ENTEleveRestaurantScolaire: random() < 0.6 ? 'O' : 'N',
          ENTEleveGarderieSoir: random() < 0.3 ? 'O' : 'N',
          ENTEleveTransport: 'N',
        },
      });
      pupils += 1;
    }
    for (const [parent, id] of parents.entries()) {
      records.push({
        kind: 'PersRelEleve',
        id,
        attributes: {
          ENTPersonJointure: id,
          ENTPersonNom: parent === 0 || random() < 0.7 ? family : familyName(),
          ENTPersonPrenom: pick(FIRST),
          ENTPersonCivilite: parent === 0 ? 'Mme' : 'M.',
          ENTPersonTelPerso: `05${String(10_000_000 + Number(id)).slice(-8)}`,
          ENTPersRelEleveTelMobile: `06${String(20_000_000 + Number(id)).slice(-8)}`,
          ENTPersonAdresse: address,
          ENTPersonCodePostal: '39990',
          ENTPersonVille: 'Saint-Exemple-le-Haut',
          ENTPersonPays: 'FRANCE',
          ENTPersonAdresseDiffusion: 'O',
          ENTPersonMail: `parent.${id}@exemple.invalid`,
          ENTPersRelEleveEleve: children,
        },
      });
    }
  }
  for (const [at, label] of classes.entries()) {
    const id = String(next++);
    records.push({
      kind: 'PersEducNat',
      id,
      attributes: {
        ENTPersonJointure: id,
        ENTPersonNom: familyName(),
        ENTPersonPrenom: pick(FIRST),
        ENTPersonDateNaissance: '01/01/1980',
        ENTPersonCivilite: random() < 0.8 ? 'Mme' : 'M.',
        ENTPersonMail: `adulte.${id}@exemple.invalid`,
        ENTPersonStructRattach: structure,
        ENTPersonFonctions: `${structure}$${at === 0 ? 'DIR' : 'ENS'}$Enseignement$-$-`,
        ENTEnsClasses: `${structure}$${label}`,
        ENTPersonAdresse: '1 rue privée',
      },
    });
  }
  return records;
}
