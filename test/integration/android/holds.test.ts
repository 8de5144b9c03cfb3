import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AdbdPeer } from '../../peers/adbd';
import { needs } from '../../needs';
import { openAdbRoom, skipReason, type AdbRoom } from './adb';
import { openReach, plugged, tabletId, temporaryFolder } from './reach';

const FIRST = tabletId(0);
const PROXY = '10.0.0.5:3128';
const APPS = ['com.google.android.youtube', 'fr.ecole.jeu'];

describe('what a lesson sets on a tablet', needs(skipReason === '', skipReason), () => {
  let room: AdbRoom;
  beforeAll(async () => {
    room = await openAdbRoom();
  });
  afterAll(() => room.close());
  const of = (peer: AdbdPeer, name: string, table = 'global') => peer.settings.get(`${table} ${name}`);
  async function one(options = {}) {
    const { peers, book } = await plugged(room, 1, options);
    const [peer] = peers;
    if (!peer) throw new Error('no tablet');
    peer.installed.set('fr.ecole.jeu', Buffer.alloc(1));
    return { peer, book };
  }

  it('is set, and taken off again as it was: proxy, applications, brightness', async () => {
    const { peer, book } = await one();
    peer.settings.set('global http_proxy', 'mairie.example:8080');
    const { school, folder } = await openReach(room, book);
    expect(await school.want(FIRST, { proxy: PROXY, asleep: APPS, brightness: 90 })).toEqual({
      state: 'done',
      value: { asleep: APPS, refused: [], proxy: true, brightness: true },
    });
    expect(of(peer, 'http_proxy')).toBe(PROXY);
    expect([...peer.suspended].sort()).toEqual(APPS);
    expect(of(peer, 'screen_brightness', 'system')).toBe('90');
    expect(JSON.parse(await readFile(join(folder, 'adb', 'held.json'), 'utf8'))).toMatchObject({
      tablets: { R52N60A0001: { proxy: { set: PROXY, before: 'mairie.example:8080' }, asleep: APPS } },
    });
    expect((await school.want(FIRST, undefined)).state).toBe('done');
    expect(of(peer, 'http_proxy')).toBe('mairie.example:8080');
    expect(peer.suspended.size).toBe(0);
    expect(of(peer, 'screen_brightness', 'system')).toBe('180');
    expect(of(peer, 'screen_brightness_mode', 'system')).toBe('1');
    expect(of(peer, 'preau_held')).toBeUndefined();
    expect(JSON.parse(await readFile(join(folder, 'adb', 'held.json'), 'utf8'))).toEqual({
      version: 1,
      tablets: {},
    });
  });

  it('says which applications Android keeps awake, and is honest on an Android that lets no shell do it', async () => {
    const { peer, book } = await one();
    const { school } = await openReach(room, book);
    expect(await school.want(FIRST, { asleep: ['com.android.settings', 'fr.ecole.jeu'] })).toMatchObject({
      value: { asleep: ['fr.ecole.jeu'], refused: ['com.android.settings'] },
    });
    await school.want(FIRST, undefined);
    peer.props['ro.build.version.sdk'] = '26';
    expect(await school.want(FIRST, { asleep: ['fr.ecole.jeu'] })).toMatchObject({
      value: { asleep: [], refused: ['fr.ecole.jeu'] },
    });
  });

  it('leaves alone what somebody else has set meanwhile, and what was removed', async () => {
    const { peer, book } = await one();
    const { school } = await openReach(room, book);
    await school.want(FIRST, { proxy: PROXY, asleep: ['fr.ecole.jeu'] });
    peer.settings.set('global http_proxy', 'autre.example:3128');
    peer.installed.delete('fr.ecole.jeu');
    expect((await school.want(FIRST, undefined)).state).toBe('done');
    expect(of(peer, 'http_proxy')).toBe('autre.example:3128');
    expect(await readLedger(school, peer)).toBe(true);
  });
  const readLedger = async (
    school: { want: (device: typeof FIRST, wish: undefined) => Promise<unknown> },
    peer: AdbdPeer,
  ) => {
    await school.want(FIRST, undefined);
    return of(peer, 'preau_held') === undefined;
  };

  it('comes off at the next contact when the tablet was away at the end of the lesson', async () => {
    const { peer, book } = await one();
    const { school, tablets } = await openReach(room, book);
    await school.want(FIRST, { proxy: PROXY, asleep: ['fr.ecole.jeu'] });
    peer.unplug();
    await expect
      .poll(() => school.want(FIRST, undefined), { timeout: 10_000 })
      .toMatchObject({ state: 'no-answer' });
    expect(of(peer, 'http_proxy')).toBe(PROXY);
    await tablets.look();
    await peer.replug();
    await room.plug(peer);
    await tablets.look();
    await expect.poll(() => of(peer, 'http_proxy')).toBe(':0');
    await expect.poll(() => peer.suspended.size).toBe(0);
  });

  it('comes off at the next start of a poste that was killed in the middle of the lesson (SIGKILL)', async () => {
    const { peer, book } = await one();
    const folder = await temporaryFolder();
    const hooks = join(import.meta.dirname, '../../faults/resolve-ts.mjs');
    const program = join(import.meta.dirname, 'killed-poste.program.ts');
    const node = ['--experimental-transform-types', '--no-warnings', '--import', hooks, program];
    const poste = spawn(process.execPath, [...node, folder, PROXY, ...APPS], {
      env: room.env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(poste.stdout, 'data');
    poste.kill('SIGKILL');
    await once(poste, 'exit');
    expect(of(peer, 'http_proxy')).toBe(PROXY);
    expect([...peer.suspended].sort()).toEqual(APPS);
    // The same poste starts again: nobody asks anything of it.
    await openReach(room, book, { folder });
    await expect.poll(() => of(peer, 'http_proxy'), { timeout: 10_000 }).toBe(':0');
    await expect.poll(() => peer.suspended.size, { timeout: 10_000 }).toBe(0);
  });

  it('is taken off by another poste once the one that set it is late, and never before', async () => {
    const { peer, book } = await one();
    const first = await openReach(room, book, { poste: 'aaaa' });
    await first.school.want(FIRST, { proxy: PROXY, asleep: ['fr.ecole.jeu'] });
    await first.close();
    const soon = await openReach(room, book, { poste: 'bbbb' });
    await soon.school.facts(FIRST);
    expect(of(peer, 'http_proxy')).toBe(PROXY);
    await soon.close();
    await openReach(room, book, { poste: 'bbbb', clock: () => Date.now() + 4 * 3_600_000 });
    await expect.poll(() => of(peer, 'http_proxy'), { timeout: 10_000 }).toBe(':0');
    await expect.poll(() => peer.suspended.size).toBe(0);
  });

  it('is owed on where another poste could not take it off, and comes off at a later contact', async () => {
    const { peer, book } = await one();
    const first = await openReach(room, book, { poste: 'aaaa' });
    await first.school.want(FIRST, { proxy: PROXY, asleep: [] });
    await first.close();
    // A maker's Android that lets no shell write its proxy to-day.
    peer.lies.set('settings put global http_proxy', '');
    const late = { poste: 'bbbb', clock: () => Date.now() + 4 * 3_600_000 };
    const other = await openReach(room, book, late);
    const owed = () =>
      readFile(join(other.folder, 'adb', 'held.json'), 'utf8').then(
        (text) => text.includes(PROXY),
        () => false,
      );
    await expect.poll(owed, { timeout: 10_000 }).toBe(true);
    expect(of(peer, 'http_proxy')).toBe(PROXY);
    expect(of(peer, 'preau_held')).not.toBeUndefined();
    await other.close();
    peer.lies.clear();
    await openReach(room, book, { ...late, folder: other.folder });
    await expect.poll(() => of(peer, 'http_proxy'), { timeout: 10_000 }).toBe(':0');
    await expect.poll(() => of(peer, 'preau_held'), { timeout: 10_000 }).toBeUndefined();
  });

  it('comes off after the poste was killed and the tablet restarted: settings outlive a start, the loop of its shell does not', async () => {
    const { peer, book } = await one();
    const killed = await openReach(room, book);
    await killed.school.want(FIRST, { proxy: PROXY, asleep: ['fr.ecole.jeu'], brightness: 40 });
    // Nothing is said to it any more, as after SIGKILL; it starts anew.
    await killed.close();
    peer.unplug();
    peer.bootId = '11111111-0000-4000-8000-000000000000';
    peer.guards.length = 0;
    await peer.replug();
    await room.plug(peer);
    await openReach(room, book, { folder: killed.folder });
    await expect.poll(() => of(peer, 'http_proxy'), { timeout: 10_000 }).toBe(':0');
    await expect.poll(() => of(peer, 'screen_brightness', 'system'), { timeout: 10_000 }).toBe('180');
    expect(peer.suspended.size).toBe(0);
  });

  it('is not believed where a tablet says what was set on it in words that are none', async () => {
    const { peer, book } = await one();
    const forged = {
      by: 'x',
      until: 0,
      held: { asleep: ['a.b; reboot'], proxy: { set: '$(id):1', before: '' } },
    };
    peer.settings.set('global preau_held', Buffer.from(JSON.stringify(forged)).toString('base64'));
    const { school } = await openReach(room, book);
    await school.facts(FIRST);
    expect(peer.ran.some(([program, verb]) => program === 'pm' && verb === 'unsuspend')).toBe(false);
    expect(peer.ran.some((words) => words.join(' ').includes('reboot'))).toBe(false);
  });

  it('a ledger that cannot be read stops nothing', async () => {
    const { book } = await one();
    const folder = await temporaryFolder();
    const { school } = await openReach(room, book, { folder });
    await school.want(FIRST, { asleep: ['fr.ecole.jeu'] });
    await writeFile(join(folder, 'adb', 'held.json'), '{"version":1,"tablets":{"x y":');
    const again = await openReach(room, book, { folder });
    expect((await again.school.want(FIRST, undefined)).state).toBe('done');
  });
});
