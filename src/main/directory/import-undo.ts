import type { Id } from '../../domain/id';
import { fullName } from '../../domain/people/names';
import type { PersonName } from '../../domain/people/person';
import type { DocumentBody } from '../../store/port';
import { lifeOf } from './carry';
import type { SchoolDatabases } from './databases';
import type { ImportJournalEntry } from './import-journal';
import { fingerprintOf, type ClassesLost } from './import-write';
import type { ClassDocument, PupilDocument, StaffDocument } from './records';

/** Why a record stays as it is. */
export type UndoReason =
  /** Somebody wrote it since. */
  | 'changed'
  /** Work, a register or a notebook names it by now. */
  | 'used'
  /** Has an account by now. */
  | 'account';

export interface Kept {
  readonly kind: 'class' | 'pupil' | 'guardian' | 'staff';
  readonly id: string;
  readonly name: string;
  readonly reason: UndoReason;
}
export interface UndoPlan {
  /** Records that go back to what they were, or go. */
  readonly back: number;
  readonly kept: Kept[];
  /** Does it. @returns classes that somebody teaches no more */
  carryOut(): Promise<ClassesLost>;
}

type Entry = ImportJournalEntry['documents'][number];

/**
 * What undoing an import would do now. A record goes back only whole (both halves of a pupil) and only if it is as the
 * import left it; one that the import made goes only if nothing names it. Looked at afresh each time.
 */
export async function planUndo(databases: SchoolDatabases, journal: ImportJournalEntry): Promise<UndoPlan> {
  const bases = { direction: await databases.open('direction'), ecole: await databases.open('ecole') };
  const records = new Map<string, Entry[]>();
  for (const entry of journal.documents) records.set(entry.id, [...(records.get(entry.id) ?? []), entry]);
  const mentioned = await mentionedIn(databases, journal.documents);
  const accounts = new Set(bases.ecole.all('account').map(({ body }) => body._id.replace(/^account_/, '')));

  const reasons = new Map<string, UndoReason>();
  for (const [id, entries] of records) {
    const touched = entries.some(({ base, before, after }) => {
      const now = bases[base].get(id)?.body;
      if (!now) return before !== undefined;
      const print = fingerprintOf(now);
      return print !== after && (before === undefined || print !== fingerprintOf(before));
    });
    const made = entries.every(({ before }) => before === undefined);
    if (touched) reasons.set(id, 'changed');
    else if (made && mentioned.has(id)) reasons.set(id, 'used');
    else if (made && accounts.has(id.slice(id.indexOf('_') + 1))) reasons.set(id, 'account');
  }
  keepReferred(bases.ecole, records, reasons);

  const back = [...records].filter(([id]) => !reasons.has(id));
  const kept = [...reasons].map(([id, reason]): Kept => {
    const kind = records.get(id)?.[0]?.kind ?? 'pupil';
    const body = bases.ecole.get(id)?.body ?? bases.direction.get(id)?.body;
    return { kind, id, name: nameOf(body), reason };
  });
  return {
    back: back.length,
    kept: kept.sort((a, b) => a.kind.localeCompare(b.kind) || a.name.localeCompare(b.name, 'fr')),
    async carryOut() {
      const lost = back.flatMap(([, entries]) =>
        entries.flatMap((entry) => lossOf(bases.ecole.get(entry.id)?.body, entry)),
      );
      // What names others first: a class goes when nobody is in it any more.
      const order = ['guardian', 'pupil', 'staff', 'class'];
      const entries = back.flatMap(([, list]) => list);
      entries.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
      for (const { base, id, before } of entries) {
        const db = bases[base];
        const held = db.get(id);
        if (before === undefined) {
          if (held) await db.remove(id, held.rev);
        } else if (!held || fingerprintOf(held.body) !== fingerprintOf(before))
          await db.put(before, held?.rev);
      }
      return lost;
    },
  };
}

/** A class that stays for somebody who stays: a pupil without a class would be on no list. */
function keepReferred(
  ecole: { all<B extends DocumentBody>(type: string): readonly { readonly body: B }[] },
  records: ReadonlyMap<string, readonly Entry[]>,
  reasons: Map<string, UndoReason>,
): void {
  const goes = (id: string): boolean =>
    records.has(id) &&
    !reasons.has(id) &&
    (records.get(id) ?? []).every(({ before }) => before === undefined);
  /** The document as it will stand. */
  const later = <B extends DocumentBody>(body: B): B | undefined => {
    if (goes(body._id)) return undefined;
    if (reasons.has(body._id)) return body;
    const before = records.get(body._id)?.find(({ base }) => base === 'ecole')?.before;
    return (before as B | undefined) ?? body;
  };
  const used = new Set<string>([
    ...ecole.all<PupilDocument>('pupil').flatMap(({ body }) => later(body)?.classId ?? []),
    ...ecole.all<StaffDocument>('staff').flatMap(({ body }) => later(body)?.classIds ?? []),
  ]);
  for (const [id, entries] of records) {
    if (entries[0]?.kind === 'class' && goes(id) && used.has(id)) reasons.set(id, 'used');
  }
}

/** Everybody whom the life of a class names, and each class that has one. */
async function mentionedIn(databases: SchoolDatabases, documents: readonly Entry[]): Promise<Set<string>> {
  const found = new Set<string>();
  if (!documents.some(({ before }) => before === undefined)) return found;
  for (const { body } of (await databases.open('ecole')).all<ClassDocument>('class')) {
    for (const kind of ['classe', 'suivi'] as const) {
      if (!databases.readable(kind, body._id as Id<'class'>)) continue;
      const life = await lifeOf(await databases.open(kind, body._id as Id<'class'>));
      if (life.length > 0) found.add(body._id);
      for (const [id] of JSON.stringify(life).matchAll(/\b(?:pupil|staff|guardian)_[a-z2-7]{13}\b/g))
        found.add(id);
    }
  }
  return found;
}

function lossOf(now: DocumentBody | undefined, { kind, base, id, before }: Entry): ClassesLost {
  if (kind !== 'staff' || base !== 'ecole' || !now) return [];
  const staying = (before as StaffDocument | undefined)?.classIds ?? [];
  const lost = (now as StaffDocument).classIds.filter((one) => !staying.includes(one));
  return lost.length === 0 ? [] : [[id as Id<'staff'>, [...lost]] as const];
}

function nameOf(body: DocumentBody | undefined): string {
  if (!body) return '';
  const names = body['names'] as PersonName | undefined;
  return names ? fullName(names) : String(body['label'] ?? '');
}
