import type { Id } from '../../domain/id';
import type { ClassGroup, Guardian, Pupil, StaffMember } from '../../domain/people/person';
import type { AudienceDatabase, DocumentBody } from '../../store/port';
import type { SchoolDatabases } from './databases';

/**
 * How people lie in the databases. The staff-wide base (`ecole`, readable at the commune) holds what a class list
 * shows; birth dates, INE, authorisations and parents' addresses lie in `direction`, which leaves the school sealed.
 */
export interface SchoolDocument extends DocumentBody {
  readonly type: 'school';
  readonly name: string;
  readonly uai?: string;
  readonly timeZone: string;
  readonly provisional: boolean;
}
export interface ClassDocument extends DocumentBody {
  readonly type: 'class';
  readonly label: string;
  readonly grades: readonly string[];
  readonly schoolYear: number;
  readonly ondeClassId?: string;
  readonly feedKeys?: readonly string[];
  readonly pictureCode?: boolean;
  /** Opened by « Ma classe, tout de suite »: no file, first names only. */
  readonly quick?: boolean;
  /** What was decided when it met a class of the school: who is whom, `stay` or `out`. Carried out, and kept. */
  readonly merge?: { readonly into: Id<'class'>; readonly pupils: Readonly<Record<string, string>> };
  /** Carried out: the class is shown nowhere, its base stays (docs/directory.md). */
  readonly mergedInto?: Id<'class'>;
}
export interface PupilDocument extends DocumentBody {
  readonly type: 'pupil';
  readonly names: { readonly family: string; readonly usage?: string; readonly first: string };
  readonly grade?: string;
  readonly cycle?: number;
  readonly classId?: string;
  /** The first local date on which the child is not of the school any more. */
  readonly leftOn?: string;
}
export interface PupilFileDocument extends DocumentBody {
  readonly type: 'pupilFile';
  readonly birthDate?: string;
  readonly sex?: string;
  readonly ine?: string;
  readonly authorisations: { readonly image?: boolean; readonly associations?: boolean };
  readonly passage?: { readonly year: number; readonly decision: string };
  readonly feedKeys?: readonly string[];
}
/** What feeds say of an adult of the school and nobody but the head has a use for; same id as their `staff` document. */
export interface StaffFileDocument extends DocumentBody {
  readonly type: 'staffFile';
  readonly feedKeys?: readonly string[];
  readonly feedClassIds?: readonly string[];
}
export interface GuardianDocument extends DocumentBody {
  readonly type: 'guardian';
}
export interface StaffDocument extends DocumentBody {
  readonly type: 'staff';
  readonly civility?: string;
  readonly names: { readonly family: string; readonly usage?: string; readonly first: string };
  readonly email?: string;
  readonly roles: readonly ('head' | 'teacher')[];
  readonly classIds: readonly Id<'class'>[];
  /** The instant from which the account opens nothing: somebody invited for a time. Here, because a head alone writes it. */
  readonly accountUntil?: string;
  /** The first local date on which the person is not of the school any more (src/main/postes/members.ts). */
  readonly leftOn?: string;
}

type RecordBody = Record<string, unknown>;
const plain = (value: object): RecordBody => JSON.parse(JSON.stringify(value)) as RecordBody;

const ENVELOPE: ReadonlySet<string> = new Set(['_id', 'type', 'v']);

function fieldsOf(body: DocumentBody): RecordBody {
  return Object.fromEntries(Object.entries(body).filter(([key]) => !ENVELOPE.has(key)));
}
const without = (body: DocumentBody): RecordBody => ({ id: body._id, ...fieldsOf(body) });

export const classFrom = (body: ClassDocument): ClassGroup => without(body) as unknown as ClassGroup;
const staffFrom = (body: StaffDocument, file: StaffFileDocument | undefined): StaffMember =>
  ({ ...without(body), ...(file ? fieldsOf(file) : {}) }) as unknown as StaffMember;
export const guardianFrom = (body: GuardianDocument): Guardian => without(body) as unknown as Guardian;
export function pupilFrom(body: PupilDocument, file: PupilFileDocument | undefined): Pupil {
  return {
    authorisations: {},
    ...without(body),
    ...(file ? fieldsOf(file) : {}),
  } as unknown as Pupil;
}

/** The documents of a person or class, each with the base it belongs to. */
export function documentsOf(
  kind: 'class' | 'pupil' | 'guardian' | 'staff',
  record: ClassGroup | Pupil | Guardian | StaffMember,
): { base: 'ecole' | 'direction'; body: DocumentBody }[] {
  const { id, ...rest } = plain(record) as { id: string };
  if (kind === 'staff') {
    const { feedKeys, feedClassIds, ...shown } = rest as RecordBody;
    const staff = { _id: id, type: 'staff', v: 1, ...shown } as DocumentBody;
    const file = plain({ _id: id, type: 'staffFile', v: 1, feedKeys, feedClassIds }) as DocumentBody;
    const said = feedKeys !== undefined || feedClassIds !== undefined;
    return [{ base: 'ecole', body: staff }, ...(said ? [{ base: 'direction' as const, body: file }] : [])];
  }
  if (kind !== 'pupil') {
    return [
      { base: kind === 'guardian' ? 'direction' : 'ecole', body: { _id: id, type: kind, v: 1, ...rest } },
    ];
  }
  const { birthDate, sex, ine, authorisations, passage, feedKeys, ...shown } = rest as RecordBody;
  return [
    { base: 'ecole', body: { _id: id, type: 'pupil', v: 1, ...shown } as DocumentBody },
    {
      base: 'direction',
      body: plain({
        _id: id,
        type: 'pupilFile',
        v: 1,
        birthDate,
        sex,
        ine,
        authorisations: authorisations ?? {},
        passage,
        feedKeys,
      }) as DocumentBody,
    },
  ];
}

/** Writes a document, following the revision held; an equal body is left as it is, unknown fields are kept. */
export async function upsert(db: AudienceDatabase, body: DocumentBody): Promise<boolean> {
  const held = db.get(body._id);
  if (!held) {
    await db.put(body);
    return true;
  }
  const next = { ...held.body, ...body };
  if (JSON.stringify(next) === JSON.stringify(held.body)) return false;
  await db.put(next, held.rev);
  return true;
}

/** The directory as an import compares itself with; without `direction` there is nothing to compare. */
export async function readDirectory(databases: SchoolDatabases): Promise<{
  classes: ClassGroup[];
  pupils: Pupil[];
  guardians: Guardian[];
  staff: StaffMember[];
}> {
  const ecole = await databases.open('ecole');
  const direction = databases.readable('direction') ? await databases.open('direction') : undefined;
  return {
    classes: ecole
      .all<ClassDocument>('class')
      .filter(({ body }) => !body.mergedInto)
      .map(({ body }) => classFrom(body)),
    pupils: ecole
      .all<PupilDocument>('pupil')
      .map(({ body }) => pupilFrom(body, direction?.get<PupilFileDocument>(body._id)?.body)),
    guardians: direction?.all<GuardianDocument>('guardian').map(({ body }) => guardianFrom(body)) ?? [],
    staff: ecole
      .all<StaffDocument>('staff')
      .map(({ body }) => staffFrom(body, direction?.get<StaffFileDocument>(body._id)?.body)),
  };
}
