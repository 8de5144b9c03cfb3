import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openInventedTablets } from '../../../src/demo/tablets/invented';
import { isListening, type AdbServer } from '../../../src/main/android/adb-server';
import { checkApk } from '../../../src/main/android/apk';
import { serialBook } from '../../../src/main/android/book';
import { AndroidBridge } from '../../../src/main/android/bridge';
import type { CodedPicture } from '../../../src/main/android/h264';
import { openAndroidReach } from '../../../src/main/android/open-tablets';
import { systemTimers } from '../../../src/main/cart/timers';
import { silentLogger } from '../../../src/main/log/logger';
import { writeInventedApk } from './apk-fixture';
import { tabletId, temporaryFolder } from './reach';

const FIRST = tabletId(0);

/** The demonstration's tablets, through the driver that asks the real adb server; on a computer that has none. */
describe('the invented tablets of the demonstration', () => {
  async function house() {
    const servers: AdbServer[] = [];
    const bridge = new AndroidBridge({
      env: { PATH: '/nowhere' },
      open: async () => {
        const server = await openInventedTablets();
        servers.push(server);
        return server;
      },
    });
    const folder = await temporaryFolder();
    const devices = [{ id: FIRST, label: 'Tablette 21', kind: 'tablet' as const, serial: 'VERTE0001' }];
    const reach = await openAndroidReach({
      platform: { dataFolder: folder, clock: () => Date.now(), log: silentLogger },
      bridge,
      timers: systemTimers,
      poste: 'k3zq',
      ...serialBook(() => devices),
    });
    onTestFinished(async () => {
      await reach.close();
      await bridge.dispose();
    });
    return { bridge, folder, reach, servers };
  }

  it('are there once somebody asks, say that they are not real, and one waits for « Autoriser »', async () => {
    const { bridge, servers } = await house();
    expect(servers).toEqual([]);
    const listed = await bridge.tablets();
    expect(listed.map(({ serial, state, kind, model }) => [serial, state, kind, model])).toEqual([
      ['VERTE0001', 'ready', 'usb', 'Huit pouces factice'],
      ['VERTE0002', 'ready', 'usb', 'Huit pouces factice'],
      ['VERTE0003', 'unauthorised', 'usb', undefined],
    ]);
    expect(await bridge.battery('VERTE0002')).toMatchObject({ percent: 18, powered: true });
    const [server] = servers;
    await bridge.dispose();
    expect(await isListening(server?.port ?? 0)).toBe(false);
  });

  it('take what a true tablet takes: an application, a file, orders, a lesson’s settings, and show their screen', async () => {
    const { bridge, folder, reach } = await house();
    const apk = await checkApk(await writeInventedApk(folder, 'fr.ecole.lecture', 1_000_000));
    const links = ['VERTE0001', 'VERTE0003'];
    const outcomes = await bridge.install({
      links,
      apk,
      signal: new AbortController().signal,
      report: () => undefined,
    });
    expect([...outcomes.values()]).toEqual([{ step: 'done' }, { step: 'silent', cause: 'unauthorised' }]);
    await reach.tablets.look();
    expect(await reach.school.facts(FIRST)).toMatchObject({
      state: 'done',
      value: {
        maker: 'Démonstration',
        model: 'Huit pouces factice',
        android: '11',
        battery: { percent: 62 },
      },
    });
    expect(await reach.school.installed(FIRST)).toMatchObject({
      value: [
        { name: 'fr.demonstration.lecture' },
        { name: 'fr.ecole.lecture' },
        { name: 'org.geogebra.android' },
      ],
    });
    expect(await reach.school.want(FIRST, { proxy: '10.0.0.5:3128', asleep: [] })).toMatchObject({
      value: { proxy: true },
    });
    expect((await reach.school.want(FIRST, undefined)).state).toBe('done');
    const shown: CodedPicture[] = [];
    const screen = reach.school.screen(FIRST, (picture) => shown.push(picture));
    onTestFinished(() => screen.close());
    screen.watch({ width: 320, perSecond: 4, kbit: 1_000 });
    await expect.poll(() => shown.length, { timeout: 10_000 }).toBeGreaterThan(5);
    expect(shown[0]?.whole).toBe(true);
  });

  it('are asked by nobody who does not speak adb', async () => {
    const server = await openInventedTablets();
    onTestFinished(() => server.dispose());
    for (const words of [
      'GET / HTTP/1.1\r\n\r\n',
      'zzzz',
      '000chost:kill-me',
      '001bhost:transport-id:999999999',
    ]) {
      const said = await new Promise<string>((resolve) => {
        const socket = connect(server.port, '127.0.0.1');
        let heard = '';
        socket.on('data', (chunk) => (heard += chunk.toString()));
        socket.on('error', () => undefined);
        socket.on('close', () => resolve(heard));
        socket.write(words);
      });
      expect(said === '' || said.startsWith('FAIL'), words).toBe(true);
    }
  });
});
