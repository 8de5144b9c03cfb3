import { EventEmitter, once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkApk, type CheckedApk } from '../../../src/main/android/apk';
import { openAdbServer, type AdbServer } from '../../../src/main/android/adb-server';
import { AndroidBridge } from '../../../src/main/android/bridge';
import type { InstallStep } from '../../../src/main/android/install-one';
import { ANDROID_LIMITS } from '../../../src/main/android/limits';
import { AdbdPeer, sha256, type AdbdOptions } from '../../peers/adbd';
import { adb, ownAdbHome, skipReason } from './adb';
import { needs } from '../../needs';
import { writeInventedApk } from './apk-fixture';

/** Our client, the real adb server, and tablets that are a peer program (reference/real-peers.md 4). */
describe('installing on tablets through the real adb', needs(skipReason === '', skipReason), () => {
  const APP = 'fr.ecole.lecture';
  const APK_BYTES = 6_000_000;
  let home: Awaited<ReturnType<typeof ownAdbHome>>;
  let bridge: AndroidBridge;
  let server: AdbServer | undefined;
  let apk: CheckedApk;
  let tablets: AdbdPeer[];

  beforeEach(async () => {
    home = await ownAdbHome();
    bridge = new AndroidBridge({
      env: home.env,
      limits: { ...ANDROID_LIMITS, stallMs: 2_000 },
      open: async (options) => (server = await openAdbServer(options)),
    });
    apk = await checkApk(await writeInventedApk(home.env['HOME'] ?? '', APP, APK_BYTES));
    tablets = [];
  });
  afterEach(async () => {
    await bridge.dispose();
    await Promise.all(tablets.map((tablet) => tablet.close()));
    await home.remove();
  });

  async function plug(serial: string, options: Partial<AdbdOptions> = {}): Promise<AdbdPeer> {
    const tablet = await AdbdPeer.listen({ serial, model: 'Tab A7', ...options });
    tablets.push(tablet);
    await bridge.connect(tablet.address).catch((error: unknown) => {
      // A tablet that waits for its « Autoriser » is known to the server all the same.
      if (options.authorised !== false) throw error;
    });
    return tablet;
  }

  /** Calls back on each step; the outcome comes with `finished`. */
  function install(on: readonly AdbdPeer[], signal = new AbortController().signal, sendingAtOnce = 3) {
    const steps = new Map<string, InstallStep[]>(on.map((tablet) => [tablet.address, []]));
    const news = new EventEmitter();
    const finished = bridge.install({
      links: on.map((tablet) => tablet.address),
      apk,
      signal,
      sendingAtOnce,
      report: (link, step) => {
        steps.get(link)?.push(step);
        news.emit('step');
      },
    });
    const of = (tablet: AdbdPeer) => steps.get(tablet.address) ?? [];
    const reached = async (tablet: AdbdPeer, step: InstallStep['step']) => {
      while (!of(tablet).some((each) => each.step === step)) await once(news, 'step');
    };
    return { finished, of, reached };
  }

  const names = (steps: readonly InstallStep[]) => [...new Set(steps.map((each) => each.step))];

  it('lists each tablet with its serial number, its state, its battery', async () => {
    const ready = await plug('R52N60A0001', { battery: { level: 64, status: 3, usbPowered: false } });
    const waiting = await plug('R52N60A0002', { authorised: false });
    const listed = await bridge.tablets();
    const found = (tablet: AdbdPeer) => listed.find((each) => each.link === tablet.address);
    expect(found(ready)).toMatchObject({
      serial: 'R52N60A0001',
      model: 'Tab A7',
      state: 'ready',
      kind: 'network',
    });
    expect(found(waiting)).toMatchObject({ serial: undefined, state: 'unauthorised' });
    expect(await bridge.battery(ready.address)).toEqual({
      percent: 64,
      state: 'discharging',
      powered: false,
      health: 'good',
      celsius: 28.1,
    });
  });

  it('installs on two tablets, with progress on each, and leaves nothing behind', async () => {
    const pair = [await plug('R52N60A0001'), await plug('R52N60A0002')];
    const run = install(pair);
    const outcomes = await run.finished;
    const sent = sha256(await readFile(apk.path));
    for (const tablet of pair) {
      expect(outcomes.get(tablet.address)).toEqual({ step: 'done' });
      expect(sha256(tablet.installed.get(APP) ?? Buffer.alloc(0))).toBe(sent);
      expect(tablet.files.size).toBe(0);
      expect(names(run.of(tablet))).toEqual(['waiting', 'sending', 'installing', 'done']);
      const bytes = run.of(tablet).flatMap((each) => (each.step === 'sending' ? [each.sentBytes] : []));
      expect(bytes.length).toBeGreaterThan(50);
      expect(bytes).toEqual([...bytes].sort((a, b) => a - b));
      expect(bytes.at(-1)).toBe(apk.bytes);
    }
  });

  it('goes on with the others when one is full, one is cut in the middle, one never was there', async () => {
    const good = await plug('R52N60A0001');
    const full = await plug('R52N60A0002', { installFailure: 'INSTALL_FAILED_INSUFFICIENT_STORAGE' });
    const cut = await plug('R52N60A0003');
    cut.cutAfter(2_000_000);
    const diskFull = await plug('R52N60A0004');
    diskFull.limitStorage(1_000_000);
    const absent = await AdbdPeer.listen({ serial: 'R52N60A0005', model: 'Tab A7' });
    tablets.push(absent);
    // Known to nobody: never connected.
    const last = await plug('R52N60A0006');

    const outcomes = await install([good, full, cut, diskFull, absent, last]).finished;
    expect(outcomes.get(good.address)).toEqual({ step: 'done' });
    expect(outcomes.get(full.address)).toEqual({
      step: 'refused',
      reason: 'noSpace',
      code: 'INSTALL_FAILED_INSUFFICIENT_STORAGE',
    });
    expect(outcomes.get(cut.address)).toEqual({ step: 'silent', cause: 'unplugged' });
    expect(outcomes.get(diskFull.address)).toMatchObject({ step: 'refused', reason: 'noSpace' });
    expect(outcomes.get(absent.address)).toEqual({ step: 'silent', cause: 'unplugged' });
    expect(outcomes.get(last.address)).toEqual({ step: 'done' });
    expect(full.files.size).toBe(0);
  });

  it('says of a tablet that waits for « Autoriser » that it waits', async () => {
    const waiting = await plug('R52N60A0002', { authorised: false });
    const outcomes = await install([waiting]).finished;
    expect(outcomes.get(waiting.address)).toEqual({ step: 'silent', cause: 'unauthorised' });
  });

  it('gives up on a tablet that takes no more bytes', async () => {
    const stuck = await plug('R52N60A0001');
    const held = stuck.holdAfter(1_000_000);
    const run = install([stuck]);
    await held;
    expect((await run.finished).get(stuck.address)).toEqual({ step: 'silent', cause: 'stalled' });
  });

  it('stops on request: what is done stays done, the rest is cancelled', async () => {
    const first = await plug('R52N60A0001');
    const second = await plug('R52N60A0002');
    const third = await plug('R52N60A0003');
    const stop = new AbortController();
    const held = second.holdAfter(1_000_000);
    const run = install([first, second, third], stop.signal, 1);
    await held;
    await run.reached(first, 'done');
    stop.abort();
    const outcomes = await run.finished;
    expect(outcomes.get(first.address)).toEqual({ step: 'done' });
    expect(outcomes.get(second.address)).toEqual({ step: 'cancelled' });
    expect(outcomes.get(third.address)).toEqual({ step: 'cancelled' });
    expect(third.installed.size).toBe(0);
    expect(names(run.of(third))).toEqual(['waiting', 'cancelled']);
  });

  it('has fifteen outcomes when the adb server is killed in the middle, and a new one serves those that are left', async () => {
    const cart = await Promise.all(Array.from({ length: 15 }, (_, n) => plug(`R52N60A00${String(n + 10)}`)));
    const [first, ...others] = cart;
    // The three that receive stand still; the first is done before.
    const stuck = others.slice(0, 3);
    const held = stuck.map((tablet) => tablet.holdAfter(1_000_000));
    const run = install(cart);
    if (!first) throw new Error('no tablet');
    await Promise.all(held);
    await run.reached(first, 'done');
    await adb(server?.port ?? 0, 'kill-server');
    await server?.ended;
    const outcomes = await run.finished;
    expect(outcomes.get(first.address)).toEqual({ step: 'done' });
    expect(others.map((tablet) => outcomes.get(tablet.address))).toEqual(
      others.map(() => ({ step: 'silent', cause: 'unplugged' })),
    );
    for (const tablet of stuck) tablet.release();
    // Over the air each is reached anew; on a cable the new server finds them by itself.
    const ready = async () => {
      await Promise.all(cart.map((tablet) => bridge.connect(tablet.address).catch(() => undefined)));
      return (await bridge.tablets()).filter(({ state }) => state === 'ready').length;
    };
    await expect.poll(ready, { timeout: 20_000 }).toBe(15);
    const again = await install(others).finished;
    expect([...again.values()]).toEqual(others.map(() => ({ step: 'done' })));
    expect(cart.every((tablet) => tablet.installed.has(APP))).toBe(true);
  });

  it('takes off the package of another day, and never one that another computer sends now', async () => {
    const tablet = await plug('R52N60A0001');
    const left = (days: number) => ({
      bytes: Buffer.alloc(10),
      mode: 0o644,
      mtime: Math.floor(Date.now() / 1000) - days * 86_400,
    });
    tablet.files.set('/data/local/tmp/preau-old.apk', left(2));
    tablet.files.set('/data/local/tmp/preau-new.apk', left(0));
    tablet.files.set('/data/local/tmp/other.apk', left(9));
    expect((await install([tablet]).finished).get(tablet.address)).toEqual({ step: 'done' });
    expect([...tablet.files.keys()].sort()).toEqual([
      '/data/local/tmp/other.apk',
      '/data/local/tmp/preau-new.apk',
    ]);
  });

  it('ends what is in flight when the bridge is disposed', async () => {
    const tablet = await plug('R52N60A0001');
    const held = tablet.holdAfter(1_000_000);
    const run = install([tablet]);
    await held;
    await bridge.dispose();
    expect((await run.finished).get(tablet.address)).toEqual({ step: 'cancelled' });
  });
});
