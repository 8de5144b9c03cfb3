import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startGateway, type Gateway } from '../../../sync-server/gateway';
import { embeddedStore } from '../../../sync-server/store/embedded-adapter';
import { workshop, type TestHost } from '../host/hosts';
import {
  addressOf,
  homeworkOf,
  join,
  knock,
  makeSchool,
  reached,
  run,
  saveHomework,
  typeDigits,
  TEACHER_PASSWORD,
} from './school';
import { until } from '../host/hosts';

/** Keys that did not exist when a computer was introduced reach it by the ordinary exchange. Whole hosts, real sockets. */
vi.setConfig({ testTimeout: 180_000 });
let shop: ReturnType<typeof workshop>;
beforeEach(() => (shop = workshop()));
afterEach(() => shop.end());

async function newClass(
  office: TestHost,
  label: string,
  teacher: Parameters<typeof join>[3],
  others: string[],
) {
  const { id } = await office.ask('people.addClass', { label, grades: ['CM2'] });
  await office.ask('people.addPupil', { class: id, first: 'Inès', family: 'Diallo' });
  await office.ask('people.assignClasses', { person: teacher, classes: [...others, id] as never });
  return id;
}

describe('a class made in November', () => {
  it.each([{ keychain: true }, { keychain: false }])(
    'reaches both computers of its teacher, who works in it (keychain: $keychain)',
    async ({ keychain }) => {
      const office = await shop.open('office');
      const { teacher, cm1 } = await makeSchool(office);
      const near = () => [office];
      const school = await join(shop, 'at school', office, teacher, { near, keychain });
      const home = await join(shop, 'at home', office, teacher, { near, keychain });
      const cm2 = await newClass(office, 'CM2', teacher, [cm1]);
      await run(office);
      for (const laptop of [school, home]) {
        // The grant and the keys come first, what they open with the next run.
        await run(laptop);
        await run(laptop);
        expect((await laptop.ask('people.pupils', { class: cm2 })).pupils).toHaveLength(1);
      }
      await saveHomework(school, cm2, 'Page 12');
      await run(school);
      await run(home);
      expect(await homeworkOf(home, cm2)).toEqual(['Page 12']);
      expect((await home.ask('sync.status', {})).refused).toEqual([]);
      // It is there again after a restart, with the owner's password alone where there is no keychain.
      await home.close();
      const again = await shop.open('at home', { keychain });
      await again.ask('session.signIn', { who: teacher, password: TEACHER_PASSWORD });
      expect(await homeworkOf(again, cm2)).toEqual(['Page 12']);
    },
  );
});

describe('a computer that a colleague welcomed while no head was there', () => {
  it('waits for a head’s click, and reads what came before its keys once they have come', async () => {
    const office = await shop.open('office');
    const { teacher, cm1 } = await makeSchool(office);
    const first = await join(shop, 'first', office, teacher, { near: () => [office] });
    const bare = await shop.open('second', { near: () => [office] });
    await knock(bare, first, teacher, 'waiting');
    await run(first);
    const { waiting, manages } = await office.ask('postes.list', {});
    expect(manages).toBe(true);
    expect(waiting).toEqual([expect.objectContaining({ person: teacher })]);
    const [asked] = waiting;
    if (!asked) return;
    await expect(first.ask('postes.accept', { request: asked.request })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    // A class of which the second computer was handed no key, full before it is accepted.
    const cm2 = await newClass(office, 'CM2', teacher, [cm1]);
    await run(office);
    await run(first);
    await run(first);
    await saveHomework(first, cm2, 'Avant la clé');
    await run(first);

    expect((await office.ask('postes.accept', { request: asked.request })).waiting).toEqual([]);
    await run(first);
    await reached(bare, 'joined');
    await bare.close();
    const second = await shop.open('second', { near: () => [office] });
    await second.ask('session.signIn', { who: teacher, password: TEACHER_PASSWORD });
    // Says where its keys go to, then receives them: what they open came before them.
    await run(second);
    await run(second);
    await run(second);
    expect(await homeworkOf(second, cm2)).toEqual(['Avant la clé']);
    await saveHomework(second, cm2, 'De la maison');
    await run(second);
    expect(await homeworkOf(office, cm2)).toEqual(['Avant la clé', 'De la maison']);
  });

  it('is forgotten when the head refuses', async () => {
    const office = await shop.open('office');
    const { teacher } = await makeSchool(office);
    const first = await join(shop, 'first', office, teacher, { near: () => [office] });
    await knock(await shop.open('second'), first, teacher, 'waiting');
    await run(first);
    const [asked] = (await office.ask('postes.list', {})).waiting;
    if (!asked) throw new Error('nobody waits');
    const after = await office.ask('postes.refuse', { request: asked.request });
    expect(after.waiting).toEqual([]);
    expect(after.postes).toHaveLength(2);
  });
});

describe('through the gateway alone', () => {
  let folder: string;
  let gateway: Gateway;
  let store: ReturnType<typeof embeddedStore>;
  beforeEach(async () => {
    folder = mkdtempSync(path(tmpdir(), 'preau-gateway-'));
    store = embeddedStore(folder);
    gateway = await startGateway({ store, port: 0 });
  });
  afterEach(async () => {
    await gateway.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('a new class and exchanged keys arrive at a computer that never meets the head’s again', async () => {
    const office = await shop.open('office');
    const { teacher, cm1 } = await makeSchool(office);
    await office.ask('sync.setCommune', { url: gateway.url, code: gateway.enrolmentCode('0951099d') });
    const laptop = await join(shop, 'laptop', office, teacher);
    const lost = await join(shop, 'lost', office, teacher);
    await run(laptop);
    await run(lost);
    await run(office);
    const cm2 = await newClass(office, 'CM2', teacher, [cm1]);
    const postes = (await office.ask('postes.list', {})).postes.filter((poste) => poste.person === teacher);
    const { postes: known } = await lost.ask('postes.list', {});
    const put = known.find((poste) => poste.here)?.id;
    expect(postes.map(({ id }) => id)).toContain(put);
    await office.ask('postes.putOut', { poste: put as never });
    await run(office);
    await run(laptop);
    await run(laptop);
    expect((await laptop.ask('people.pupils', { class: cm2 })).pupils).toHaveLength(1);
    await saveHomework(laptop, cm2, 'Sous la nouvelle clé');
    await run(laptop);
    await run(office);
    expect(await homeworkOf(office, cm2)).toEqual(['Sous la nouvelle clé']);
    // The commune unpacks what is written under the new keys of open bases.
    expect((await laptop.ask('sync.status', {})).refused).toEqual([]);
    // Whoever was put out gets no answer any more.
    await run(lost);
    expect(await homeworkOf(lost, cm1)).toEqual([]);
    await expect(homeworkOf(lost, cm2)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('after an exchange of keys', () => {
  it('the printed sheet still rebuilds the school from a colleague’s computer', async () => {
    const office = await shop.open('office');
    const { head, teacher, cm1, sheet } = await makeSchool(office);
    const laptop = await join(shop, 'laptop', office, teacher, { near: () => [office] });
    const sold = await join(shop, 'sold', office, teacher, { near: () => [office] });
    await saveHomework(laptop, cm1, 'Avant');
    await run(laptop);
    await run(sold);
    const { postes } = await sold.ask('postes.list', {});
    await office.ask('postes.putOut', { poste: postes.find((poste) => poste.here)?.id as never });
    await run(laptop);
    await run(laptop);
    await saveHomework(laptop, cm1, 'Après');
    await run(laptop);
    expect(await homeworkOf(office, cm1)).toEqual(['Après', 'Avant']);
    await office.close();

    const fresh = await shop.open('fresh');
    await laptop.ask('sync.openRestore', {});
    await fresh.ask('joinSchool.restore', { address: addressOf(laptop), code: sheet });
    await typeDigits(fresh, laptop);
    const people = await until(fresh, 'joinSchool.changed', async () => {
      const state = await fresh.ask('joinSchool.state', {});
      if (state.state === 'failed') throw new Error(state.code);
      return state.state === 'choose' ? state.people : undefined;
    });
    expect(people[0]?.id).toBe(head);
    await fresh.ask('joinSchool.choose', { person: head, password: 'le chat dort sous le préau' });
    await fresh.close();
    const rebuilt = await shop.open('fresh', { near: () => [laptop] });
    await rebuilt.ask('session.signIn', { who: head, password: 'le chat dort sous le préau' });
    expect(await homeworkOf(rebuilt, cm1)).toEqual(['Après', 'Avant']);
    // The head's gestures go on from there.
    expect(await rebuilt.ask('postes.list', {})).toMatchObject({ manages: true });
  });
});
