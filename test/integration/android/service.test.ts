import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { androidSubject, type InstallRun, type TabletView } from '../../../src/contract/staff/android';
import type { StaffCall } from '../../../src/main/capability';
import { ANONYMOUS, type Actor } from '../../../src/domain/rights/actor';
import { AndroidBridge } from '../../../src/main/android/bridge';
import { androidRoutes } from '../../../src/main/android/routes';
import { createAndroidService, type AndroidService } from '../../../src/main/android/service';
import { createDispatcher } from '../../../src/main/dispatch';
import { AdbdPeer } from '../../peers/adbd';
import { ownAdbHome, skipReason } from './adb';
import { needs } from '../../needs';
import { writeInventedApk } from './apk-fixture';

const TEACHER: Actor = {
  kind: 'staff',
  personId: 'staff_aaaaaaaaaaaaa',
  grants: [{ role: 'teacher', classIds: [] }],
};

describe('pushing an application, as a window asks it', needs(skipReason === '', skipReason), () => {
  let home: Awaited<ReturnType<typeof ownAdbHome>>;
  let folder: string;
  let service: AndroidService;
  let bridge: AndroidBridge;
  let tablets: AdbdPeer[];
  const events = new EventEmitter();
  const told: string[] = [];
  const batteries: [string, number][] = [];
  let dispatch: ReturnType<typeof createDispatcher<StaffCall>>;

  beforeEach(async () => {
    home = await ownAdbHome();
    folder = home.env['HOME'] ?? '';
    told.length = 0;
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    bridge = new AndroidBridge({ env: home.env });
    tablets = [
      await AdbdPeer.listen({ serial: 'R52N60A0001', model: 'Tab A7', battery: { level: 55 } }),
      await AdbdPeer.listen({
        serial: 'R52N60A0002',
        model: 'Tab A7',
        installFailure: 'INSTALL_FAILED_INSUFFICIENT_STORAGE',
      }),
    ];
    for (const tablet of tablets) await bridge.connect(tablet.address);
    service = createAndroidService({
      platform: {
        dataFolder: folder,
        clock: () => Date.UTC(2026, 10, 23, 8),
        random: randomBytes,
        log,
        tracer: { trace: () => undefined },
        publish: (name, payload) => {
          told.push(name === 'android.step' ? JSON.stringify(payload) : name);
          events.emit(name);
        },
      },
      bridge,
      openFile: (sha256) => createReadStream(join(folder, sha256)),
      bySerial: (_actor, serial) =>
        serial === 'R52N60A0001' ? { id: 'device_aaaaaaaaaaaaa', label: 'Tablette 1' } : undefined,
      heardBattery: (device, percent) => batteries.push([device, percent]),
    });
    const uploads: Record<string, string> = { app: 'fr.ecole.lecture.apk', photo: 'photo.jpg' };
    const sizes: Record<string, number> = {};
    await writeInventedApk(folder, 'fr.ecole.lecture', 400_000);
    await writeFile(join(folder, 'photo.jpg'), 'JFIF');
    for (const [id, name] of Object.entries(uploads)) sizes[id] = (await stat(join(folder, name))).size;
    const routes = androidRoutes(service, (_connection, id) => {
      const sha256 = uploads[id] ?? 'photo.jpg';
      const name = { long: `${'é'.repeat(140)}.jpg`, signs: `${'x'}${'🙂'.repeat(90)}.jpg` }[id] ?? sha256;
      return { sha256, size: sizes[id] ?? 4, name };
    });
    dispatch = createDispatcher(
      { android: androidSubject },
      { android: routes },
      { log, random: randomBytes },
    );
  });
  afterEach(async () => {
    await service.close();
    await Promise.all(tablets.map((tablet) => tablet.close()));
    await home.remove();
  });

  async function ask<T>(method: string, input: unknown = {}, actor = TEACHER): Promise<T> {
    const reply = await dispatch({ actor, connection: 'w' }, `android.${method}`, input);
    if (!reply.ok) throw new Error(`${reply.error.code} ${JSON.stringify(reply.error.params)}`);
    return reply.value as T;
  }
  const links = () => tablets.map((tablet) => tablet.address);

  it('knows the inventory name of a tablet, and passes its battery on', async () => {
    const listed = await ask<{ tablets: TabletView[] }>('tablets');
    expect(listed.tablets.find((each) => each.serial === 'R52N60A0001')).toMatchObject({
      label: 'Tablette 1',
      device: 'device_aaaaaaaaaaaaa',
      state: 'ready',
      percent: 55,
    });
    expect(listed.tablets.find((each) => each.serial === 'R52N60A0002')?.label).toBeUndefined();
    expect(batteries).toContainEqual(['device_aaaaaaaaaaaaa', 55]);
  });

  it('installs with events of progress and one outcome a tablet; the staged file goes', async () => {
    expect(await ask('checkPackage', { upload: 'app' })).toMatchObject({ name: 'fr.ecole.lecture.apk' });
    const finished = once(events, 'android.finished');
    const started = await ask<InstallRun>('install', { upload: 'app', links: links() });
    expect(started).toMatchObject({
      finished: false,
      tablets: [{ label: 'Tablette 1' }, { label: 'R52N60A0002' }],
    });
    await finished;
    const { runs } = await ask<{ runs: InstallRun[] }>('runs');
    expect(runs[0]).toMatchObject({ run: started.run, finished: true });
    expect(runs[0]?.tablets.map((each) => each.step)).toEqual([
      { step: 'done' },
      { step: 'refused', reason: 'noSpace', code: 'INSTALL_FAILED_INSUFFICIENT_STORAGE' },
    ]);
    expect(told.filter((each) => each.includes('"sending"')).length).toBeGreaterThan(4);
    expect(tablets[0]?.installed.has('fr.ecole.lecture')).toBe(true);
    expect(await readdir(join(folder, 'android'))).toEqual([]);
  });

  it('lists once a tablet that is reached twice, and sends it an application once', async () => {
    const again = await AdbdPeer.listen({ serial: 'R52N60A0001', model: 'Tab A7' });
    tablets.push(again);
    await bridge.connect(again.address);
    const listed = await ask<{ tablets: TabletView[] }>('tablets');
    expect(listed.tablets.map(({ serial }) => serial).sort()).toEqual(['R52N60A0001', 'R52N60A0002']);
    // Two tablets that say one number are two lines, and neither is offered.
    again.bootId = '22222222-0000-4000-8000-000000000000';
    again.unplug();
    const answers = async () => {
      const now = await bridge.tablets();
      return now.some(({ link, state }) => link === again.address && state === 'ready');
    };
    await expect.poll(answers, { timeout: 10_000 }).toBe(false);
    await again.replug();
    const seen = async () => {
      await bridge.connect(again.address).catch(() => undefined);
      const now = await ask<{ tablets: TabletView[] }>('tablets');
      return now.tablets.map(({ state }) => state).sort();
    };
    await expect.poll(seen, { timeout: 20_000 }).toEqual(['ready', 'twin', 'twin']);
  });

  it('sends a file under a name that the tablet’s disk takes, with its ending', async () => {
    for (const upload of ['long', 'signs']) {
      const finished = once(events, 'android.finished');
      await ask('sendFile', { upload, links: links().slice(0, 1) });
      await finished;
    }
    const sent = [...(tablets[0]?.files.keys() ?? [])].map((path) => path.replace('/sdcard/Download/', ''));
    expect(sent).toHaveLength(2);
    for (const name of sent) {
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
      expect(name).toMatch(/^\P{Cs}+\.jpg$/u);
    }
  });

  it('stops a run on request', async () => {
    const held = tablets[0]?.holdAfter(100_000);
    const finished = once(events, 'android.finished');
    const { run } = await ask<InstallRun>('install', { upload: 'app', links: links().slice(0, 1) });
    await held;
    await ask('cancel', { run });
    await finished;
    const { runs } = await ask<{ runs: InstallRun[] }>('runs');
    expect(runs[0]?.tablets[0]?.step).toEqual({ step: 'cancelled' });
  });

  it('refuses what is no application, who may not, and a link that is none', async () => {
    await expect(ask('checkPackage', { upload: 'photo' })).rejects.toThrow(
      'PACKAGE_WRONG {"reason":"notApk"}',
    );
    await expect(ask('install', { upload: 'photo', links: links() })).rejects.toThrow('PACKAGE_WRONG');
    await expect(ask('tablets', {}, ANONYMOUS)).rejects.toThrow('NOT_SIGNED_IN');
    await expect(ask('install', { upload: 'app', links: ['a; reboot'] })).rejects.toThrow('BAD_INPUT');
    await expect(ask('cancel', { run: 'aaaaaaaaaaaaa' })).rejects.toThrow('NOT_FOUND');
    expect(await readFile(join(folder, 'photo.jpg'), 'utf8')).toBe('JFIF');
  });
});
