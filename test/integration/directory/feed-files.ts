import { zipSync } from 'fflate';
import type { FeedSource } from '../../../src/main/directory/feeds/source';
import { aafFile, fileName, request, type AafEncoding } from '../../bench/directory/aaf-file';
import { recordsOf, schoolOf, type AafRecord } from '../../bench/directory/town';
import { SCHOOL, source } from './poste';

const SHAPE = { seed: 4, schools: 3, pupilsPerSchool: 24 };
const KINDS = ['Eleve', 'PersEducNat', 'EtabEducNat', 'PersRelEleve'] as const;

/** The records of the second school of the town, as if it were the poste's own. */
export function ownRecords(): AafRecord[] {
  const text = JSON.stringify(recordsOf(SHAPE, 1)).replaceAll(schoolOf(1).uai, SCHOOL.uai);
  return JSON.parse(text) as AafRecord[];
}
export const otherRecords = (): AafRecord[] => [recordsOf(SHAPE, 0), recordsOf(SHAPE, 2)].flat();

/** The four files of an AAF complete. */
export function complete(
  records: readonly AafRecord[],
  encoding?: AafEncoding,
): (FeedSource & { bytes: Buffer })[] {
  return KINDS.map((kind) => {
    const objects = records.filter((record) => record.kind === kind).map((record) => request(record));
    return source(fileName(kind), aafFile(objects, encoding));
  });
}

export const delta = (...requests: string[]): FeedSource =>
  source(fileName('Eleve', 'Delta'), aafFile(requests));

export function archive(
  name: string,
  files: readonly { name: string; bytes: Buffer }[],
): FeedSource & { bytes: Buffer } {
  const entries = Object.fromEntries(
    files.map((file) => [`dossier/${file.name}`, new Uint8Array(file.bytes)]),
  );
  return source(name, Buffer.from(zipSync(entries)));
}

export const one = (value: string | string[] | undefined): string => [value ?? ''].flat()[0] ?? '';

/** ONDE's extraction of the same children, with or without their INE. */
export function ondeOf(records: readonly AafRecord[], ine = true): FeedSource & { bytes: Buffer } {
  const header = `Nom élève;Prénom élève;Date naissance;Sexe;${ine ? 'INE;' : ''}Niveau;Libellé classe;Identifiant classe`;
  const rows = records.flatMap(({ kind, attributes: a }) => {
    if (kind !== 'Eleve') return [];
    const label = one(a['ENTPersonClasses']).split('$')[1] ?? '';
    const cells = [a['ENTPersonNom'], a['ENTPersonPrenom'], a['ENTPersonDateNaissance'], 'F'].map(one);
    return [
      [
        ...cells,
        ...(ine ? [one(a['ENTEleveINE'])] : []),
        one(a['ENTEleveNiveau']),
        label,
        String(700_000 + ([...label].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 0) % 9_999)),
      ].join(';'),
    ];
  });
  return source('CSVExtraction.csv', Buffer.from([header, ...rows].join('\r\n'), 'latin1'));
}
