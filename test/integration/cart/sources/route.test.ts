/** Cables that are swapped, and hubs that come back under another name: a hub is its serial number. */
import { describe, expect, it } from 'vitest';
import { SimulatedHub } from '../../../../src/demo/hub/hub';
import { CambrionixDriver } from '../../../../src/main/cart/cambrionix/driver';
import { Whereabouts } from '../../../../src/main/cart/sources/route';
import { Cable } from '../../../peers/cambrionix/cable';
import { ManualTimers } from '../../../peers/cambrionix/manual-timers';
import type { OpenStream } from '../../../../src/main/cart/sources/byte-stream';

/** A computer with serial ports, and what hangs on each. */
function computer() {
  const timers = new ManualTimers();
  const plugged = new Map<string, Cable>();
  const opened: string[] = [];
  const cable = (serial: string): Cable => {
    const hub = new SimulatedHub({ timers, serial, seed: serial.length }).fill();
    return new Cable(hub, timers);
  };
  const openAt =
    (path: string): OpenStream =>
    () => {
      opened.push(path);
      const there = plugged.get(path);
      return there
        ? there.open()
        : Promise.reject(Object.assign(new Error('no such port'), { code: 'ENOENT' }));
    };
  const others: { path: string; label: string; hubLike: boolean }[] = [];
  const whereabouts = new Whereabouts(
    () =>
      Promise.resolve([
        ...[...plugged.keys()].map((path) => ({ path, label: path, hubLike: true })),
        ...others,
      ]),
    openAt,
  );
  const driver = (path: string, serial?: string): CambrionixDriver => {
    const one = new CambrionixDriver(whereabouts.route(path, serial), timers, () => undefined);
    one.start();
    return one;
  };
  return { timers, plugged, opened, cable, driver, others };
}

const USB0 = '/dev/ttyUSB0';
const USB1 = '/dev/ttyUSB1';

describe('the way to a serial hub', () => {
  it('two cables swapped while the computer runs: each hub is read as itself', async () => {
    const { timers, plugged, cable, driver } = computer();
    const [left, right] = [cable('LEFT0001'), cable('RIGHT002')];
    plugged.set(USB0, left).set(USB1, right);
    const [first, second] = [driver(USB0, 'LEFT0001'), driver(USB1, 'RIGHT002')];
    await timers.advance(6_000);
    expect([first.snapshot.status, second.snapshot.status]).toEqual(['answering', 'answering']);

    left.pull();
    right.pull();
    plugged.set(USB0, right).set(USB1, left);
    left.putBack();
    right.putBack();
    await timers.advance(30_000);
    expect(first.snapshot).toMatchObject({ status: 'answering', hardware: { serial: 'LEFT0001' } });
    expect(second.snapshot).toMatchObject({ status: 'answering', hardware: { serial: 'RIGHT002' } });
    first.stop();
    second.stop();
    expect(timers.pending).toBe(0);
  });

  it('swapped while it was off: found at the next start', async () => {
    const { timers, plugged, cable, driver } = computer();
    plugged.set(USB1, cable('LEFT0001')).set(USB0, cable('RIGHT002'));
    const [first, second] = [driver(USB0, 'LEFT0001'), driver(USB1, 'RIGHT002')];
    await timers.advance(30_000);
    expect(first.snapshot).toMatchObject({ status: 'answering', hardware: { serial: 'LEFT0001' } });
    expect(second.snapshot).toMatchObject({ status: 'answering', hardware: { serial: 'RIGHT002' } });
    first.stop();
    second.stop();
  });

  it('plugged again under another name: found again, the robot beside it never opened', async () => {
    const { timers, plugged, opened, cable, driver, others } = computer();
    const hub = cable('LEFT0001');
    plugged.set(USB0, hub);
    others.push({ path: '/dev/ttyACM3', label: 'robot', hubLike: false });
    const one = driver(USB0);
    await timers.advance(6_000);
    expect(one.snapshot.status).toBe('answering');
    hub.pull();
    plugged.delete(USB0);
    plugged.set(USB1, hub);
    hub.putBack();
    await timers.advance(30_000);
    expect(one.snapshot).toMatchObject({ status: 'answering', hardware: { serial: 'LEFT0001' } });
    expect(opened).not.toContain('/dev/ttyACM3');
    one.stop();
  });

  it('another hub on its cable is not taken for it, and is said', async () => {
    const { timers, plugged, cable, driver } = computer();
    plugged.set(USB0, cable('RIGHT002'));
    const one = driver(USB0, 'LEFT0001');
    await timers.advance(20_000);
    expect(one.snapshot).toMatchObject({ status: 'lost', why: 'anotherBox', ports: [] });
    one.stop();
  });

  it('a hub that was never given a number is known by its cable', async () => {
    const { timers, plugged, cable, driver } = computer();
    plugged.set(USB0, cable('000000'));
    const one = driver(USB0, '000000');
    await timers.advance(6_000);
    expect(one.snapshot.status).toBe('answering');
    expect(one.snapshot.hardware?.serial).toBeUndefined();
    one.stop();
  });
});
