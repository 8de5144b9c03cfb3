import { mkdir } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { suggestedDecisions } from '../../../src/domain/people/onde';
import type { FeedSource } from '../../../src/main/directory/feeds/source';
import { openSchool } from './schools';
import { recordsOf, schoolOf } from './town';

const PUPILS = 250;
const ROUNDS = 5;

/** ONDE's three extractions of one school, made from the same invented people as the town. */
function extractions(): FeedSource[] {
  const records = recordsOf({ seed: 11, schools: 1, pupilsPerSchool: PUPILS }, 0);
  const one = (value: string | string[] | undefined): string => [value ?? ''].flat()[0] ?? '';
  const pupils = new Map(
    records.filter(({ kind }) => kind === 'Eleve').map((record) => [record.id, record.attributes]),
  );
  const classOf = (attributes: Record<string, string | string[]>): string =>
    one(attributes['ENTPersonClasses']).split('$')[1] ?? '';
  const rows = {
    eleves: [
      `Nom élève;Nom d'usage élève;Prénom élève;Date naissance;Sexe;INE;Adresse1;Cp1;Commune1;Pays1;Adresse2;Cp2;Commune2;Pays2; Cycle;Niveau;Libellé classe;Identifiant classe;Attestation fournie;Autorisation associations;Autorisation photo;Décision de passage`,
      ...[...pupils.values()].map(
        (a) =>
          `${one(a['ENTPersonNom'])};;${one(a['ENTPersonPrenom'])};${one(a['ENTPersonDateNaissance'])};F;${one(a['ENTEleveINE'])};;;;;;;;;;${one(a['ENTEleveNiveau'])};${classOf(a)};;Oui;Oui;Oui;`,
      ),
    ],
    responsables: [
      `Civilité Responsable;Nom usage responsable;Nom responsable;Prénom responsable;Adresse responsable;CP responsable;Commune responsable;Pays;Courriel;Téléphone domicile;Téléphone travail;Téléphone portable${`;Nom d'usage enfant;Nom de famille enfant;Prénom enfant;Classes enfants`.repeat(2)}`,
      ...records
        .filter(({ kind }) => kind === 'PersRelEleve')
        .map(({ attributes: a }) => {
          const children = [a['ENTPersRelEleveEleve'] ?? []].flat().map((id) => {
            const child = pupils.get(id) ?? {};
            return `;;${one(child['ENTPersonNom'])};${one(child['ENTPersonPrenom'])};${classOf(child)}`;
          });
          return `${one(a['ENTPersonCivilite'])};;${one(a['ENTPersonNom'])};${one(a['ENTPersonPrenom'])};${one(a['ENTPersonAdresse'])};39990;Saint-Exemple-le-Haut;FRANCE;${one(a['ENTPersonMail'])};${one(a['ENTPersonTelPerso'])};;${one(a['ENTPersRelEleveTelMobile'])}${children.join('')}`;
        }),
    ],
    enseignants: [
      `Civilité;Nom usage;Nom;Prénom;Adresse;CP;Commune;Pays;Courriel;Téléphone domicile;Téléphone portable;Directeur;Classe`,
      ...records
        .filter(({ kind }) => kind === 'PersEducNat')
        .map(
          ({ attributes: a }) =>
            `${one(a['ENTPersonCivilite'])};;${one(a['ENTPersonNom'])};${one(a['ENTPersonPrenom'])};;;;;${one(a['ENTPersonMail'])};;;non;${one(a['ENTEnsClasses']).split('$')[1] ?? ''}`,
        ),
    ],
  };
  return Object.entries(rows).map(([name, lines]) => {
    const bytes = Buffer.from(lines.join('\r\n'), 'latin1');
    return { name: `CSVExtraction-${name}.csv`, size: bytes.length, open: () => Readable.from([bytes]) };
  });
}

/** The dry run of 250 pupils, their adults and teachers: the slowest of five, the first one into an empty school. */
export async function measureOnde(
  folder: string,
  say: (line: string) => void,
): Promise<{ dryRunMs: number; applyMs: number }> {
  await mkdir(folder, { recursive: true });
  const { uai } = schoolOf(0);
  const school = await openSchool(folder, uai);
  const files = extractions();
  const times: number[] = [];
  let applyMs = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    const run = await school.imports.dryRun(school.actor, files);
    times.push(performance.now() - start);
    if (run.unreadable.length > 0) throw new Error(JSON.stringify(run.unreadable));
    if (round > 0) continue;
    const writing = performance.now();
    await school.imports.apply(school.actor, run.plan, suggestedDecisions(run.result));
    applyMs = performance.now() - writing;
    const pupils = await school.pupils();
    if (pupils !== PUPILS) throw new Error(`${pupils} pupils were written`);
  }
  await school.close();
  say(`ONDE of ${PUPILS} pupils, dry runs: ${times.map((time) => Math.round(time)).join(' ')} ms`);
  return { dryRunMs: Math.max(...times), applyMs };
}
