import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Id } from '../../domain/id';
import type { Fact, RecordKind } from '../../domain/people/onde/plan-types';
import type { AudienceDatabase, DocumentBody } from '../../store/port';
import type { Keyring } from '../../store/port-keys';
import type { SchoolDatabases } from './databases';
import { documentsOf, upsert, type PupilDocument, type StaffDocument } from './records';

export type ImportBase = 'direction' | 'ecole';

/** One document as an import finds and leaves it. */
export interface WrittenDocument {
  readonly base: ImportBase;
  readonly kind: RecordKind;
  readonly id: string;
  /** Absent where the import makes it. */
  readonly before?: DocumentBody | undefined;
  /** Fingerprint of what it becomes. */
  readonly after: string;
}

/** Documents written between two words to the window. */
const BATCH = 200;

export const fingerprintOf = (body: DocumentBody): string =>
  createHash('sha256')
    .update(canonicalize(body) ?? '')
    .digest('base64url');

export type ImportMoves = readonly (readonly [Id<'pupil'>, Id<'class'>, Id<'class'>])[];
/** By person: classes that they taught and teach no more. */
export type ClassesLost = readonly (readonly [Id<'staff'>, Id<'class'>[]])[];

interface Prepared {
  /** Everything that is about to change, before it does. */
  readonly documents: readonly WrittenDocument[];
  readonly moves: ImportMoves;
  readonly lost: ClassesLost;
  /** Writes it. Cut at any point, the same import made again completes it. */
  write(tell: (done: number, total: number) => void): Promise<void>;
}

/** Looks at what facts change, and writes them: children's sealed halves first, so that no list shows who has none. */
export async function prepareWrite(
  databases: SchoolDatabases,
  keyring: Pick<Keyring, 'has' | 'create'>,
  facts: readonly Fact[],
): Promise<Prepared> {
  const bases = { direction: await databases.open('direction'), ecole: await databases.open('ecole') };
  const bodies = facts.flatMap((fact) =>
    documentsOf(fact.kind, fact.record).map((entry) => ({ ...entry, kind: fact.kind })),
  );
  const documents = bodies.flatMap(({ base, body, kind }): WrittenDocument[] => {
    const before = bases[base].get(body._id)?.body;
    const after = fingerprintOf({ ...before, ...body });
    if (before && fingerprintOf(before) === after) return [];
    return [{ base, kind, id: body._id, ...(before ? { before } : {}), after }];
  });
  return {
    documents,
    moves: movesIn(bases.ecole, facts),
    lost: lossesIn(bases.ecole, facts),
    async write(tell) {
      const classes = documents.filter(({ kind, before }) => kind === 'class' && !before);
      // Keys only: the bases themselves are made when somebody first writes in them.
      const names = classes.flatMap(({ id }) =>
        (['classe', 'suivi'] as const).map((kind) => databases.name(kind, id as Id<'class'>)),
      );
      await keyring.create(...names.filter((name) => !keyring.has(name)));
      let done = 0;
      tell(done, bodies.length);
      for (const base of ['direction', 'ecole'] as const) {
        const db = bases[base];
        const mine = bodies.filter((entry) => entry.base === base).map(({ body }) => body);
        for (let start = 0; start < mine.length; start += BATCH) {
          const batch = mine.slice(start, start + BATCH);
          // New documents in one durable batch; only what exists already is rewritten one by one.
          const known = batch.filter((body) => db.get(body._id));
          await db.putAll(batch.filter((body) => !known.includes(body)));
          await Promise.all(known.map((body) => upsert(db, body)));
          done += batch.length;
          tell(done, bodies.length);
        }
      }
    },
  };
}

/** Pupils whom the file puts into another class than they are in. */
function movesIn(ecole: AudienceDatabase, facts: readonly Fact[]): ImportMoves {
  return facts.flatMap((fact) => {
    if (fact.kind !== 'pupil') return [];
    const before = ecole.get<PupilDocument>(fact.record.id)?.body.classId;
    const after = fact.record.classId;
    if (before === undefined || after === undefined || before === after) return [];
    return [[fact.record.id as Id<'pupil'>, before as Id<'class'>, after as Id<'class'>] as const];
  });
}

function lossesIn(ecole: AudienceDatabase, facts: readonly Fact[]): ClassesLost {
  return facts.flatMap((fact) => {
    if (fact.kind !== 'staff') return [];
    const before = ecole.get<StaffDocument>(fact.record.id)?.body.classIds ?? [];
    const lost = before.filter((id) => !fact.record.classIds.includes(id));
    return lost.length === 0 ? [] : [[fact.record.id as Id<'staff'>, lost] as const];
  });
}
