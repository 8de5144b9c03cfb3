import { idFrom, type Id } from '../../domain/id';
import { PreauError } from '../../domain/errors';
import { fullName, shortNames } from '../../domain/people/names';
import type { Picture } from '../../domain/people/pictures';
import type { Grade } from '../../domain/people/person';
import { compareClasses, sortGrades } from '../../domain/people/person';
import { teaches, type Actor } from '../../domain/rights/actor';
import { authorize, demand } from '../../domain/rights/authorize';
import { isStaffRole } from '../../domain/rights/roles';
import { localDate, type LocalDate } from '../../domain/time';
import type { ClassSummary, PupilSummary, StaffMemberSummary } from '../../contract/staff/people';
import type { LeftPupil } from '../../contract/staff/people-corrections';
import type { AudienceDatabase } from '../../store/port';
import type { Platform } from '../capability';
import { accountId, type AccountDocument, type Accounts } from './accounts';
import type { SchoolDatabases } from './databases';
import { codeOf, giveCodes, newCode, symbolOf } from './picture-codes';
import { upsert, type ClassDocument, type PupilDocument, type StaffDocument } from './records';

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
  /** Who is in the class on a local date, today unless told: a register of last month names who has left since. */
  pupils(actor: Actor, classId: Id<'class'>, on?: LocalDate): Promise<PupilSummary[]>;
  /** Who is no longer listed, last gone first. */
  leftPupils(actor: Actor, classId: Id<'class'>): Promise<LeftPupil[]>;
  /** For a lesson of that class: who teaches it may open it to its pupils. */
  roster(actor: Actor, classId: Id<'class'>): Promise<{ pictureCode: boolean; entries: RosterEntry[] }>;
  staff(actor: Actor): Promise<StaffMemberSummary[]>;
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
  /** The classes somebody teaches, all of them; whoever loses one loses its keys here. */
  assignClasses(actor: Actor, person: Id<'staff'>, classes: readonly Id<'class'>[]): Promise<void>;
  setPictureCode(actor: Actor, classId: Id<'class'>, on: boolean): Promise<void>;
  /** A pupil's code made anew, by who teaches the class or a head; the former opens nothing more. */
  newCode(actor: Actor, classId: Id<'class'>, pupil: Id<'pupil'>): Promise<RosterEntry>;
}

/** Holds a right in some class. */
const hasScope = (actor: Actor): boolean =>
  actor.kind === 'staff' &&
  actor.grants.some(({ classIds }) =>
    classIds.some((classId) => authorize(actor, 'people.read', { kind: 'class', classId })),
  );

const isHere = ({ leftOn }: PupilDocument, on: LocalDate): boolean => leftOn === undefined || leftOn > on;

export function createPeopleService(
  platform: Platform,
  databases: SchoolDatabases,
  accounts: Accounts,
  timeZone: () => string = () => 'Europe/Paris',
): PeopleService {
  const ecole = (): Promise<AudienceDatabase> => databases.open('ecole');
  const today = (): LocalDate => localDate(platform.clock(), timeZone());
  const changed = (): void => platform.publish('people.changed', {});

  async function classDocument(classId: Id<'class'>): Promise<ClassDocument> {
    const held = (await ecole()).get<ClassDocument>(classId);
    if (!held || held.body.mergedInto) throw new PreauError('NOT_FOUND', { kind: 'class' });
    return held.body;
  }
  async function pupilsOf(classId: Id<'class'>, on = today()): Promise<PupilDocument[]> {
    const year = await databases.ecoleWith(classId);
    const all = year.all<PupilDocument>('pupil').map(({ body }) => body);
    return all.filter((pupil) => pupil.classId === classId && isHere(pupil, on));
  }
  async function summaries(classId: Id<'class'>, on?: LocalDate): Promise<PupilSummary[]> {
    const pupils = await pupilsOf(classId, on);
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
      // Who has a right in some classes only sees those.
      const whole = authorize(actor, 'school.read');
      const sees = (id: string): boolean =>
        whole || authorize(actor, 'people.read', { kind: 'class', classId: id as Id<'class'> });
      if (!whole && !hasScope(actor)) demand(actor, 'school.read');
      const db = await ecole();
      const staff = db.all<StaffDocument>('staff').map(({ body }) => body);
      const date = today();
      const pupils = db.all<PupilDocument>('pupil').filter(({ body }) => isHere(body, date));
      return db
        .all<ClassDocument>('class')
        .filter(({ body }) => !body.mergedInto && sees(body._id))
        .map(({ body }) => {
          const id = body._id as Id<'class'>;
          return {
            id,
            label: body.label,
            grades: sortGrades(body.grades as Grade[]),
            pupils: pupils.filter((pupil) => pupil.body.classId === id).length,
            teachers: staff
              .filter((person) => person.classIds.includes(id))
              .map(({ names }) => fullName(names))
              .sort((a, b) => a.localeCompare(b, 'fr')),
            mine: teaches(actor, id),
            pictureCode: body.pictureCode ?? false,
          };
        })
        .sort(compareClasses);
    },
    async pupils(actor, classId, on) {
      demand(actor, 'people.read', { kind: 'class', classId });
      return summaries(classId, on);
    },
    async leftPupils(actor, classId) {
      demand(actor, 'people.read', { kind: 'class', classId });
      const date = today();
      return (await ecole())
        .all<PupilDocument>('pupil')
        .filter(({ body }) => body.classId === classId && !isHere(body, date))
        .map(({ body }) => ({
          id: body._id as Id<'pupil'>,
          name: fullName(body.names),
          leftOn: body.leftOn ?? date,
        }))
        .sort((a, b) => b.leftOn.localeCompare(a.leftOn) || a.name.localeCompare(b.name, 'fr'));
    },
    async roster(actor, classId) {
      demand(actor, 'class.read', { kind: 'class', classId });
      // Not `classDocument`: a lesson that was running when its class met another is taken up with whom it has.
      const { pictureCode = false } = (await ecole()).get<ClassDocument>(classId)?.body ?? {};
      const pupils = await pupilsOf(classId);
      const byId = new Map(pupils.map((pupil) => [pupil._id, pupil]));
      const classe = await databases.open('classe', classId);
      if (pictureCode) await giveCodes(platform.random, classe, pupils);
      const entries = (await summaries(classId)).flatMap(({ id, name, symbol }) => {
        const pupil = byId.get(id);
        return pupil ? [{ id, name, symbol, code: codeOf(classe, pupil) }] : [];
      });
      return { pictureCode, entries };
    },
    async staff(actor) {
      demand(actor, 'school.read');
      const db = await ecole();
      return db
        .all<StaffDocument>('staff')
        .filter(({ body }) => body.leftOn === undefined)
        .map(({ body }) => {
          const id = body._id as Id<'staff'>;
          const account = db.get<AccountDocument>(accountId(id))?.body;
          return {
            id,
            name: fullName(body.names),
            roles: body.roles.filter(isStaffRole),
            classIds: [...body.classIds],
            account: account !== undefined,
            waiting: account?.mustChange ?? false,
          };
        })
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
      for (const classId of classes) await classDocument(classId);
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
    async assignClasses(actor, personId, classes) {
      demand(actor, 'school.manage');
      const db = await ecole();
      const held = db.get<StaffDocument>(personId);
      if (!held) throw new PreauError('NOT_FOUND', { kind: 'staff' });
      for (const classId of classes) await classDocument(classId);
      const roles = held.body.roles.includes('teacher') ? held.body.roles : [...held.body.roles, 'teacher'];
      await upsert(db, { ...held.body, roles, classIds: [...new Set(classes)] });
      await accounts.entitleAll();
      changed();
    },
    async setPictureCode(actor, classId, on) {
      if (!authorize(actor, 'class.read', { kind: 'class', classId })) demand(actor, 'school.manage');
      await upsert(await ecole(), { ...(await classDocument(classId)), pictureCode: on });
      if (on)
        await giveCodes(platform.random, await databases.open('classe', classId), await pupilsOf(classId));
      changed();
    },
    async newCode(actor, classId, id) {
      demand(actor, 'class.read', { kind: 'class', classId });
      const pupil = (await pupilsOf(classId)).find(({ _id }) => _id === id);
      const shown = (await summaries(classId)).find((one) => one.id === id);
      if (!pupil || !shown) throw new PreauError('NOT_FOUND', { kind: 'pupil' });
      const code = await newCode(platform.random, await databases.open('classe', classId), pupil);
      platform.tracer.trace(actor, 'account.reset', [id]);
      changed();
      return { id, name: shown.name, symbol: shown.symbol, code };
    },
  };
}
