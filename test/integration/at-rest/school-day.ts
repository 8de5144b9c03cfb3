import { Readable } from 'node:stream';
import { inventedExtraction } from '../../../src/demo/invented-school';
import type { Id } from '../../../src/domain/id';
import { until, type TestHost, type workshop } from '../host/hosts';

type Workshop = ReturnType<typeof workshop>;

/** Invented; none of these words stands in the product. */
const SAID = {
  school: 'École Zéphyrine-Lécuyer',
  headFirst: 'Hélène-Ségolène',
  headFamily: 'Œuvrard-Çelikbaş',
  teacherFirst: 'Gwénaëlle-Maïté',
  teacherFamily: 'Lévêque-N’Guessan',
  pupilFirst: 'Maïwenn-Éloïse',
  pupilFamily: 'Dąbrowska-Ñíguez',
  importedFirst: 'Anaïs-Théophanie',
  importedFamily: 'Brûlé-Saint-Ägidius',
  className: 'Classe des Écureuils-Volants',
  homework: 'Relire la poésie de Gwénaëlle : l’été à l’Île-aux-Moines',
  planTitle: 'Séance d’orthophonie de Maïwenn',
  plan: 'Allergie sévère aux arachides : prévenir l’infirmière, piqûre dans l’armoire n° 7',
  deviceNote: 'Prêtée à la famille Dąbrowska, écran fêlé',
  fileTitle: 'Projet d’accueil individualisé — Maïwenn',
  file: 'Le médecin scolaire préconise un tiers-temps à compter de la Toussaint.',
} as const;

const PASSWORDS = {
  head: 'Kérosène d’Hélène 1987 !',
  next: 'nouvelle Phrase à l’abri 42',
  teacher: 'l’Amélanchier fleurit tôt',
};

/** What a school wrote, and what was said to it but is to be written nowhere, in any form, sealed or not. */
export interface SchoolDay {
  /** Of the two postes, closed. */
  readonly folders: readonly string[];
  readonly sealed: readonly string[];
  readonly unwritten: readonly string[];
}

/** A head and a teacher, on two postes of one school, do through the staff contract what fills a data folder. */
export async function liveOneDay(shop: Workshop): Promise<SchoolDay> {
  const office = await shop.open('office');
  const { sheet } = await office.ask('school.create', {
    name: SAID.school,
    uai: '0951099D',
    timeZone: 'Europe/Paris',
    head: { first: SAID.headFirst, family: SAID.headFamily, password: PASSWORDS.head },
  });
  const { id: classId } = await office.ask('people.addClass', { label: SAID.className, grades: ['CM1'] });
  const pupil = await office.ask('people.addPupil', {
    class: classId,
    first: SAID.pupilFirst,
    family: SAID.pupilFamily,
  });
  const { id: teacher } = await office.ask('people.addStaff', {
    first: SAID.teacherFirst,
    family: SAID.teacherFamily,
    classes: [classId],
  });
  await importOnde(office);
  await office.ask('people.changePassword', { current: PASSWORDS.head, next: PASSWORDS.next });
  await lendDevice(office);

  const newcomer = await shop.open('laptop');
  await join(office, newcomer, teacher, PASSWORDS.teacher);
  await newcomer.close();
  const laptop = await shop.open('laptop', { near: () => [office] });
  await laptop.ask('session.signIn', { who: teacher, password: PASSWORDS.teacher });
  await laptop.ask('people.setPictureCode', { class: classId, on: true });
  const { cards } = await laptop.ask('people.codeCards', { class: classId });
  const card = cards.find((one) => one.id === pupil.id);
  if (!card || card.code.length < 2) throw new Error('a pupil without a picture code');
  await teach(laptop, classId, pupil.id);
  // Parcels of one poste, in its own log and in the other's.
  await laptop.ask('sync.run', {});
  await laptop.close();
  await office.close();
  return {
    folders: [office.folder, laptop.folder],
    sealed: [...Object.values(SAID), JSON.stringify(card.code)],
    unwritten: [...Object.values(PASSWORDS), sheet.code, sheet.code.replaceAll('-', '')],
  };
}

async function importOnde(host: TestHost): Promise<void> {
  const { year } = await host.ask('school.read', {});
  const rows = inventedExtraction(year)
    .replace('GARNIER', SAID.importedFamily.toUpperCase())
    .replace('Maëlys', SAID.importedFirst);
  const body = Readable.from([Buffer.from(rows)]);
  const upload = await host.binary.area.put('window', 'CSVExtraction.csv', 'text/csv', body);
  const { plan, result } = await host.ask('people.dryRun', { uploads: [upload] });
  await host.ask('people.applyImport', {
    plan,
    decisions: Object.fromEntries(result.doubtful.map(({ id }) => [id, { action: 'keep' as const }])),
  });
}

async function teach(host: TestHost, classId: Id<'class'>, pupil: Id<'pupil'>): Promise<void> {
  await host.ask('homework.save', {
    class: classId,
    subject: 'Poésie',
    text: SAID.homework,
    dueOn: '2026-11-24',
  });
  const plan = { class: classId, date: '2026-11-23', title: SAID.planTitle, text: SAID.plan };
  const { id, rev } = await host.ask('plan.save', plan);
  await host.ask('plan.save', { ...plan, id, rev, text: `${SAID.plan} (revu)` });
  const { half } = await host.ask('register.sheet', { class: classId });
  const entry = { pupil, state: 'absent' as const, replaces: [] };
  await host.ask('register.write', { class: classId, half, entries: [entry], complete: true });
  await host.ask('classroom.open', { class: classId, mode: 'personal', title: SAID.planTitle });
  const body = Readable.from([Buffer.from(`%PDF-1.4\n${SAID.file}\n%%EOF\n`)]);
  const upload = await host.binary.area.put('window', `${SAID.fileTitle}.pdf`, 'application/pdf', body);
  await host.ask('classroom.sendFile', { title: SAID.fileTitle, upload, answer: true, to: 'all' });
  await host.ask('classroom.close', {});
}

async function lendDevice(host: TestHost): Promise<void> {
  const { device } = await host.ask('inventory.addDevice', { label: 'Tablette 1', kind: 'tablet' });
  await host.ask('inventory.setState', { of: device, state: 'inRepair', note: SAID.deviceNote });
}

/** « Rejoindre mon école »: digits from one screen typed on the other. */
export async function join(
  office: TestHost,
  laptop: TestHost,
  person: Id<'staff'>,
  password: string,
): Promise<void> {
  await office.ask('sync.openIntroduction', { person });
  const { host, port } = office.host.rooms()?.exchange.postes.address ?? { host: '', port: 0 };
  await laptop.ask('joinSchool.begin', { address: `${host}:${port}`, password });
  const digits = await until(laptop, 'joinSchool.changed', async () => {
    const state = await laptop.ask('joinSchool.state', {});
    if (state.state === 'failed') throw new Error(state.code);
    return state.state === 'digits' ? state.digits : undefined;
  });
  await until(office, 'sync.introduction', async () =>
    (await office.ask('sync.introduction', {})).state === 'asked' ? true : undefined,
  );
  await office.ask('sync.confirmIntroduction', { digits });
  await until(laptop, 'joinSchool.changed', async () => {
    const state = await laptop.ask('joinSchool.state', {});
    if (state.state === 'failed') throw new Error(state.code);
    return state.state === 'joined' ? true : undefined;
  });
}
