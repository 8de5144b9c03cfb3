import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANDROID_LIMITS } from '../../../src/main/android/limits';
import { readSync } from '../../../src/main/android/sync-reader';
import { sha256, type AdbdPeer } from '../../peers/adbd';
import { needs } from '../../needs';
import { openAdbRoom, skipReason, type AdbRoom } from './adb';
import { openReach, plugged, tabletId } from './reach';

const [FIRST, SECOND] = [tabletId(0), tabletId(1)];

describe('tablets by the real adb', needs(skipReason === '', skipReason), () => {
  let room: AdbRoom;
  beforeAll(async () => {
    room = await openAdbRoom();
  });
  afterAll(() => room.close());

  it('say who they are, how they are, and what was put on them', async () => {
    const { peers, book } = await plugged(room, 1, { battery: { level: 64, status: 3, health: 3 } });
    const [peer] = peers;
    peer?.installed.set('fr.ecole.lecture', Buffer.alloc(1));
    peer?.versions.set('fr.ecole.lecture', '4.2 (école)');
    const { school } = await openReach(room, book);
    expect(await school.facts(FIRST)).toEqual({
      state: 'done',
      value: {
        serial: 'R52N60A0001',
        maker: 'Préau',
        model: 'Tab A7',
        android: '9',
        securityPatch: '2021-03-05',
        battery: { percent: 64, state: 'discharging', powered: true, health: 'hot', celsius: 28.1 },
        storage: { free: 16_777_216 * 1024, total: 26_214_400 * 1024 },
      },
    });
    expect(await school.installed(FIRST)).toEqual({
      state: 'done',
      value: [{ name: 'fr.ecole.lecture', version: '4.2 (école)' }],
    });
  });

  it('open, close and remove an application, and say what is not there', async () => {
    const { peers, book } = await plugged(room, 1);
    const [peer] = peers;
    peer?.installed.set('fr.ecole.lecture', Buffer.alloc(1));
    const { school } = await openReach(room, book);
    const order = (what: 'start-app' | 'stop-app', app: string) => school.perform(FIRST, { do: what, app });
    expect((await order('start-app', 'fr.ecole.lecture')).state).toBe('done');
    expect(peer?.started).toEqual(['fr.ecole.lecture/.Main']);
    expect((await order('stop-app', 'fr.ecole.lecture')).state).toBe('done');
    expect(peer?.stopped).toEqual(['fr.ecole.lecture']);
    expect((await school.remove(FIRST, 'fr.ecole.lecture')).state).toBe('done');
    expect(peer?.installed.size).toBe(0);
    expect(await school.remove(FIRST, 'fr.ecole.lecture')).toMatchObject({ why: 'no-such-app' });
    expect(await order('start-app', 'fr.ecole.lecture')).toMatchObject({ why: 'no-such-app' });
  });

  it('hand nothing of a name to their shell', async () => {
    const { peers, book } = await plugged(room, 1);
    const [peer] = peers;
    const { school } = await openReach(room, book);
    const long = `https://exemple.fr/${'é'.repeat(700)}${'a'.repeat(500)}`;
    expect((await school.perform(FIRST, { do: 'open-page', url: long })).state).toBe('done');
    expect(peer?.started.splice(0)).toEqual([long]);
    const page = "https://exemple.fr/?q='; rm -rf /sdcard; echo '$(reboot)`reboot`";
    expect((await school.perform(FIRST, { do: 'open-page', url: page })).state).toBe('done');
    expect(peer?.started).toEqual([page]);
    expect(await school.perform(FIRST, { do: 'start-app', app: 'a.b; reboot' })).toMatchObject({
      state: 'impossible',
      why: 'no-such-app',
    });
    const name = "vacances d'été; reboot & $(id) `id`.jpg";
    peer?.files.set(`/sdcard/DCIM/${name}`, { bytes: Buffer.alloc(10), mode: 0o660, mtime: 2_000_000_000 });
    const found = await school.files(FIRST, ['photos'], 0);
    expect(found).toMatchObject({ state: 'done', value: { files: [{ name }] } });
    if (found.state === 'done') await school.clean(FIRST, found.value, []);
    expect(peer?.files.size).toBe(0);
    expect(peer?.ran.some(([program]) => program === 'reboot' || program === 'id')).toBe(false);
    expect(peer?.ran.filter(([program]) => program === 'rm')).toHaveLength(1);
  });

  it('give files of a folder made since the lesson began, by the tablet’s own clock, whole and from the middle', async () => {
    const { peers, book } = await plugged(room, 1);
    const [peer] = peers;
    if (!peer) throw new Error('no tablet');
    peer.ahead = 7_200;
    const now = Date.now();
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, n) => (n * 31) & 255));
    const at = (minutes: number) => Math.floor(now / 1000) + 7_200 + minutes * 60;
    peer.files.set('/sdcard/DCIM/Camera/IMG_1.jpg', { bytes, mode: 0o660, mtime: at(-5) });
    peer.files.set('/sdcard/DCIM/Camera/IMG_0.jpg', { bytes, mode: 0o660, mtime: at(-600) });
    peer.files.set('/sdcard/DCIM/.thumbnails/1.jpg', { bytes, mode: 0o660, mtime: at(-5) });
    const { school } = await openReach(room, book);
    const found = await school.files(FIRST, ['photos'], now - 3_600_000);
    if (found.state !== 'done') throw new Error(found.state);
    expect(found.value.files.map(({ name }) => name)).toEqual(['IMG_1.jpg']);
    const [file] = found.value.files;
    if (!file) throw new Error('no file');
    for (const from of [0, 123_456]) {
      const parts: Buffer[] = [];
      const said = await school.fetch(FIRST, file, from, (part) => {
        parts.push(part);
        return Promise.resolve();
      });
      expect(said.state).toBe('done');
      expect(sha256(Buffer.concat(parts))).toBe(sha256(bytes.subarray(from)));
    }
  });

  it('give files whatever their names: quotes, accents of one or two signs, as long as a disk takes', async () => {
    const { peers, book } = await plugged(room, 1);
    const names = [
      "l'été.jpg",
      'e\u0301te\u0301.jpg',
      `${'é'.repeat(120)}.jpeg`,
      `${'n'.repeat(251)}.png`,
      ' $(id) & `id`; .jpg',
      '-rf.jpg',
      '日本語.jpg',
    ];
    for (const name of names)
      peers[0]?.files.set(`/sdcard/DCIM/${name}`, {
        bytes: Buffer.from(name),
        mode: 0o660,
        mtime: 2_000_000_000,
      });
    const { school } = await openReach(room, book);
    const found = await school.files(FIRST, ['photos'], 0);
    if (found.state !== 'done') throw new Error(found.state);
    expect(found.value.files.map(({ name }) => name).sort()).toEqual([...names].sort());
    for (const file of found.value.files)
      for (const from of [0, 1]) {
        const parts: Buffer[] = [];
        const take = (part: Buffer) => Promise.resolve(void parts.push(part));
        expect((await school.fetch(FIRST, file, from, take)).state).toBe('done');
        expect(Buffer.concat(parts)).toEqual(Buffer.from(file.name).subarray(from));
      }
    expect((await school.clean(FIRST, found.value, [])).state).toBe('done');
    expect(peers[0]?.files.size).toBe(0);
  });

  it('are told apart when one is cut in the middle of a file, and the rest comes later', async () => {
    const { peers, book } = await plugged(room, 1);
    const [peer] = peers;
    if (!peer) throw new Error('no tablet');
    const bytes = Buffer.alloc(400_000, 'x');
    peer.files.set('/sdcard/Documents/a.txt', { bytes, mode: 0o660, mtime: 2_000_000_000 });
    const { school, tablets } = await openReach(room, book);
    const found = await school.files(FIRST, ['documents'], 0);
    const [file] = found.state === 'done' ? found.value.files : [];
    if (!file) throw new Error('no file');
    peer.cutGivenAfter(200_000);
    let held = 0;
    const take = (part: Buffer): Promise<void> => {
      held += part.length;
      return Promise.resolve();
    };
    expect(await school.fetch(FIRST, file, 0, take)).toMatchObject({ state: 'no-answer' });
    expect(held).toBeGreaterThan(100_000);
    expect(held).toBeLessThan(400_000);
    await peer.replug();
    await room.plug(peer);
    await tablets.look();
    expect((await school.fetch(FIRST, file, held, take)).state).toBe('done');
    expect(held).toBe(400_000);
  });

  it('lie: giants, streams without end, sequences of a terminal, paths that lead elsewhere', async () => {
    const { peers, book } = await plugged(room, 2);
    const [liar] = peers;
    if (!liar) throw new Error('no tablet');
    const { school } = await openReach(room, book, { limits: { answerMs: 2_000, listMs: 2_000 } });
    liar.lies.set(
      'getprop',
      `[ro.product.model]: [\u001b[2J\u001b]0;x\u0007${'A'.repeat(64)}]\n`.repeat(50_000),
    );
    liar.lies.set('dumpsys battery', 'level: 999999999999\nscale: 1\ntemperature: 99999');
    liar.lies.set('df', '/data 1 2 99999999999999999999 /data');
    liar.endless.add('pm list');
    const FILE = 0o100660;
    const one = (name: string, mode = FILE, size = 10) => ({ name, mode, size, mtime: 2_000_000_000 });
    liar.lists.set('/sdcard/DCIM', [
      one('../../data/secret'),
      one('..'),
      one('a/b.jpg'),
      one('a\\b.jpg'),
      one('nul\0l.jpg'),
      one('link.jpg', 0o120777),
      one('device.jpg', 0o060660),
      one('x'.repeat(900)),
      one('juste.jpg'),
      one('film.mp4', FILE, 0xffffffff),
      one('loop', 0o040770),
    ]);
    liar.lists.set('/sdcard/DCIM/loop', [one('loop', 0o040770)]);
    const facts = await school.facts(FIRST);
    expect(facts).toMatchObject({ state: 'done', value: { battery: undefined, storage: undefined } });
    if (facts.state === 'done') expect(facts.value.model ?? '').not.toMatch(/\p{C}/u);
    const began = performance.now();
    expect((await school.installed(FIRST)).state).toBe('done');
    expect(performance.now() - began).toBeLessThan(8_000);
    const found = await school.files(FIRST, ['photos'], 0);
    if (found.state !== 'done') throw new Error(found.state);
    expect(found.value.files.map(({ path }) => path)).toEqual(['/sdcard/DCIM/juste.jpg']);
    expect(found.value.tooLarge).toHaveLength(1);
    expect(found.value.leftOut).toBeGreaterThanOrEqual(6);
    // What it then gives is not what it listed.
    const [file] = found.value.files;
    liar.files.set('/sdcard/DCIM/juste.jpg', { bytes: Buffer.alloc(1_000_000), mode: FILE, mtime: 0 });
    let taken = 0;
    const said =
      file && (await school.fetch(FIRST, file, 0, (part) => Promise.resolve(void (taken += part.length))));
    expect(said).toMatchObject({ state: 'impossible', why: 'broken' });
    expect(taken).toBeLessThanOrEqual(10);
    expect((await school.facts(SECOND)).state).toBe('done');
  });

  it('a gallery of years hides nothing of this morning, and what stays is said', async () => {
    const { peers, book } = await plugged(room, 1);
    const [peer] = peers;
    if (!peer) throw new Error('no tablet');
    const now = Math.floor(Date.now() / 1000);
    const old = Array.from({ length: 2_500 }, (_, n) => ({
      name: `IMG_${n}.jpg`,
      mode: 0o100660,
      size: 1,
      mtime: now - 900_000,
    }));
    const recent = { name: 'this-morning.jpg', mode: 0o100660, size: 1, mtime: now };
    peer.lists.set('/sdcard/DCIM', [...old, recent]);
    peer.files.set('/sdcard/DCIM/this-morning.jpg', { bytes: Buffer.alloc(1), mode: 0o660, mtime: now });
    const { school } = await openReach(room, book);
    const found = await school.files(FIRST, ['photos'], (now - 3_600) * 1_000);
    expect(found).toMatchObject({ state: 'done', value: { files: [{ name: recent.name }], leftOut: 0 } });
    if (found.state !== 'done') throw new Error(found.state);
    peer.lies.set('rm ', "rm: '/sdcard/DCIM/this-morning.jpg': Permission denied\n");
    expect(await school.clean(FIRST, found.value, [])).toMatchObject({ why: 'not-allowed' });
    peer.lies.clear();
    // A link beside it is not removed, and is not passed over in silence.
    peer.lists.set('/sdcard/DCIM', [recent, { ...recent, name: 'link.jpg', mode: 0o120777 }]);
    const again = await school.files(FIRST, ['photos'], (now - 3_600) * 1_000);
    if (again.state !== 'done') throw new Error(again.state);
    expect(await school.clean(FIRST, again.value, [])).toMatchObject({ why: 'not-allowed' });
    expect(peer.files.size).toBe(0);
  });

  it('a folder that lists without end is not read on', async () => {
    const { peers, book } = await plugged(room, 1);
    const entries = Array.from({ length: 20_000 }, (_, n) => ({
      name: `IMG_${n}.jpg`,
      mode: 0o100660,
      size: 1,
      mtime: 2_000_000_000,
    }));
    peers[0]?.lists.set('/sdcard/DCIM', entries);
    const { school } = await openReach(room, book);
    expect(await school.files(FIRST, ['photos'], 0)).toMatchObject({ state: 'impossible', why: 'broken' });
  });

  it('fifteen at once: fifteen outcomes, a bounded number on their way', async () => {
    const { peers, book } = await plugged(room, 15);
    const { school } = await openReach(room, book, { limits: { answerMs: 2_000 } });
    peers[3]?.freeze();
    const outcomes = await Promise.all(
      peers.map((_, n) => school.perform(tabletId(n), { do: 'open-page', url: 'https://exemple.fr/' })),
    );
    expect(outcomes.map(({ state }) => state)).toEqual(peers.map((_, n) => (n === 3 ? 'no-answer' : 'done')));
    expect(outcomes[3]).toMatchObject({ cause: 'hanging' });
  });

  it('say their battery at each contact: evidence for the cart, without anybody asking', async () => {
    const { book } = await plugged(room, 2, { battery: { level: 31 } });
    const heard: [string, number][] = [];
    await openReach(room, book, { heardBattery: (device, percent) => heard.push([device, percent]) });
    await expect.poll(() => heard.length, { timeout: 5_000 }).toBe(2);
    expect(heard).toContainEqual([FIRST, 31]);
  });

  it('explain each state of theirs with its own cause', async () => {
    const { peers, book } = await plugged(room, 2);
    const { school, tablets } = await openReach(room, book);
    peers[0]?.unplug();
    await expect
      .poll(
        async () => {
          await tablets.look();
          return school.perform(FIRST, { do: 'sleep' });
        },
        { timeout: 10_000 },
      )
      .toMatchObject({ state: 'no-answer', cause: 'unreachable' });
    expect((await school.perform(SECOND, { do: 'sleep' })).state).toBe('done');
    expect(await school.perform(tabletId(7), { do: 'sleep' })).toMatchObject({ state: 'impossible' });
  });

  it('that give a byte now and then for ever keep nobody waiting: each command has an end, and the others go on', async () => {
    const { peers, book } = await plugged(room, 2);
    peers[0]?.endless.add('logcat');
    const { tablets } = await openReach(room, book);
    const said = await Promise.all(
      Array.from({ length: 8 }, () =>
        tablets.ask(
          'R52N60A0001',
          async (shell) => {
            const reader = readSync(await shell.open('exec:logcat'), ANDROID_LIMITS);
            while (await reader.some(1));
          },
          300,
        ),
      ),
    );
    expect(said.map((each) => each.state === 'no-answer' && each.cause)).toEqual(said.map(() => 'hanging'));
    // The eight places are free again.
    expect(await tablets.ask('R52N60A0002', (shell) => shell.run(['getprop', 'ro.serialno']))).toEqual({
      state: 'done',
      value: 'R52N60A0002\n',
    });
    expect(await tablets.ask('R52N60A0001', () => new Promise(() => undefined), 300)).toMatchObject({
      cause: 'hanging',
    });
  });

  it('with one serial number for two are said to be two, and nothing is done to either', async () => {
    const { peers, book } = await plugged(room, 2, { serial: '0123456789ABCDEF' });
    const [one, other] = peers;
    if (!one || !other) throw new Error('no tablets');
    other.bootId = 'ffffffff-0000-4000-8000-000000000000';
    const { school, tablets } = await openReach(room, book);
    const stateOf = async (peer: AdbdPeer) =>
      (await tablets.look()).find(({ link }) => link === peer.wired)?.state;
    expect([await stateOf(one), await stateOf(other)]).toEqual(['twin', 'twin']);
    expect(await school.perform(FIRST, { do: 'sleep' })).toMatchObject({ state: 'no-answer', cause: 'twin' });
    expect([one.awake, other.awake]).toEqual([true, true]);
    // A link whose name is another's too is asked by the number of its connection.
    const bridge = room.bridge();
    const { connection } = (await bridge.tablets()).find(({ link }) => link === other.wired) ?? {};
    const byNumber = await bridge.shell(`transport:${connection?.split('.').at(-1) ?? ''}`);
    expect(await byNumber.run(['cat', '/proc/sys/kernel/random/boot_id'])).toBe(`${other.bootId}\n`);
    await bridge.dispose();
    other.unplug();
    await expect
      .poll(
        async () => {
          await tablets.look();
          return school.perform(FIRST, { do: 'sleep' });
        },
        { timeout: 10_000 },
      )
      .toEqual({ state: 'done', value: undefined });
    expect([one.awake, other.awake]).toEqual([false, true]);
  });

  it('by cable and through the air at once are one, and one that hides its start is not suspected', async () => {
    const { peers, book } = await plugged(room, 2, { serial: 'R52N60A0001' });
    const { school, tablets } = await openReach(room, book);
    expect((await tablets.look()).filter(({ state }) => state === 'ready')).toHaveLength(2);
    expect(tablets.present()).toEqual(['R52N60A0001']);
    for (const peer of peers) peer.bootId = undefined;
    const again = await openReach(room, book);
    expect((await again.school.perform(FIRST, { do: 'sleep' })).state).toBe('done');
    expect((await school.facts(FIRST)).state).toBe('done');
  });
});
