import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isListening, openAdbServer, type AdbServer } from '../../../src/main/android/adb-server';
import { AndroidBridge } from '../../../src/main/android/bridge';
import { ANDROID_LIMITS } from '../../../src/main/android/limits';
import { AdbdPeer } from '../../peers/adbd';
import { adb, ownAdbHome, skipReason } from './adb';
import { needs } from '../../needs';

describe('adb is not installed', () => {
  it('is a typed outcome, not a crash', async () => {
    const bridge = new AndroidBridge({ env: { PATH: '/nowhere' } });
    await expect(bridge.tablets()).rejects.toMatchObject({
      code: 'ADB_MISSING',
      params: { reason: 'notInstalled' },
    });
    await bridge.dispose();
  });
});

describe('the adb server', needs(skipReason === '', skipReason), () => {
  let home: Awaited<ReturnType<typeof ownAdbHome>>;
  beforeEach(async () => {
    home = await ownAdbHome();
  });
  afterEach(() => home.remove());

  it('is ours, on a port of its own, and gone when disposed', async () => {
    const server = await openAdbServer({ env: home.env });
    expect(server.owned).toBe(true);
    expect(server.port).not.toBe(5037);
    expect(await isListening(server.port)).toBe(true);
    await server.dispose();
    expect(await isListening(server.port)).toBe(false);
    await server.dispose();
  });

  it('is left alone when ANDROID_ADB_SERVER_PORT names one that runs', async () => {
    const theirs = await openAdbServer({ env: home.env });
    const bridge = new AndroidBridge({ env: { ...home.env, ANDROID_ADB_SERVER_PORT: String(theirs.port) } });
    expect(await bridge.tablets()).toEqual([]);
    await bridge.dispose();
    expect(await isListening(theirs.port)).toBe(true);
    await theirs.dispose();
  });

  it('is started again after it died', async () => {
    const started: AdbServer[] = [];
    const bridge = new AndroidBridge({
      env: home.env,
      open: async (options) => {
        const server = await openAdbServer(options);
        started.push(server);
        return server;
      },
    });
    await bridge.tablets();
    await adb(started[0]?.port ?? 0, 'kill-server');
    await started[0]?.ended;
    expect(await bridge.tablets()).toEqual([]);
    expect(started).toHaveLength(2);
    await bridge.dispose();
    expect(await isListening(started[1]?.port ?? 0)).toBe(false);
  });

  it('that was started again counts its connections anew: another tablet at the same address is not taken for the first', async () => {
    const tablet = await AdbdPeer.listen({ serial: 'R52N60A0001', model: 'Tab A7' });
    const started: AdbServer[] = [];
    const bridge = new AndroidBridge({
      env: home.env,
      open: async (options) => {
        const server = await openAdbServer(options);
        started.push(server);
        return server;
      },
    });
    await bridge.connect(tablet.address);
    const [before] = await bridge.tablets();
    expect(before).toMatchObject({ serial: 'R52N60A0001' });
    await adb(started[0]?.port ?? 0, 'kill-server');
    await started[0]?.ended;
    tablet.props['ro.serialno'] = 'R52N60A0002';
    const seen = async () => {
      await bridge.connect(tablet.address).catch(() => undefined);
      return (await bridge.tablets())[0];
    };
    await expect.poll(seen, { timeout: 10_000 }).toMatchObject({ state: 'ready', link: before?.link });
    const after = await seen();
    expect(after?.serial).toBe('R52N60A0002');
    expect(after?.connection).not.toBe(before?.connection);
    await bridge.dispose();
    await tablet.close();
  });

  it('that takes a question and never answers is said, and kept waiting for by nobody', async () => {
    const open = new Set<Socket>();
    const mute = createServer((socket) => {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => open.delete(socket));
      socket.resume();
    });
    mute.listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { port } = mute.address() as AddressInfo;
    const bridge = new AndroidBridge({
      env: { ...home.env, ANDROID_ADB_SERVER_PORT: String(port) },
      limits: { ...ANDROID_LIMITS, answerMs: 300 },
    });
    const gone = { code: 'ADB_MISSING', params: { reason: 'serverGone' } };
    await expect(bridge.tablets()).rejects.toMatchObject(gone);
    await expect(bridge.tablets()).rejects.toMatchObject(gone);
    await expect.poll(() => open.size).toBe(0);
    await bridge.dispose();
    mute.close();
  });

  it('does not outlive a host that was killed with SIGKILL', async () => {
    const listener = createServer();
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    const script = fileURLToPath(new URL('./killed-host.mjs', import.meta.url));
    const host = spawn(process.execPath, [script, String(port)], { env: home.env, stdio: 'ignore' });
    const [report] = (await once(listener, 'connection')) as [Socket];
    const [line] = (await once(report, 'data')) as [Buffer];

    // A connection to adb drops when adb ends: nothing to poll, nothing to wait for by the clock.
    const toAdb = connect({ port: Number(line.toString()), host: '127.0.0.1' });
    await once(toAdb, 'connect');
    const dropped = new Promise((resolve) => toAdb.once('close', resolve));
    toAdb.on('error', () => undefined).resume();
    host.kill('SIGKILL');
    await dropped;
    expect(await isListening(Number(line.toString()))).toBe(false);
    report.destroy();
    await new Promise((resolve) => listener.close(resolve));
  });
});
