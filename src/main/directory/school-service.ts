import { parseAudience } from '../../domain/audience';
import { idFrom, type Id } from '../../domain/id';
import { PreauError } from '../../domain/errors';
import { passwordWeakness } from '../../domain/people/password-rules';
import { checkUai } from '../../domain/school/uai';
import { isTimeZone } from '../../domain/school/time-zone';
import type { Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { instant } from '../../domain/time';
import type { RecoverySheet, School } from '../../contract/staff/school';
import type { Keyring } from '../../store/port-keys';
import type { Platform } from '../capability';
import type { Accounts } from './accounts';
import type { SchoolDatabases } from './databases';
import { upsert, type ClassDocument, type SchoolDocument, type StaffDocument } from './records';

export interface CreateSchool {
  readonly name: string;
  readonly uai: string;
  readonly timeZone: string;
  readonly head: {
    readonly civility?: 'mme' | 'm' | undefined;
    readonly first: string;
    readonly family: string;
    readonly password: string;
  };
}

/** The school itself: its creation on this poste, its name, its recovery sheet. */
export interface SchoolService {
  exists(): boolean;
  current(): SchoolDocument | undefined;
  /** Looks again after keys were unwrapped. */
  refresh(): Promise<void>;
  read(actor: Actor): School;
  create(input: CreateSchool): Promise<{ head: Id<'staff'>; sheet: RecoverySheet }>;
  /** A school without a name yet, its one teacher and one class. @returns the teacher */
  createProvisional(input: { title: string; firstNames: readonly string[] }): Promise<Id<'staff'>>;
  /** The teacher of a school that has no name yet. */
  provisionalTeacher(): Promise<Id<'staff'> | undefined>;
  newRecoverySheet(actor: Actor): Promise<RecoverySheet>;
}

export async function openSchoolService(deps: {
  readonly platform: Platform;
  readonly databases: SchoolDatabases;
  readonly keyring: Keyring;
  readonly accounts: () => Accounts;
}): Promise<SchoolService> {
  const { platform, databases, keyring } = deps;
  const find = async (): Promise<SchoolDocument | undefined> =>
    databases.readable('parc')
      ? (await databases.open('parc')).all<SchoolDocument>('school').map(({ body }) => body)[0]
      : undefined;
  let school = await find();

  async function createBases(): Promise<void> {
    for (const kind of ['parc', 'ecole', 'direction', 'courrier', 'traces'] as const)
      await databases.create(kind);
  }
  async function writeSchool(fields: Omit<SchoolDocument, '_id' | 'type' | 'v'>): Promise<void> {
    const body = {
      _id: school?._id ?? idFrom('school', platform.random(9)),
      type: 'school',
      v: 1,
      ...fields,
    } as SchoolDocument;
    await upsert(await databases.open('parc'), body);
    school = body;
    platform.publish('school.changed', summary());
  }
  function summary(): School {
    if (!school) throw new PreauError('SCHOOL_MISSING');
    const { name, uai, timeZone, provisional } = school;
    return { name, ...(uai ? { uai } : {}), timeZone, year: databases.year, provisional };
  }
  async function sheet(): Promise<RecoverySheet> {
    return {
      code: await keyring.createSheet(),
      school: school?.name ?? '',
      createdAt: instant(platform.clock()),
    };
  }

  /**
   * A school that is there but locked looks like none. Nothing of it may be touched by who has not signed in: a new
   * sheet would take the printed one's place and open nothing.
   */
  function demandNoneLocked(): void {
    const locked = keyring
      .audiences()
      .some((name) => parseAudience(name)?.kind !== 'perso' && !keyring.has(name));
    if (!school && locked) throw new PreauError('SCHOOL_EXISTS');
  }

  /** A lesson belongs to the person without a name: when that person disappears, nobody could close it any more. */
  async function demandNoLesson(): Promise<void> {
    const classes = (await databases.open('ecole')).all('class').map(({ body }) => body._id as Id<'class'>);
    const bases = await Promise.all([
      databases.open('parc'),
      ...classes.map((id) => databases.open('classe', id)),
    ]);
    const running = bases.some((base) => base.all('lesson').some(({ body }) => !body['closedAt']));
    if (running) throw new PreauError('LESSON_OPEN_ALREADY');
  }

  return {
    exists: () => school !== undefined,
    current: () => school,
    async refresh() {
      school = await find();
    },
    read(actor) {
      demand(actor, 'school.read');
      return summary();
    },
    async create(input) {
      if (school && !school.provisional) throw new PreauError('SCHOOL_EXISTS');
      demandNoneLocked();
      const uai = checkUai(input.uai);
      if (!uai) throw new PreauError('UAI_WRONG');
      if (!isTimeZone(input.timeZone)) throw new PreauError('BAD_INPUT', { path: 'timeZone' });
      const { first, family, password, civility } = input.head;
      const weakness = passwordWeakness(password, [first, family, input.name]);
      if (weakness) throw new PreauError('PASSWORD_WEAK', { reason: weakness });
      if (school) await demandNoLesson();
      // The sheet comes first: whatever is created from now on can be opened with the paper.
      const { code } = await sheet();
      await createBases();
      const ecole = await databases.open('ecole');
      // A creation that was cut short leaves its head behind, without a school: nobody ever saw their sheet.
      if (!school) for (const { body, rev } of ecole.all('staff')) await ecole.remove(body._id, rev);
      const head = idFrom('staff', platform.random(9));
      // The class made in a hurry keeps its pupils and its lessons: it goes to who names the school.
      const classIds = ecole.all<ClassDocument>('class').map(({ body }) => body._id as Id<'class'>);
      const body: StaffDocument = {
        _id: head,
        type: 'staff',
        v: 1,
        ...(civility ? { civility } : {}),
        names: { first, family },
        roles: classIds.length > 0 ? ['head', 'teacher'] : ['head'],
        classIds,
      };
      await ecole.put(body);
      for (const provisional of ecole.all<StaffDocument>('staff')) {
        if (provisional.body['provisional'] === true)
          await ecole.remove(provisional.body._id, provisional.rev);
      }
      await deps.accounts().create(head, password, false);
      // Last: from here on the school exists.
      await writeSchool({ name: input.name, uai, timeZone: input.timeZone, provisional: false });
      // The windows of the class in a hurry are nobody's from now on.
      await deps.accounts().entitleAll();
      platform.log.info('school.created');
      return { head, sheet: { code, school: input.name, createdAt: instant(platform.clock()) } };
    },
    async createProvisional({ title, firstNames }) {
      if (school) throw new PreauError('SCHOOL_EXISTS');
      demandNoneLocked();
      // Nobody has a password yet. Where there is no keychain either, a sheet that nobody keeps is all that holds the keys:
      // the class then ends with this session, and the screen says so.
      await keyring.createSheet();
      await createBases();
      const ecole = await databases.open('ecole');
      const classId = idFrom('class', platform.random(9));
      const teacher = idFrom('staff', platform.random(9));
      await databases.create('classe', classId);
      await databases.create('suivi', classId);
      await ecole.putAll([
        {
          _id: classId,
          type: 'class',
          v: 1,
          label: title,
          grades: [],
          schoolYear: databases.year,
          quick: true,
        },
        {
          _id: teacher,
          type: 'staff',
          v: 1,
          provisional: true,
          names: { first: '', family: title },
          roles: ['teacher'],
          classIds: [classId],
        },
        ...firstNames.map((first) => ({
          _id: idFrom('pupil', platform.random(9)),
          type: 'pupil',
          v: 1,
          names: { first, family: '' },
          classId,
        })),
      ]);
      await writeSchool({ name: title, timeZone: 'Europe/Paris', provisional: true });
      return teacher;
    },
    async provisionalTeacher() {
      const staff = (await databases.open('ecole')).all<StaffDocument>('staff');
      return staff.find(({ body }) => body['provisional'] === true)?.body._id as Id<'staff'> | undefined;
    },
    async newRecoverySheet(actor) {
      demand(actor, 'school.manage');
      return sheet();
    },
  };
}
