/** For this folder's tests only: building extractions as bytes, and a stand-in for the school's keyed hash. */
import { compareText } from '../names';
import type { Directory } from '../person';
import type { Fact, PlanOptions, RecordKind, RecordOf } from './plan-types';

export const TODAY = '2026-11-22';

export const OLD_HEADER = [
  'Nom Elève', "Nom d'usage Elève", 'Prénom Elève', 'Date naissance', 'Sexe', 'Adresse1', 'Cp1', 'Commune1', 'Pays1',
  'Adresse2', 'Cp2', 'Commune2', 'Pays2', ' Cycle', 'Niveau', 'Classe', 'Attestation fournie',
  'Autorisations associations', 'Autorisations photos', 'Décision de passage',
]; // prettier-ignore
export const NEW_HEADER = [
  'Nom élève', "Nom d'usage élève", 'Prénom élève', 'Date naissance', 'Sexe', 'INE', 'Adresse1', 'Cp1', 'Commune1',
  'Pays1', 'Adresse2', 'Cp2', 'Commune2', 'Pays2', ' Cycle', 'Niveau', 'Libellé classe', 'Identifiant classe',
  'Attestation fournie', 'Autorisation associations', 'Autorisation photo', 'Décision de passage',
]; // prettier-ignore
export const TEACHER_HEADER = [
  'Civilité', 'Nom usage', 'Nom', 'Prénom', 'Adresse', 'CP', 'Commune', 'Pays', 'Courriel', 'Téléphone domicile',
  'Téléphone portable', 'Directeur', 'Classe',
]; // prettier-ignore
const CHILD = ["Nom d'usage enfant", 'Nom de famille enfant', 'Prénom enfant', 'Classes enfants'];

/** A guardians' header for so many children, with or without « Numéro de poste ». */
export function guardianHeader(children: number, extension = true): string[] {
  return [
    'Civilité Responsable', 'Nom usage responsable', 'Nom responsable', 'Prénom responsable', 'Adresse responsable',
    'CP responsable', 'Commune responsable', 'Pays', 'Courriel', 'Téléphone domicile', 'Téléphone travail',
    ...(extension ? ['Numéro de poste'] : []), 'Téléphone portable', ...Array<string[]>(children).fill(CHILD).flat(),
  ]; // prettier-ignore
}

/** A row under a header from the cells that matter. */
export function cellsUnder(header: readonly string[], values: Readonly<Record<string, string>>): string[] {
  return header.map((name) => values[name.trim()] ?? '');
}

export type Encoding = 'utf-8' | 'utf-8-bom' | 'latin1';

/** The bytes of an extraction: `;`, CRLF, every cell quoted. */
export function csv(rows: readonly (readonly string[])[], encoding: Encoding = 'utf-8'): Uint8Array {
  const line = (cells: readonly string[]): string =>
    cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(';');
  const text = rows.map((cells) => `${line(cells)}\r\n`).join('');
  if (encoding === 'latin1') return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  return new TextEncoder().encode(encoding === 'utf-8-bom' ? `\ufeff${text}` : text);
}

/** Two posts of one school share the key, so they derive alike; the test keeps the key readable. */
export const deriveKey: PlanOptions['deriveKey'] = (kind, key) => `${kind}_<${key}>`;
export const OPTIONS: PlanOptions = { schoolYear: 2026, today: TODAY, deriveKey };

/** What the school knows once facts are written; unknown records are added, others replaced. */
export function write(directory: Directory, facts: readonly Fact[]): Directory {
  const of = <K extends RecordKind>(kind: K, before: readonly RecordOf[K][]): RecordOf[K][] => {
    const all = new Map(before.map((record) => [record.id, record]));
    for (const fact of facts) if (fact.kind === kind) all.set(fact.record.id, fact.record as RecordOf[K]);
    return [...all.values()].sort((a, b) => compareText(a.id, b.id));
  };
  return {
    classes: of('class', directory.classes),
    pupils: of('pupil', directory.pupils),
    guardians: of('guardian', directory.guardians),
    staff: of('staff', directory.staff),
  };
}

export const EMPTY: Directory = { classes: [], pupils: [], guardians: [], staff: [] };
