import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Id } from '../../../src/domain/id';
import { readCharter, until, workshop, type TestHost } from '../host/hosts';

/** A head's computer and a teacher's, between whole hosts on loopback: what privacy is on each. */
const HEAD_PASSWORD = 'le chat dort sous le préau';
const TEACHER_PASSWORD = 'une marelle à la craie bleue';
const shop = workshop();
let office: TestHost;
let laptop: TestHost;
let teacher: Id<'staff'>;
let mine: Id<'class'>;
let zoe: Id<'pupil'>;
let tom: Id<'pupil'>;

async function join(): Promise<void> {
  const newcomer = await shop.open('laptop');
  const { host, port } = office.host.rooms()?.exchange.postes.address ?? { host: '', port: 0 };
  await office.ask('sync.openIntroduction', { person: teacher });
  await newcomer.ask('joinSchool.begin', { address: `${host}:${String(port)}`, password: TEACHER_PASSWORD });
  const digits = await until(newcomer, 'joinSchool.changed', async () => {
    const state = await newcomer.ask('joinSchool.state', {});
    return state.state === 'digits' ? state.digits : undefined;
  });
  await until(office, 'sync.introduction', async () =>
    (await office.ask('sync.introduction', {})).state === 'asked' ? true : undefined,
  );
  await office.ask('sync.confirmIntroduction', { digits });
  await until(newcomer, 'joinSchool.changed', async () => {
    const state = await newcomer.ask('joinSchool.state', {});
    if (state.state === 'failed') throw new Error(state.code);
    return state.state === 'joined' ? true : undefined;
  });
  await newcomer.close();
  laptop = await shop.open('laptop', { near: () => [office] });
  await laptop.ask('session.signIn', { who: teacher, password: TEACHER_PASSWORD });
}

beforeAll(async () => {
  office = await shop.open('office');
  await office.ask('school.create', {
    name: 'École des Marronniers',
    uai: '0951099D',
    timeZone: 'Europe/Paris',
    head: { first: 'Hélène', family: 'Aubry', password: HEAD_PASSWORD },
  });
  mine = (await office.ask('people.addClass', { label: '=CM1()', grades: ['CM1'] })).id;
  zoe = (await office.ask('people.addPupil', { class: mine, first: 'Zoé', family: 'Martin' })).id;
  tom = (await office.ask('people.addPupil', { class: mine, first: '=cmd|calc', family: 'Roy' })).id;
  teacher = (await office.ask('people.addStaff', { first: 'Paul', family: 'Roche', classes: [mine] })).id;
  const { id: parent } = await office.ask('guardians.add', {
    person: { first: 'Inès', family: 'Martin', phones: {}, address: {} },
    pupil: zoe,
  });
  await office.ask('privacy.authorise', {
    pupil: zoe,
    guardian: parent,
    what: 'image',
    agrees: true,
    on: '2026-09-05',
  });
  await join();
}, 120_000);
afterAll(() => shop.end());

describe('a teacher’s computer', () => {
  it('knows whose picture may be shown, and nothing of why', async () => {
    const view = await laptop.ask('privacy.images', { class: mine });
    expect(view).toMatchObject({ full: false, known: true });
    expect(view.pupils.find(({ id }) => id === zoe)).toMatchObject({
      may: true,
      basis: 'list',
      papers: [],
      guardians: [],
    });
    expect(view.pupils.find(({ id }) => id === tom)).toMatchObject({ may: false });
    expect(await laptop.ask('privacy.mayPublish', { pupils: [zoe] })).toEqual({ may: true, stopped: [] });
    const both = await laptop.ask('privacy.mayPublish', { pupils: [zoe, tom] });
    expect(both).toMatchObject({ may: false, stopped: [{ id: tom }] });
  });
  it('stops whoever it knows nothing of', async () => {
    const stranger = await laptop.ask('privacy.mayPublish', { pupils: ['pupil_aaaaaaaaaaaaa'] });
    expect(stranger.may).toBe(false);
  });
  it.each([
    ['privacy.register', {}],
    ['privacy.retention', {}],
    ['privacy.requests', {}],
    ['privacy.breaches', {}],
    ['privacy.lostPostes', {}],
    ['privacy.findPerson', { query: 'Martin' }],
    ['privacy.traces', {}],
    ['privacy.exportTraces', { words: {} }],
    ['privacy.personFile', { request: 'event_aaaaaaaaaaaaa' }],
    ['privacy.erase', { request: 'event_aaaaaaaaaaaaa' }],
    ['privacy.scan', { paper: 'event_aaaaaaaaaaaaa' }],
  ] as const)('refuses %s', async (method, input) => {
    const reply = await laptop.host.request('window', method, input);
    expect(reply).toMatchObject({ ok: false, error: { code: 'FORBIDDEN' } });
  });
});

describe('the journal of both computers', () => {
  it('is read by an administrator alone, who knows nobody’s name by it, and is whole', async () => {
    await laptop.host.request('elsewhere', 'session.signIn', { who: teacher, password: 'faux' });
    // The next morning what waits goes on a sheet, and to the others by the next exchange.
    await laptop.close();
    laptop = await shop.open('laptop', { near: () => [office], clock: () => Date.now() + 7 * 3_600_000 });
    await laptop.ask('session.signIn', { who: teacher, password: TEACHER_PASSWORD });
    await laptop.ask('sync.run', {});

    const { password, person } = await office.ask('rights.delegate', {
      person: { kind: 'new', first: 'Ada', family: 'Tech' },
      role: 'administrator',
      classes: [],
      groups: [],
      from: { date: '2026-09-01', time: '08:00' },
    });
    const given = password?.password ?? '';
    await office.ask('session.signIn', { who: person, password: given }, 'admin');
    await office.ask('people.changePassword', { current: given, next: 'horloge-marron-52' }, 'admin');
    await readCharter(office.host, 'admin');
    const seen = await office.ask('privacy.traces', {}, 'admin');
    expect(seen.readable).toBe(true);
    expect(seen.chains).toHaveLength(2);
    expect(seen.chains.flatMap(({ faults }) => faults)).toEqual([]);
    const done = new Set(seen.entries.map((entry) => entry.do));
    for (const action of [
      'session.signIn',
      'session.wrong',
      'right.refused',
      'authorisation.change',
      'photo.publish',
      'poste.introduce',
    ])
      expect(done, action).toContain(action);
    expect(seen.names).toEqual({});
    expect(JSON.stringify(seen)).not.toMatch(/Martin|Zoé|Roche/);

    const ofZoe = await office.ask('privacy.traces', { person: zoe }, 'admin');
    expect(ofZoe.entries.length).toBeGreaterThan(0);
    expect(ofZoe.entries.every(({ by, on }) => by === zoe || on.includes(zoe))).toBe(true);
    expect((await office.ask('privacy.traces', { to: '2026-01-01' }, 'admin')).total).toBe(0);

    const { download } = await office.ask(
      'privacy.exportTraces',
      { words: { 'session.signIn': '=1+1', at: '@SUM(A1)' } },
      'admin',
    );
    const file = office.binary.area.offered('admin', download.split('/').at(-1) ?? '');
    if (!file) throw new Error('no file');
    const csv = (await buffer(await file.open())).toString('utf8');
    expect(csv).toContain("'=1+1");
    expect(csv).toContain("'@SUM(A1)");
    for (const line of csv.replace('\ufeff', '').split('\r\n'))
      for (const cell of line.split(';')) expect(cell).not.toMatch(/^"?[=+\-@]/);
    // The head is not one of them.
    expect(await office.host.request('window', 'privacy.traces', {})).toMatchObject({
      ok: false,
      error: { code: 'FORBIDDEN' },
    });
  });
});

describe('what was erased', () => {
  it('goes on every computer and comes back from none', async () => {
    await laptop.ask('years.writeNote', { class: mine, pupil: zoe, text: 'Aime lire.' });
    const written = await laptop.ask('years.handOvers', { class: mine });
    expect(written.notes.map(({ text }) => text)).toContain('Aime lire.');
    await laptop.ask('sync.run', {});
    await office.ask('people.correctPupil', { pupil: tom, class: mine, first: 'Tom', family: 'Roy' });
    const { outcome } = await office.ask('people.removePupil', { pupil: zoe });
    expect(['removed', 'left']).toContain(outcome);
    const { id: request } = await office.ask('privacy.openRequest', {
      kind: 'erasure',
      person: zoe,
      receivedOn: '2026-11-02',
      identity: 'known',
    });
    const { lines } = await office.ask('privacy.erasure', { request });
    expect(lines.filter((line) => line.erased).map(({ type }) => type)).toContain('handOverNote');
    expect((await office.ask('privacy.erase', { request })).erased).toBeGreaterThan(0);
    await laptop.ask('sync.run', {});
    await laptop.ask('sync.run', {});
    const { notes } = await laptop.ask('years.handOvers', { class: mine });
    expect(notes.every(({ text }) => text !== 'Aime lire.')).toBe(true);
    const file = await office.ask('privacy.personFile', { request });
    expect(JSON.stringify(file)).not.toContain('Aime lire.');
  });
});

describe('a stolen laptop', () => {
  it('fills the account of its loss from what it was given', async () => {
    const of = async () => (await office.ask('privacy.lostPostes', {})).postes[0];
    const before = await of();
    expect(before).toMatchObject({ owner: 'Paul Roche', out: false, classes: ['=CM1()'] });
    expect(before?.bases).toEqual(expect.arrayContaining(['ecole', 'classe', 'suivi']));
    expect(before?.bases).not.toContain('direction');
    if (!before) return;
    await office.ask('postes.putOut', { poste: before.poste });
    expect(await of()).toMatchObject({ out: true, poste: before.poste });
    const { id } = await office.ask('privacy.openBreach', {
      kind: 'confidentiality',
      title: 'Ordinateur volé',
      what: 'Chiffré.',
      knownAt: new Date().toISOString(),
      concerned: 'Une classe',
      people: before.pupils,
      consequences: 'Faibles',
      poste: before.poste,
    });
    const { breaches } = await office.ask('privacy.breaches', {});
    expect(breaches.find((one) => one.id === id)).toMatchObject({
      poste: before.poste,
      clock: { state: 'running' },
    });
  });
});
