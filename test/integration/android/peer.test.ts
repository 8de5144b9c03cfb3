import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAdbServer, type AdbServer } from '../../../src/main/android/adb-server';
import { AdbdPeer } from '../../peers/adbd';
import { adb, ownAdbHome, skipReason } from './adb';
import { needs } from '../../needs';
import { writeInventedApk } from './apk-fixture';

/** The device-side peer is only worth something if adb's own command line takes it for a tablet. */
describe('the tablet peer, seen by adb itself', needs(skipReason === '', skipReason), () => {
  let home: Awaited<ReturnType<typeof ownAdbHome>>;
  let server: AdbServer;
  let tablet: AdbdPeer;
  let folder: string;
  const run = (...args: string[]) => adb(server.port, '-s', tablet.address, ...args);

  beforeAll(async () => {
    home = await ownAdbHome();
    folder = home.env['HOME'] ?? '';
    server = await openAdbServer({ env: home.env });
    tablet = await AdbdPeer.listen({ serial: 'PEER0001', model: 'Tab A7' });
    const joined = await adb(server.port, 'connect', tablet.address);
    expect(joined.output).toContain(`connected to ${tablet.address}`);
  });
  afterAll(async () => {
    await tablet.close();
    await server.dispose();
    await home.remove();
  });

  it('is listed, answers its shell, and tells an unknown command from a known one', async () => {
    const { output } = await adb(server.port, 'devices', '-l');
    expect(output).toMatch(new RegExp(`${tablet.address}\\s+device .*model:Tab_A7`));
    expect(await run('shell', 'getprop', 'ro.serialno')).toEqual({ code: 0, output: 'PEER0001\n' });
    expect((await run('shell', 'dumpsys', 'battery')).output).toContain('level: 80');
    const unknown = await run('shell', 'nonsense');
    expect(unknown.code).toBe(127);
    expect(unknown.output).toContain('inaccessible or not found');
  });

  it('takes a file, gives the same file back, and installs it both ways', async () => {
    const apk = await writeInventedApk(folder, 'fr.ecole.calcul', 3_000_000);
    expect((await run('push', apk, '/data/local/tmp/a.apk')).code).toBe(0);
    const back = join(folder, 'back.apk');
    expect((await run('pull', '/data/local/tmp/a.apk', back)).code).toBe(0);
    expect((await readFile(back)).equals(await readFile(apk))).toBe(true);
    expect((await run('install', '--streaming', apk)).output).toContain('Success');
    expect((await run('install', '--no-streaming', '-r', apk)).output).toContain('Success');
    expect((await run('shell', 'pm', 'list', 'packages', '-3')).output).toBe('package:fr.ecole.calcul\n');
  });

  it('refuses as a full tablet does, and waits for a finger as a new one does', async () => {
    const apk = await writeInventedApk(folder, 'fr.ecole.plein', 1000);
    tablet.installFailure = 'INSTALL_FAILED_INSUFFICIENT_STORAGE';
    const refused = await run('install', '--no-streaming', apk);
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain('INSTALL_FAILED_INSUFFICIENT_STORAGE');
    tablet.installFailure = undefined;

    const fresh = await AdbdPeer.listen({ serial: 'PEER0002', model: 'Tab A8', authorised: false });
    await adb(server.port, 'connect', fresh.address);
    expect((await adb(server.port, 'devices')).output).toContain(`${fresh.address}\tunauthorized`);
    fresh.authorise();
    expect((await adb(server.port, '-s', fresh.address, 'wait-for-device')).code).toBe(0);
    await fresh.close();
  });
});
