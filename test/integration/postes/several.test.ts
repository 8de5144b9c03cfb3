import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Id } from '../../../src/domain/id';
import { localDate } from '../../../src/domain/time';
import { silentLogger } from '../../../src/main/log/logger';
import { knownAddresses } from '../../../src/main/postes/discovery';
import type { LanAddress } from '../../../src/main/postes/peer-probe';
import { openRelay, type Relay } from '../../../src/relay/relay';
import { readKeyring } from '../../../src/store/keyring-file';
import { until, workshop, type TestHost } from '../host/hosts';
import { homeworkOf, join, makeSchool, PASSWORD, run, saveHomework, TEACHER_PASSWORD } from './school';

vi.setConfig({ testTimeout: 240_000 });
const MINUTE = 60_000;
const OWN = 'un cerceau contre le tilleul';
let shop: ReturnType<typeof workshop>;
let root: string;
let relay: Relay | undefined;
const clock = { now: 0 };
beforeEach(() => {
  shop = workshop();
  root = mkdtempSync(path(tmpdir(), 'preau-several-'));
  clock.now = Date.now();
});
afterEach(async () => {
  await relay?.close();
  relay = undefined;
  await shop.end();
  rmSync(root, { recursive: true, force: true });
});

/** Computers that find the relay, and each other where that is said. */
function network() {
  const near = new Set<TestHost>();
  return {
    near,
    open: (name: string, options: { near?: () => readonly TestHost[]; keychain?: boolean } = {}) =>
      shop.open(name, {
        clock: () => clock.now,
        near: () => [...near],
        relays: () => (relay ? [relay.address] : []),
        ...options,
      }),
  };
}

async function startRelay(head: TestHost): Promise<Relay> {
  const addresses = (): LanAddress[] => {
    const { address } = head.host.rooms()?.exchange.postes ?? {};
    return address ? [address] : [];
  };
  await head.ask('postes.openRelay', {});
  const opened = await openRelay({
    folder: path(root, 'relay'),
    machineSecret: Buffer.alloc(32, 7),
    discovery: knownAddresses(addresses),
    listen: { host: '127.0.0.1', port: 0 },
    log: silentLogger,
    byItself: false,
    showDigits: (digits) =>
      void until(head, 'sync.introduction', async () =>
        (await head.ask('sync.introduction', {})).state === 'asked' ? true : undefined,
      ).then(() => head.ask('sync.confirmIntroduction', { digits })),
    stop: new AbortController().signal,
  });
  if (!opened) throw new Error('not introduced');
  return opened;
}

const posteOf = async (host: TestHost): Promise<Id<'poste'>> => {
  const here = (await host.ask('postes.list', {})).postes.find((poste) => poste.here);
  if (!here) throw new Error('not of the school');
  return here.id;
};
const keysOf = async (host: TestHost) => readKeyring(path(host.folder, 'keys.json'));
const namesOn = async (host: TestHost): Promise<string[]> =>
  (await host.ask('session.state', {}, 'another window')).people.map(({ name }) => name);
const local = (at: number): { date: string; time: string } => ({
  date: localDate(at, 'Europe/Paris'),
  time: new Date(at).toLocaleTimeString('fr-FR', {
    timeZone: 'Europe/Paris',
    hour: '2-digit',
    minute: '2-digit',
  }),
});

describe('a substitute on the office’s PC, with the teacher’s laptop at home', () => {
  it('signs in after one exchange with the relay, works, and is gone from it on time', async () => {
    const net = network();
    // Minutes pass here: midnight may be among them.
    const today = local(clock.now).date;
    const office = await net.open('office');
    const { teacher, cm1 } = await makeSchool(office);
    const zoé = (await office.ask('people.pupils', { class: cm1 })).pupils[0]?.id ?? 'pupil_2222222222222';
    const { id: ce1 } = await office.ask('people.addClass', { label: 'CE1', grades: ['CE1'] });
    const { id: marc } = await office.ask('people.addStaff', {
      first: 'Marc',
      family: 'Petit',
      classes: [ce1],
    });
    await office.ask('people.createAccounts', { people: [marc] });
    const laptop = await join(net, 'laptop', office, teacher);
    const pc = await join(net, 'pc', office, marc);
    relay = await startRelay(office);
    // From here on computers meet the relay and nobody else.
    await saveHomework(laptop, cm1, 'Lire la page 12');
    await laptop.ask('plan.save', { class: cm1, date: today, title: 'Fractions', text: '' });
    await run(laptop);
    await laptop.close();
    await run(pc);

    // 8:15: one gesture of the head's.
    const shared = await posteOf(pc);
    const end = Math.floor(clock.now / MINUTE) * MINUTE + 6 * MINUTE;
    const given = await office.ask('rights.delegate', {
      person: { kind: 'new', first: 'Sonia', family: 'Lemaire' },
      role: 'substitute',
      classes: [cm1],
      groups: [],
      from: local(clock.now - MINUTE),
      until: local(end),
      replaces: teacher,
      postes: [shared],
    });
    await run(office);
    expect(await namesOn(pc)).toEqual(['Marc Petit']);
    await run(pc);
    expect(await namesOn(pc)).toEqual(['Marc Petit', 'Sonia Lemaire']);

    const { login = '', password = '' } = given.password ?? {};
    await pc.ask('session.signIn', { who: login, password }, 'sonia');
    await pc.ask('people.changePassword', { current: password, next: OWN }, 'sonia');
    await pc.ask('session.signOut', {}, 'sonia');
    await pc.ask('session.signIn', { who: given.person, password: OWN }, 'sonia');
    expect((await pc.ask('homework.list', { class: cm1 }, 'sonia')).homework).toMatchObject([
      { text: 'Lire la page 12' },
    ]);
    expect((await pc.ask('plan.list', { class: cm1 }, 'sonia')).plans).toMatchObject([
      { title: 'Fractions' },
    ]);
    await pc.ask(
      'register.write',
      {
        class: cm1,
        half: { date: today, half: 'AM' },
        entries: [{ pupil: zoé, state: 'absent', replaces: [] }],
        complete: true,
      },
      'sonia',
    );
    // Nobody else of this computer may look into that class, and nothing of the other one is hers.
    await expect(homeworkOf(pc, cm1)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(pc.ask('homework.list', { class: ce1 }, 'sonia')).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await run(pc);
    expect((await pc.ask('sync.status', {})).refused).toEqual([]);

    // The end, which this computer sees by itself.
    const classe = Object.keys((await keysOf(pc))?.keys ?? {}).filter((name) => name.includes(cm1.slice(6)));
    expect(classe).not.toEqual([]);
    clock.now = end;
    await pc.host.rooms()?.rights.tick();
    const left = await keysOf(pc);
    expect(Object.keys(left?.people ?? {})).toEqual([marc]);
    expect(Object.keys(left?.keys ?? {}).filter((name) => classe.includes(name))).toEqual([]);
    expect(await namesOn(pc)).toEqual(['Marc Petit']);
    await expect(
      pc.ask('session.signIn', { who: given.person, password: OWN }, 'sonia'),
    ).rejects.toMatchObject({ code: 'SIGN_IN_WRONG' });
    await pc.ask('session.signOut', {});
    await pc.ask('session.signIn', { who: marc, password: TEACHER_PASSWORD });

    // A head's poste ends the grants and exchanges the keys; what was written stays at the school.
    await run(office);
    await office.host.rooms()?.rights.tick();
    await run(office);
    await run(pc);
    await run(pc);
    expect((await pc.ask('sync.status', {})).refused).toEqual([]);
    expect((await keysOf(pc))?.keys).not.toHaveProperty(classe[0] ?? '');
    const sheet = await office.ask('register.sheet', {
      class: cm1,
      half: { date: today, half: 'AM' },
    });
    expect(JSON.stringify(sheet)).toContain('absent');
    const there = (await office.ask('postes.list', {})).postes.find(({ id }) => id === shared);
    expect(there).toMatchObject({ out: false, people: [{ person: marc }] });

    // The teacher comes back, and finds what was done in her absence.
    const back = await net.open('laptop');
    await back.ask('session.signIn', { who: teacher, password: TEACHER_PASSWORD });
    await run(back);
    await run(back);
    expect(await homeworkOf(back, cm1)).toEqual(['Lire la page 12']);
    expect(
      JSON.stringify(
        await back.ask('register.sheet', {
          class: cm1,
          half: { date: today, half: 'AM' },
        }),
      ),
    ).toContain('absent');
  });
});

describe('two half-time teachers on one laptop', () => {
  it('both sign in, neither opens the other’s notes, a password changed elsewhere is theirs here', async () => {
    const net = network();
    const office = await net.open('office');
    const { teacher, cm1 } = await makeSchool(office);
    const laptop = await join(net, 'laptop', office, teacher, { near: () => [office] });
    const { id: aline } = await office.ask('people.addStaff', {
      first: 'Aline',
      family: 'Petit',
      classes: [cm1],
    });
    const poste = await posteOf(laptop);
    const { state, password: first } = await office.ask('postes.addPerson', { poste, person: aline });
    expect(state.postes.find(({ id }) => id === poste)?.people).toEqual([
      { person: teacher, waits: false },
      { person: aline, waits: false },
    ]);
    await run(laptop);
    await laptop.ask('session.signOut', {});
    await laptop.ask('session.signIn', { who: aline, password: first?.password ?? '' });
    await laptop.ask('people.changePassword', { current: first?.password ?? '', next: OWN });
    await laptop.ask('session.signIn', { who: aline, password: OWN });
    await saveHomework(laptop, cm1, 'Par Aline');
    await laptop.ask('session.signOut', {});
    await laptop.ask('session.signIn', { who: teacher, password: TEACHER_PASSWORD });
    expect(await homeworkOf(laptop, cm1)).toEqual(['Par Aline']);
    const keys = await keysOf(laptop);
    const notes = Object.entries(keys?.keys ?? {}).filter(([name]) => name.startsWith('perso-'));
    expect(notes.map(([name, wraps]) => [name, wraps.flatMap(({ people }) => Object.keys(people))])).toEqual(
      notes.map(([name]) => [name, [`staff_${name.slice(6)}`]]),
    );
    expect(notes.map(([name]) => name)).toContain(`perso-${aline.slice(6)}`);

    // Changed on the laptop: the office’s computer takes the new one, and forgets the first.
    await run(office);
    await run(laptop);
    await run(laptop);
    await office.ask('session.signOut', {});
    await expect(
      office.ask('session.signIn', { who: aline, password: first?.password ?? '' }),
    ).rejects.toMatchObject({ code: 'SIGN_IN_WRONG' });
    clock.now += 10 * MINUTE;
    await office.ask('session.signIn', { who: aline, password: OWN });
    await office.ask('session.signOut', {});
    await office.ask('session.signIn', { who: 'h.aubry', password: PASSWORD });

    // Taken away from that computer: at once, and only there.
    await office.ask('postes.removePerson', { poste, person: aline });
    await run(laptop);
    await run(laptop);
    expect(Object.keys((await keysOf(laptop))?.people ?? {})).toEqual([teacher]);
    expect(await homeworkOf(laptop, cm1)).toEqual(['Par Aline']);
    expect((await laptop.ask('sync.status', {})).refused).toEqual([]);
    await expect(office.ask('postes.removePerson', { poste, person: teacher })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});
