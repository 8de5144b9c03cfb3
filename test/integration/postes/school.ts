import type { Id } from '../../../src/domain/id';
import { until, type TestHost } from '../host/hosts';

/** Gestures of a small invented school, made through the contract of whole hosts. */
export const PASSWORD = 'le chat dort sous le préau';
export const TEACHER_PASSWORD = 'une marelle à la craie bleue';

export interface School {
  readonly head: Id<'staff'>;
  readonly teacher: Id<'staff'>;
  readonly cm1: Id<'class'>;
  readonly sheet: string;
}

export async function makeSchool(office: TestHost): Promise<School> {
  const { sheet, state } = await office.ask('school.create', {
    name: 'École des Marronniers',
    uai: '0951099D',
    timeZone: 'Europe/Paris',
    head: { first: 'Hélène', family: 'Aubry', password: PASSWORD },
  });
  const { id: cm1 } = await office.ask('people.addClass', { label: 'CM1', grades: ['CM1'] });
  await office.ask('people.addPupil', { class: cm1, first: 'Zoé', family: 'Martin' });
  const { id: teacher } = await office.ask('people.addStaff', {
    first: 'Paul',
    family: 'Roche',
    classes: [cm1],
  });
  const head = state.signedIn?.id;
  if (!head) throw new Error('nobody is signed in');
  return { head, teacher, cm1, sheet: sheet.code };
}

export const addressOf = (host: TestHost): string => {
  const { host: name, port } = host.host.rooms()?.exchange.postes.address ?? { host: '', port: 0 };
  return `${name}:${port}`;
};

/** Digits from one screen typed on the other. */
export async function typeDigits(newcomer: TestHost, welcoming: TestHost): Promise<void> {
  const digits = await until(newcomer, 'joinSchool.changed', async () => {
    const state = await newcomer.ask('joinSchool.state', {});
    if (state.state === 'failed') throw new Error(state.code);
    return state.state === 'digits' ? state.digits : undefined;
  });
  await until(welcoming, 'sync.introduction', async () =>
    (await welcoming.ask('sync.introduction', {})).state === 'asked' ? true : undefined,
  );
  await welcoming.ask('sync.confirmIntroduction', { digits });
}

/** « Rejoindre mon école », up to that state. */
export async function knock(
  bare: TestHost,
  welcoming: TestHost,
  person: Id<'staff'>,
  upTo: 'joined' | 'waiting',
): Promise<void> {
  await welcoming.ask('sync.openIntroduction', { person });
  await bare.ask('joinSchool.begin', { address: addressOf(welcoming), password: TEACHER_PASSWORD });
  await typeDigits(bare, welcoming);
  await reached(bare, upTo);
}
export const reached = (bare: TestHost, upTo: 'joined' | 'waiting'): Promise<boolean> =>
  until(bare, 'joinSchool.changed', async () => {
    const state = await bare.ask('joinSchool.state', {});
    if (state.state === 'failed') throw new Error(state.code);
    return state.state === upTo ? true : undefined;
  });

/** « Rejoindre mon école », up to the open school with its owner signed in. */
export async function join(
  shop: {
    open(name: string, options?: { near?: () => readonly TestHost[]; keychain?: boolean }): Promise<TestHost>;
  },
  name: string,
  welcoming: TestHost,
  person: Id<'staff'>,
  options: { near?: () => readonly TestHost[]; keychain?: boolean } = {},
): Promise<TestHost> {
  const bare = await shop.open(name, options);
  await knock(bare, welcoming, person, 'joined');
  await bare.close();
  const host = await shop.open(name, options);
  await host.ask('session.signIn', { who: person, password: TEACHER_PASSWORD });
  return host;
}

export const run = (host: TestHost) => host.ask('sync.run', {});
export const saveHomework = (host: TestHost, classId: Id<'class'>, text: string) =>
  host.ask('homework.save', { class: classId, subject: 'Lecture', text, dueOn: '2026-11-24' });
export const homeworkOf = async (host: TestHost, classId: Id<'class'>): Promise<string[]> =>
  (await host.ask('homework.list', { class: classId })).homework.map(({ text }) => text).sort();
