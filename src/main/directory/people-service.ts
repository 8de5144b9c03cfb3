import { idFrom, type Id } from '../../domain/id';
import { PreauError } from '../../domain/errors';
import { shortNames } from '../../domain/people/names';
import { codeLength, picturesFrom, type Picture } from '../../domain/people/pictures';
import type { Grade } from '../../domain/people/person';
import { sortGrades } from '../../domain/people/person';
import { teaches, type Actor } from '../../domain/rights/actor';
import { authorize, demand } from '../../domain/rights/authorize';
import type { ClassSummary, PupilSummary } from '../../contract/staff/people';
import type { AudienceDatabase } from '../../store/port';
import type { Platform } from '../capability';
import { accountId, type Accounts } from './accounts';
import type { SchoolDatabases } from './databases';
import type { ClassDocument, PupilDocument, StaffDocument } from './records';
import { upsert } from './records';

/** A pupil as a lesson needs them; the picture code never leaves the poste. */
export interface RosterEntry {
  readonly id: Id<'pupil'>;
  readonly name: string;
  readonly symbol: Picture;
  readonly code: readonly Picture[];
}

/** Reading and completing the directory by hand; imports have their own file. */
export interface PeopleService {
  classes(actor: Actor): Promise<ClassSummary[]>;
  pupils(actor: Actor, classId: Id<'class'>): Promise<PupilSummary[]>;
  /** For a lesson of that class: who teaches it may open it to its pupils. */
  roster(actor: Actor, classId: Id<'class'>): Promise<{ pictureCode: boolean; entries: RosterEntry[] }>;
  staff(actor: Actor): Promise<
    {
      id: Id<'staff'>;
      name: string;
      roles: ('head' | 'teacher')[];
      classIds: Id<'class'>[];
      account: boolean;
    }[]
  >;
  addClass(actor: Actor, input: { label: string; grades: readonly Grade[] }): Promise<Id<'class'>>;
  addPupil(actor: Actor, input: { class: Id<'class'>; first: string; family: string }): Promise<Id<'pupil'>>;
  addStaff(
    actor: Actor,
    input: {
      civility?: 'mme' | 'm' | undefined;
      first: string;
      family: string;
      classes: readonly Id<'class'>[];
    },
  ): Promise<Id<'staff'>>;
  setPictureCode(actor: Actor, classId: Id<'class'>, on: boolean): Promise<void>;
}

export function createPeopleService(
  platform: Platform,
  databases: SchoolDatabases,
  accounts: Accounts,
): PeopleService {
  const ecole = (): Promise<AudienceDatabase> => databases.open('ecole');
  const changed = (): void => platform.publish('people.changed', {});

  async function classDocument(classId: Id<'class'>): Promise<ClassDocument> {
    const held = (await ecole()).get<ClassDocument>(classId);
    if (!held) throw new PreauError('NOT_FOUND', { kind: 'class' });
    return held.body;
  }
  async function pupilsOf(classId: Id<'class'>): Promise<PupilDocument[]> {
    const all = (await ecole()).all<PupilDocument>('pupil').map(({ body }) => body);
    return all.filter((pupil) => pupil.classId === classId);
  }
  async function summaries(classId: Id<'class'>): Promise<PupilSummary[]> {
    const pupils = await pupilsOf(classId);
    const names = shortNames(pupils.map((pupil) => ({ id: pupil._id, names: pupil.names })));
    return pupils
      .map((pupil) => ({
        id: pupil._id as Id<'pupil'>,
        name: names.get(pupil._id) ?? pupil.names.first,
        first: pupil.names.first,
        family: pupil.names.usage ?? pupil.names.family,
        grade: pupil.grade as Grade | undefined,
        symbol: symbolOf(pupil._id),
      }))
      .sort((a, b) => a.name.localeCompare(b.name, 'fr'));
  }

  return {
    async classes(actor) {
      demand(actor, 'school.read');
      const db = await ecole();
      const staff = db.all<StaffDocument>('staff').map(({ body }) => body);
      const pupils = db.all<PupilDocument>('pupil');
      return db
        .all<ClassDocument>('class')
        .map(({ body }) => {
          const id = body._id as Id<'class'>;
          return {
            id,
            label: body.label,
            grades: sortGrades(body.grades as Grade[]),
            pupils: pupils.filter((pupil) => pupil.body.classId === id).length,
            teachers: staff
              .filter((person) => person.classIds.includes(id))
              .map((person) => `${person.names.first} ${person.names.usage ?? person.names.family}`),
            mine: teaches(actor, id),
            pictureCode: body.pictureCode ?? false,
          };
        })
        .sort((a, b) => a.label.localeCompare(b.label, 'fr', { numeric: true }));
    },
    async pupils(actor, classId) {
      demand(actor, 'people.read');
      return summaries(classId);
    },
    async roster(actor, classId) {
      demand(actor, 'class.read', { kind: 'class', classId });
      const { pictureCode = false } = await classDocument(classId);
      const grades = new Map((await pupilsOf(classId)).map((pupil) => [pupil._id, pupil.grade]));
      const classe = await databases.open('classe', classId);
      const entries = (await summaries(classId)).map(({ id, name, symbol }) => ({
        id,
        name,
        symbol,
        code: codeOf(classe, id, grades.get(id)),
      }));
      return { pictureCode, entries };
    },
    async staff(actor) {
      demand(actor, 'people.read');
      const db = await ecole();
      return db
        .all<StaffDocument>('staff')
        .map(({ body }) => ({
          id: body._id as Id<'staff'>,
          name: `${body.names.first} ${body.names.usage ?? body.names.family}`.trim(),
          roles: [...body.roles],
          classIds: [...body.classIds],
          account: db.get(accountId(body._id as Id<'staff'>)) !== undefined,
        }))
        .sort((a, b) => a.name.localeCompare(b.name, 'fr'));
    },
    async addClass(actor, { label, grades }) {
      demand(actor, 'school.manage');
      const id = idFrom('class', platform.random(9));
      await databases.create('classe', id);
      await databases.create('suivi', id);
      await (
        await ecole()
      ).put({ _id: id, type: 'class', v: 1, label, grades: sortGrades(grades), schoolYear: databases.year });
      await accounts.entitleAll();
      changed();
      return id;
    },
    async addPupil(actor, { class: classId, first, family }) {
      // A teacher takes in a pupil who stands at the door; ONDE's record is matched with it at the next import.
      if (!authorize(actor, 'class.read', { kind: 'class', classId })) demand(actor, 'school.manage');
      await classDocument(classId);
      const id = idFrom('pupil', platform.random(9));
      await (await ecole()).put({ _id: id, type: 'pupil', v: 1, names: { first, family }, classId });
      changed();
      return id;
    },
    async addStaff(actor, { civility, first, family, classes }) {
      demand(actor, 'school.manage');
      const id = idFrom('staff', platform.random(9));
      await upsert(await ecole(), {
        _id: id,
        type: 'staff',
        v: 1,
        ...(civility ? { civility } : {}),
        names: { first, family },
        roles: ['teacher'],
        classIds: [...classes],
      });
      await accounts.entitleAll();
      changed();
      return id;
    },
    async setPictureCode(actor, classId, on) {
      if (!authorize(actor, 'class.read', { kind: 'class', classId })) demand(actor, 'school.manage');
      await upsert(await ecole(), { ...(await classDocument(classId)), pictureCode: on });
      if (on) await giveCodes(platform, await databases.open('classe', classId), await pupilsOf(classId));
      changed();
    },
  };
}

/** The symbol is for recognising oneself, not a secret: it follows from the id, the same on every poste. */
function symbolOf(pupilId: string): Picture {
  const [symbol = 'cat'] = picturesFrom(Buffer.from(pupilId.slice(-4)).reverse(), 1);
  return symbol;
}

/** Picture codes are a secret of the class: random, kept in its own base. */
async function giveCodes(
  platform: Platform,
  classe: AudienceDatabase,
  pupils: readonly PupilDocument[],
): Promise<void> {
  const missing = pupils.filter((pupil) => !classe.get(codeId(pupil._id)));
  await classe.putAll(
    missing.map((pupil) => ({
      _id: codeId(pupil._id),
      type: 'pictureCode',
      v: 1,
      pupil: pupil._id,
      pictures: picturesFrom(platform.random(3), codeLength(pupil.grade)),
    })),
  );
}

const codeId = (pupilId: string): string => `account_${pupilId.slice(pupilId.indexOf('_') + 1)}`;

function codeOf(classe: AudienceDatabase, pupilId: string, grade: string | undefined): Picture[] {
  const held = classe.get(codeId(pupilId))?.body['pictures'];
  return Array.isArray(held) ? (held as Picture[]).slice(0, codeLength(grade)) : [];
}
