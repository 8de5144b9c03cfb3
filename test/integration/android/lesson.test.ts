import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCREEN_CODECS } from '../../../src/contract/pupil/frames';
import type { FetchRun, LessonDevice } from '../../../src/contract/staff/apps';
import type { TabletBook } from '../../../src/main/classroom/connectors/port';
import type { AdbdPeer } from '../../peers/adbd';
import { needs } from '../../needs';
import { openSchool, TEACHER, type TestSchool } from '../lan/school';
import { openAdbRoom, skipReason, type AdbRoom } from './adb';
import { openReach, plugged, type ReachOptions } from './reach';
import { serialBook } from '../../../src/main/android/book';
import type { AppMode } from '../../../src/domain/device/apps';
import type { Id } from '../../../src/domain/id';
import type { PupilClient } from '../../../src/demo/pupils/client';
import { recordedScreen } from './screen-fixture';

const JPEG = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(90_000, 7)]);

describe('Android tablets in a lesson, by adb', needs(skipReason === '', skipReason), () => {
  let room: AdbRoom;
  beforeAll(async () => {
    room = await openAdbRoom();
  });
  afterAll(() => room.close());

  /** Tablets whose pupil app is in the lesson, and which adb reaches too. */
  async function lesson(count: number, options: ReachOptions & { withFilter?: boolean } = {}) {
    const { peers } = await plugged(room, count, { screen: recordedScreen, sdk: 30 });
    for (const peer of peers) peer.installed.set('fr.ecole.lecture', Buffer.alloc(1));
    const devices: { id: Id<'device'>; label: string; kind: 'tablet'; serial: string }[] = [];
    const reach = await openReach(
      room,
      serialBook(() => devices),
      options,
    );
    const tablets: TabletBook = { hands: reach.school, list: () => devices };
    const clients: PupilClient[] = [];
    const school = await openSchool({
      tablets,
      ...(options.withFilter && { filter: { host: '127.0.0.1', port: 0 } }),
    });
    for (const [n, peer] of peers.entries()) {
      const { device, client } = await school.enrolled(`Tablette ${n + 1}`);
      clients.push(client);
      devices.push({
        id: device,
        label: `Tablette ${n + 1}`,
        kind: 'tablet',
        serial: peer.props['ro.serialno'] ?? '',
      });
    }
    await school.classroom.open(TEACHER, { mode: 'numbered', title: 'Lecture' });
    await expect.poll(() => results(school).length, { timeout: 10_000 }).toBe(count);
    return { school, peers, devices, tablets, clients };
  }
  const apps = (school: TestSchool) => school.classroom.tools.apps;
  const results = (school: TestSchool): LessonDevice[] =>
    apps(school)
      .state(TEACHER)
      .devices.filter(({ kind }) => kind === 'tablet');
  const set = (school: TestSchool, mode: AppMode, named: string[]) =>
    apps(school).set(TEACHER, { mode, apps: named, programs: [], copy: 'free' });
  const proxyOf = (peer: AdbdPeer | undefined) => peer?.settings.get('global http_proxy');

  it('show their screen beside their page, and the page tells the child', async () => {
    const { school, peers, devices, clients } = await lesson(1);
    const [device] = devices;
    if (!device) throw new Error('no tablet');
    const seat = () => school.classroom.state(TEACHER).lesson?.seats.find(({ key }) => key === device.id);
    await expect.poll(() => seat()?.sharing, { timeout: 5_000 }).toBe(true);
    expect(peers[0]?.recorders.started).toHaveLength(0);
    school.classroom.watch(TEACHER, 'window', [{ seat: device.id, width: 300 }]);
    await expect.poll(() => school.frames.length, { timeout: 10_000 }).toBeGreaterThan(4);
    const head = 1 + device.id.length;
    const [frame] = school.frames;
    expect(frame?.subarray(1, head).toString()).toBe(device.id);
    expect(SCREEN_CODECS[frame?.readUInt8(head + 2) ?? 99]).toBe('avc1.640028');
    expect((frame?.readUInt8(head + 1) ?? 0) & 1).toBe(1);
    expect(await clients[0]?.request('lesson.state', {})).toMatchObject({ watched: true });
    school.classroom.watch(TEACHER, 'window', []);
    await expect.poll(() => peers[0]?.recorders.running, { timeout: 5_000 }).toBe(0);
    await school.classroom.closeLesson(TEACHER);
  });

  it('let some applications rest while the lesson lasts, said for each tablet', async () => {
    const { school, peers } = await lesson(2);
    const [first, second] = peers;
    if (second) second.props['ro.build.version.sdk'] = '26';
    const { apps: found } = await apps(school).look(TEACHER);
    expect(found).toContainEqual({
      name: 'YouTube',
      apps: ['com.google.android.youtube'],
      tablets: 2,
      computers: 0,
    });
    expect(found.flatMap((one) => one.apps)).not.toContain('com.android.chrome');
    await set(school, 'only', ['fr.ecole.lecture']);
    await expect
      .poll(() => results(school).every(({ result, working }) => result && !working), { timeout: 10_000 })
      .toBe(true);
    expect([...(first?.suspended ?? [])]).toEqual(['com.google.android.youtube']);
    expect(results(school).map(({ result }) => result)).toEqual([
      { state: 'done', asleep: ['com.google.android.youtube'], refused: ['com.android.settings'] },
      { state: 'done', asleep: [], refused: ['com.android.settings', 'com.google.android.youtube'] },
    ]);
    await school.classroom.closeLesson(TEACHER);
    expect(first?.suspended.size).toBe(0);
    expect(first?.settings.get('global preau_held')).toBeUndefined();
  });

  it('go by the filter when the Internet of the lesson is cut, and straight again at its end', async () => {
    const { school, peers } = await lesson(1, { withFilter: true });
    await school.classroom.tools.internet.set(TEACHER, { mode: 'off', sites: [] });
    await expect.poll(() => proxyOf(peers[0]), { timeout: 10_000 }).toMatch(/^127\.0\.0\.1:\d+$/);
    await school.classroom.tools.internet.set(TEACHER, { mode: 'on', sites: [] });
    await expect.poll(() => proxyOf(peers[0]), { timeout: 10_000 }).toBe(':0');
    await school.classroom.tools.internet.set(TEACHER, { mode: 'list', sites: ['vikidia.org'] });
    await expect.poll(() => proxyOf(peers[0]), { timeout: 10_000 }).toMatch(/^127/);
    await school.classroom.closeLesson(TEACHER);
    expect(proxyOf(peers[0])).toBe(':0');
  });

  it('a poste that stops takes off what it set; the lesson that goes on sets it again', async () => {
    const { school, peers, tablets, clients } = await lesson(1);
    await clients[0]?.request('join.takeSeat', {});
    await set(school, 'without', ['com.google.android.youtube']);
    await expect.poll(() => peers[0]?.suspended.size, { timeout: 10_000 }).toBe(1);
    for (const client of clients) await client.close();
    await school.stop();
    expect(peers[0]?.suspended.size).toBe(0);
    const again = await openSchool({ tablets, folder: school.folder });
    await expect.poll(() => peers[0]?.suspended.size, { timeout: 10_000 }).toBe(1);
    expect(apps(again).state(TEACHER).mode).toBe('without');
    await again.classroom.closeLesson(TEACHER);
    expect(peers[0]?.suspended.size).toBe(0);
  });

  it('give what other applications made as unfinished work; what is none is counted', async () => {
    const { school, peers, devices } = await lesson(2);
    const [first] = peers;
    const now = Math.floor(Date.now() / 1000) + 5;
    const put = (name: string, bytes: Buffer): unknown =>
      first?.files.set(`/sdcard/DCIM/Camera/${name}`, { bytes, mode: 0o660, mtime: now });
    put('IMG_1.jpg', JPEG);
    put('IMG_2.jpg', Buffer.concat([JPEG, Buffer.from('2')]));
    put('virus.jpg', Buffer.alloc(70_000, 1));
    await apps(school).fetch(TEACHER, { folders: ['photos'] });
    const run = (): FetchRun | undefined => apps(school).fetched(TEACHER).run;
    await expect.poll(() => run()?.finished, { timeout: 15_000 }).toBe(true);
    expect(run()?.tablets.map(({ step }) => step)).toEqual([
      { step: 'done', files: 2, refused: 1, more: 0 },
      { step: 'done', files: 0, refused: 0, more: 0 },
    ]);
    const item = school.classroom.state(TEACHER).lesson?.items.at(-1);
    expect(item).toMatchObject({ title: 'Fichiers des tablettes' });
    // Once more: nothing comes twice.
    await apps(school).fetch(TEACHER, { folders: ['photos'] });
    await expect.poll(() => run()?.finished, { timeout: 15_000 }).toBe(true);
    expect(school.classroom.state(TEACHER).lesson?.items).toHaveLength(1);
    expect(devices).toHaveLength(2);

    const left = await apps(school).leftovers(TEACHER, ['photos']);
    expect(left.tablets.map(({ files }) => files)).toEqual([3, 0]);
    // A film is too large to be fetched, and goes all the same.
    first?.files.set('/sdcard/DCIM/Camera/VID_1.mp4', {
      bytes: JPEG,
      size: 90 * 1024 * 1024,
      mode: 0o660,
      mtime: now,
    });
    const withFilm = await apps(school).leftovers(TEACHER, ['photos']);
    expect(withFilm.tablets.map(({ files }) => files)).toEqual([4, 0]);
    expect(withFilm.tablets[0]?.bytes).toBeGreaterThan(90 * 1024 * 1024);
    first?.installed.set('org.mozilla.firefox', Buffer.alloc(1));
    const { outcomes } = await apps(school).clean(TEACHER, { folders: ['photos'], browsers: true });
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([{ state: 'done' }, { state: 'done' }]);
    expect(first?.files.size).toBe(0);
    expect(first?.cleared).toEqual(['org.mozilla.firefox']);
    await school.classroom.closeLesson(TEACHER);
  });

  it('without their page they take a seat as other devices do: lock, page, a word that somebody looks', async () => {
    const { peers } = await plugged(room, 1, { screen: recordedScreen, sdk: 30 });
    const [peer] = peers;
    const id: Id<'device'> = 'device_aaaaaaaaaaaaa';
    const devices = [{ id, label: 'Tablette 1', kind: 'tablet' as const, serial: 'R52N60A0001' }];
    const reach = await openReach(
      room,
      serialBook(() => devices),
    );
    const school = await openSchool({ tablets: { hands: reach.school, list: () => devices } });
    await school.classroom.open(TEACHER, { mode: 'numbered', title: 'Lecture' });
    const { stations } = school.classroom.tools;
    expect(stations.list(TEACHER)).toMatchObject([{ device: id, by: 'adb', inLesson: false }]);
    await stations.call(TEACHER, [id]);
    const seat = () => school.classroom.state(TEACHER).lesson?.seats.find(({ key }) => key === id);
    await expect.poll(() => seat()?.presence, { timeout: 10_000 }).toBe('here');
    school.classroom.watch(TEACHER, 'window', [{ seat: id, width: 300 }]);
    await expect.poll(() => school.frames.length, { timeout: 10_000 }).toBeGreaterThan(0);
    await expect
      .poll(() => peer?.notices, { timeout: 5_000 })
      .toEqual(['Le maître ou la maîtresse peut voir cet écran pendant la séance.']);
    await school.classroom.attention(TEACHER, { on: true, to: 'all' });
    await expect.poll(() => peer?.awake, { timeout: 5_000 }).toBe(false);
    // A child lights it again.
    if (peer) peer.awake = true;
    await expect.poll(() => peer?.awake, { timeout: 8_000 }).toBe(false);
    await school.classroom.closeLesson(TEACHER);
    await expect.poll(() => peer?.awake, { timeout: 5_000 }).toBe(true);
  });

  it('refuses who does not conduct the lesson', async () => {
    const { school } = await lesson(1);
    expect(() => apps(school).state({ kind: 'anonymous' })).toThrow();
    await expect(
      apps(school).set({ kind: 'anonymous' }, { mode: 'all', apps: [], programs: [], copy: 'free' }),
    ).rejects.toThrow();
    await school.classroom.closeLesson(TEACHER);
  });
});
