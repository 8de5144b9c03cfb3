/** Adults of the demonstration school: nobody here exists. Telephone numbers are of the ranges kept for fiction (ARCEP), addresses of no place. */
interface Parent {
  readonly civility: 'MME' | 'M';
  readonly family: string;
  readonly first: string;
  readonly home: number;
  readonly mobile: string;
  readonly email?: string;
}
interface Family {
  /** Family name, first name, class. */
  readonly children: readonly (readonly [string, string, string])[];
  readonly parents: readonly Parent[];
  /** What the head has confirmed of it; absent where it is still to be confirmed. */
  readonly confirmed?: 'joint' | 'alone';
}

const HOMES = [
  '3 rue des Glycines',
  '12 allée du Lavoir',
  '8 bis chemin des Vignes',
  '27 rue de la Gare',
  '1 place du Puits',
  '15 rue du Four à pain',
  '6 impasse des Merles',
  '40 route de la Forêt',
] as const;

const CP = 'CP';
const CE = 'CE1-CE2';

export const DEMO_FAMILIES: readonly Family[] = [
  // Two homes: each parent gets a letter, neither sees the other's address.
  {
    children: [
      ['AUBIN', 'Léa', CE],
      ['BARBIER', 'Adam', CP],
    ],
    parents: [
      { civility: 'MME', family: 'AUBIN', first: 'Solène', home: 0, mobile: '0639980101', email: 'solene.aubin@example.org' },
      { civility: 'M', family: 'BARBIER', first: 'Cédric', home: 1, mobile: '0639980102' },
    ],
    confirmed: 'joint',
  },
  {
    children: [['BAKARI', 'Issa', CE]],
    parents: [
      { civility: 'MME', family: 'BAKARI', first: 'Mariama', home: 2, mobile: '0639980103', email: 'mariama.bakari@example.org' },
      { civility: 'M', family: 'BAKARI', first: 'Souleymane', home: 2, mobile: '0639980104' },
    ],
    confirmed: 'joint',
  },
  {
    children: [['BERTHELOT', 'Noé', CE]],
    parents: [{ civility: 'MME', family: 'BERTHELOT', first: 'Agathe', home: 3, mobile: '0639980105' }],
    confirmed: 'alone',
  },
  {
    children: [['DA SILVA', 'Tiago', CE]],
    parents: [
      { civility: 'MME', family: 'DA SILVA', first: 'Filipa', home: 4, mobile: '0639980106', email: 'filipa.dasilva@example.org' },
      { civility: 'M', family: 'DA SILVA', first: 'Rui', home: 4, mobile: '0639980107' },
    ],
    confirmed: 'joint',
  },
  // Two homes again, and nobody has asked yet.
  {
    children: [
      ['NGUYEN', 'Linh', CE],
      ['COLLIN', 'Romane', CP],
    ],
    parents: [
      { civility: 'MME', family: 'COLLIN', first: 'Oriane', home: 5, mobile: '0639980108' },
      { civility: 'M', family: 'NGUYEN', first: 'Minh', home: 6, mobile: '0639980109', email: 'minh.nguyen@example.org' },
    ],
  },
  {
    children: [['YILMAZ', 'Elif', CE]],
    parents: [
      { civility: 'MME', family: 'YILMAZ', first: 'Aylin', home: 7, mobile: '0639980110' },
      { civility: 'M', family: 'YILMAZ', first: 'Emre', home: 7, mobile: '0639980111' },
    ],
  },
]; // prettier-ignore

const HEADERS =
  "Civilité Responsable;Nom usage responsable;Nom responsable;Prénom responsable;Adresse responsable;CP responsable;Commune responsable;Pays;Courriel;Téléphone domicile;Téléphone travail;Téléphone portable;Nom d'usage enfant;Nom de famille enfant;Prénom enfant;Classes enfants;Nom d'usage enfant;Nom de famille enfant;Prénom enfant;Classes enfants";

/** The guardians' extraction: one row an adult, two children at the most. */
export const inventedGuardians = (): string =>
  [
    HEADERS,
    ...DEMO_FAMILIES.flatMap(({ children, parents }) =>
      parents.map((adult) =>
        [
          adult.civility, '', adult.family, adult.first, HOMES[adult.home] ?? '', '39990', 'Valombreuse', '',
          adult.email ?? '', '', '', adult.mobile,
          ...children.flatMap(([family, first, label]) => ['', family, first, label]),
        ].join(';'),
      ),
    ),
  ].join('\r\n'); // prettier-ignore

/** Colleagues and visitors; the head is in `invented-school.ts`. */
export const DEMO_TEACHER = { civility: 'm', first: 'Karim', family: 'Vasseur' } as const;
export const DEMO_AESH = { civility: 'mme', first: 'Nadège', family: 'Perrot' } as const;
export const DEMO_ATSEM = { civility: 'mme', first: 'Yolande', family: 'Imbert' } as const;
export const DEMO_SUBSTITUTE = { civility: 'm', first: 'Basile', family: 'Renoir' } as const;
export const DEMO_INSPECTOR = { civility: 'mme', first: 'Hortense', family: 'Valmont' } as const;

/** Papers that came in: who signed what for whom, by first names of `DEMO_FAMILIES`. */
export const DEMO_PAPERS = [
  { child: 'Issa', parent: 'Mariama', agrees: true },
  { child: 'Issa', parent: 'Souleymane', agrees: true },
  { child: 'Tiago', parent: 'Filipa', agrees: true },
  { child: 'Léa', parent: 'Cédric', agrees: false },
] as const;

export const DEMO_GROUP = {
  name: 'Lecture, mardi et jeudi',
  pupils: ['Adam', 'Romane', 'Noé', 'Linh'],
} as const;
