/** Invented people of the demonstration: nobody here exists. Written in the shape of an ONDE extraction, and read by the same importer as a real one. */
export const DEMO_SCHOOL = {
  name: 'École primaire des Tilleuls',
  uai: '0951099D',
  timeZone: 'Europe/Paris',
} as const;
export const DEMO_CLASS = 'CE1-CE2';
export const DEMO_HEAD = {
  civility: 'mme',
  first: 'Claire',
  family: 'Fontaine',
  password: 'sous le préau il pleut',
} as const;

const CE1 = [
  ['Aubin', 'Léa'], ['Bakari', 'Issa'], ['Berthelot', 'Noé'], ['Carpentier', 'Louane'], ['Da Silva', 'Tiago'],
  ['Delattre', 'Manon'], ['Diallo', 'Aïcha'], ['Estève', 'Raphaël'], ['Favre', 'Jade'], ['Garnier', 'Maëlys'],
  ['Hamidi', 'Yanis'], ['Jacquet', 'Éliott'], ['Koné', 'Fatou'], ['Lacroix', 'Gaspard'], ['Le Goff', 'Rozenn'],
] as const; // prettier-ignore
const CE2 = [
  ['Mercier', 'Léa'], ['Ménard', 'Sacha'], ['Morel', 'Inès'], ['Nguyen', 'Linh'], ['Ollivier', 'Malo'],
  ['de La Rochefoucauld-Montbel', 'Marie-Apolline'], ['Péron', 'Zoé'], ['Roussel', 'Hugo'], ['Santos', 'Gabriel'],
  ['Tessier', 'Camille'], ['Traoré', 'Moussa'], ['Vidal', 'Alice'], ['Yilmaz', 'Elif'],
] as const; // prettier-ignore
const CP = [
  ['Barbier', 'Adam'], ['Bourdon', 'Juliette'], ['Chauvet', 'Loïc'], ['Collin', 'Romane'], ['Dumoulin', 'Axel'],
  ['El Amrani', 'Nour'], ['Gauthier', 'Jules'], ['Guérin', 'Anaïs'], ['Hervé', 'Lucas'], ['Leboeuf', 'Chloé'],
  ['Pichon', 'Nathan'], ['Quéré', 'Élise'],
] as const; // prettier-ignore

const HEADERS =
  "Nom élève;Nom d'usage élève;Prénom élève;Date naissance;Sexe;INE;Adresse1;Cp1;Commune1;Pays1;Adresse2;Cp2;Commune2;Pays2; Cycle;Niveau;Libellé classe;Identifiant classe;Attestation fournie;Autorisation associations;Autorisation photo;Décision de passage";

/** The pupils' extraction, of the current generation (22 columns), for the school year that begins in `year`. */
export function inventedExtraction(year: number): string {
  const rows = [
    ...rowsOf(CP, 'CP', 'CP', '700101', year - 6),
    ...rowsOf(CE1, 'CE1', DEMO_CLASS, '700102', year - 7),
    ...rowsOf(CE2, 'CE2', DEMO_CLASS, '700102', year - 8),
  ];
  return [HEADERS, ...rows].join('\r\n');
}

function rowsOf(
  names: readonly (readonly [string, string])[],
  grade: string,
  label: string,
  ondeId: string,
  birthYear: number,
): string[] {
  return names.map(([family, first], index) => {
    const birth = `${String(1 + (index % 28)).padStart(2, '0')}/${String(1 + (index % 12)).padStart(2, '0')}/${birthYear}`;
    const cells = [
      family.toUpperCase(),
      '',
      first,
      birth,
      index % 2 ? 'M' : 'F',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
    ];
    return [
      ...cells,
      'CYCLE II',
      grade,
      label,
      ondeId,
      'Oui',
      'Oui',
      index % 9 === 4 ? 'Non' : 'Oui',
      '',
    ].join(';');
  });
}

export const DEMO_HOMEWORK = [
  { subject: 'Poésie', text: 'Apprendre la première strophe de « Sous le préau ».', days: 1 },
  { subject: 'Mathématiques', text: 'Revoir la table de 4.', days: 1 },
  { subject: 'À apporter', text: 'Une feuille d’arbre pour la séance de sciences.', days: 3 },
] as const;
