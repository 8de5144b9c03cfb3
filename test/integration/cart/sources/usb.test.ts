import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nodeUsb } from '../../../../src/main/cart/usb/node-usb';
import { UsbHubDriver } from '../../../../src/main/cart/usb/driver';
import { systemTimers } from '../../../../src/main/cart/timers';
import { needs } from '../../../needs';
import { ManualTimers } from '../../../peers/cambrionix/manual-timers';
import { HUB_IDS, SimulatedBus } from '../../../peers/usb';
import type { SourceSnapshot } from '../../../../src/main/cart/sources/port';

function bench(prepare: (bus: SimulatedBus) => void = () => undefined, serial?: string) {
  const timers = new ManualTimers();
  const bus = new SimulatedBus();
  prepare(bus);
  const history: SourceSnapshot[] = [];
  const link = { kind: 'usb', path: '1-1', ...HUB_IDS, serial } as const;
  const driver = new UsbHubDriver(link, bus, timers, (snapshot) => history.push(snapshot));
  driver.start();
  const port = (number: number) => driver.snapshot.ports.find((one) => one.port === number);
  return { timers, bus, driver, history, port };
}

const TABLET = { vendorId: 0x04e8, productId: 0x6860, serial: 'R52N30ABCDE' };

describe('a USB hub', () => {
  it('tells who was plugged on which port, at once', async () => {
    const { timers, bus, driver, port } = bench();
    await timers.advance(100);
    bus.attach(5, TABLET);
    await timers.advance(0);
    expect(port(5)).toMatchObject({ device: TABLET, reading: { value: { power: 'attached' } } });
    bus.attach(5, undefined);
    await timers.advance(0);
    expect(port(5)?.device).toBeUndefined();
    expect(port(5)?.reading.value.power).toBe('empty');
    driver.stop();
  });

  it('sees it within a poll where the system tells nothing', async () => {
    const { timers, bus, driver, port } = bench();
    await timers.advance(100);
    bus.attach(5, TABLET, false);
    await timers.advance(2_000);
    expect(port(5)?.device).toEqual(TABLET);
    driver.stop();
  });

  it('hears many plugs at once as one reading more', async () => {
    const { timers, bus, driver, port } = bench();
    await timers.advance(100);
    for (let number = 1; number <= 8; number += 1) bus.attach(number, { ...TABLET, serial: String(number) });
    await timers.advance(0);
    expect([1, 8].map((number) => port(number)?.device?.serial)).toEqual(['1', '8']);
    driver.stop();
  });

  it.each([
    ['ganged', { outcome: 'impossible', why: 'ganged' }],
    ['none', { outcome: 'impossible', why: 'readOnly' }],
  ] as const)('a hub that switches %s says that it cannot', async (switching, outcome) => {
    const { timers, bus, driver } = bench((one) => {
      one.switching = switching;
    });
    await timers.advance(100);
    expect(driver.snapshot.switching).toBe(switching);
    expect(await driver.switchPort(1, false)).toEqual(outcome);
    expect(bus.port(1).powered).toBe(true);
    driver.stop();
  });

  it('a hub that takes the order and keeps the power on is told', async () => {
    const { timers, bus, driver } = bench();
    await timers.advance(100);
    bus.deaf = true;
    expect(await driver.switchPort(1, false)).toEqual({ outcome: 'refused', code: 'unchanged' });
    driver.stop();
  });

  it('a port that refuses to answer does not hide the others', async () => {
    const { timers, bus, driver, port } = bench((one) => {
      one.port(3).broken = true;
    });
    await timers.advance(100);
    bus.attach(5, TABLET);
    await timers.advance(0);
    expect(driver.snapshot.status).toBe('answering');
    expect([port(3), port(5)?.device]).toEqual([undefined, TABLET]);
    expect(await driver.switchPort(3, false)).toMatchObject({ outcome: 'refused' });
    driver.stop();
  });

  it('a short circuit on one port is a fault there and an alert of the hub', async () => {
    const { timers, bus, driver, port } = bench();
    await timers.advance(100);
    bus.port(2).overCurrent = true;
    await timers.advance(2_000);
    expect(port(2)?.reading.value.power).toBe('fault');
    expect(driver.snapshot.alerts).toEqual(['overCurrent']);
    driver.stop();
  });

  it('is found by its number on another port; one without a number stays where it was put', async () => {
    const found = bench((bus) => {
      bus.serial = 'H42';
      bus.path = '2-1.4';
    }, 'H42');
    await found.timers.advance(100);
    expect(found.driver.snapshot.status).toBe('answering');
    found.driver.stop();
    const nameless = bench((bus) => {
      bus.path = '2-1.4';
    });
    await nameless.timers.advance(100);
    expect(nameless.driver.snapshot).toMatchObject({ status: 'lost', why: 'ENODEV' });
    nameless.driver.stop();
  });

  it.each(['LIBUSB_ERROR_ACCESS', 'LIBUSB_ERROR_NOT_SUPPORTED', 'NO_USB'])('%s is told', async (code) => {
    const { timers, bus, driver } = bench((one) => {
      one.closedTo = code;
    });
    await timers.advance(100);
    expect(driver.snapshot).toMatchObject({ status: 'lost', why: code });
    bus.closedTo = undefined;
    await timers.advance(4_000);
    expect(driver.snapshot.status).toBe('answering');
    driver.stop();
  });

  it('says nothing new while nothing changes', async () => {
    const { timers, history, driver } = bench();
    let seen = 0;
    const counting = new UsbHubDriver(
      { kind: 'usb', path: '1-1', ...HUB_IDS },
      new SimulatedBus(),
      timers,
      (_snapshot, news) => {
        if (news === 'seen') seen += 1;
      },
    );
    counting.start();
    await timers.advance(60_000);
    // Connecting, then the first reading.
    expect(seen).toBe(2);
    expect(history.length).toBeGreaterThan(20);
    counting.stop();
    driver.stop();
  });
});

const withoutUsb = process.platform === 'linux' && !existsSync('/sys/bus/usb');

describe('a machine without USB', needs(withoutUsb, 'this machine has USB'), () => {
  it('says so, and ends well', async () => {
    const bus = nodeUsb();
    await expect(bus.list()).rejects.toMatchObject({ code: 'NO_USB' });
    await expect(bus.open('1-1')).rejects.toMatchObject({ code: 'NO_USB' });
    bus.onPlug(() => undefined)();
    const snapshot = await new Promise<SourceSnapshot>((resolve) => {
      const driver = new UsbHubDriver(
        { kind: 'usb', path: '1-1', ...HUB_IDS },
        bus,
        systemTimers,
        (heard) => {
          if (heard.status !== 'lost') return;
          driver.stop();
          resolve(heard);
        },
      );
      driver.start();
    });
    expect(snapshot.why).toBe('NO_USB');
  });
});

describe('the USB of this machine', needs(!withoutUsb, 'there is no USB here'), () => {
  it('is listed with what each device is', async () => {
    for (const one of await nodeUsb().list()) expect(one.path).toMatch(/^\d+-\d+(\.\d+)*$/);
  });
});
