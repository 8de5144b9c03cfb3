/** A USB hub with power per port: who hangs where, a port that truly loses its power, the hub's own cable. */
import assert from 'node:assert/strict';
import { systemTimers } from '../../../src/main/cart/timers';
import { UsbHubDriver } from '../../../src/main/cart/usb/driver';
import { parsePort, powerPort, readPort } from '../../../src/main/cart/usb/requests';
import { nodeUsb } from '../../../src/main/cart/usb/node-usb';
import { hardwareTests, until } from '../guest';
import type { SourceSnapshot } from '../../../src/main/cart/sources/port';

/** QEMU's hub on the first port of its controller, as lsusb calls it. */
const HUB = { kind: 'usb', path: '1-1', vendorId: 0x0409, productId: 0x55aa } as const;
const KEYBOARD = 1;
const FREE = 3;
const TABLET = 'usb-tablet,bus=xhci.0,port=1.3,id=tablet,serial=CART0003';

type Seen = (what: string, wanted: (snapshot: SourceSnapshot) => boolean) => Promise<SourceSnapshot>;

/** A driver that reads the hub, and what it says awaited. */
async function reading(look: (driver: UsbHubDriver, seen: Seen) => Promise<void>): Promise<void> {
  const driver = new UsbHubDriver(HUB, nodeUsb(), systemTimers, () => undefined);
  driver.start();
  try {
    await look(driver, (what, wanted) =>
      until(what, () => wanted(driver.snapshot) && driver.snapshot, 30_000),
    );
  } finally {
    driver.stop();
  }
}

const portOf = (snapshot: SourceSnapshot, port: number) => snapshot.ports.find((one) => one.port === port);
const powerOf = (snapshot: SourceSnapshot, port: number) => portOf(snapshot, port)?.reading.value.power;

await hardwareTests({
  'is found by its class, and its descriptor says that each port is switched on its own': async () => {
    const found = await until('the hub', async () =>
      (await nodeUsb().list()).find((one) => one.hub && one.path === HUB.path),
    );
    assert.equal(found.vendorId, HUB.vendorId);
    assert.equal(found.productId, HUB.productId);
    await reading(async (_driver, seen) => {
      const first = await seen('an answer', ({ status }) => status === 'answering');
      assert.equal(first.ports.length, 8);
      assert.equal(first.switching, 'perPort');
      assert.equal(powerOf(first, KEYBOARD), 'attached');
      assert.equal(powerOf(first, FREE), 'empty');
    });
  },

  'a device is plugged and pulled: who it is and on which port, by its number': async (host) => {
    await reading(async (_driver, seen) => {
      await seen('an answer', ({ status }) => status === 'answering');
      await host.monitor(`device_add ${TABLET}`);
      const plugged = await seen('the device', (one) => portOf(one, FREE)?.device?.serial !== undefined);
      assert.equal(portOf(plugged, FREE)?.device?.vendorId, 0x0627);
      assert.equal(portOf(plugged, FREE)?.device?.serial, 'CART0003');
      assert.equal(powerOf(plugged, FREE), 'attached');
      await host.monitor('device_del tablet');
      const gone = await seen('its leaving', (one) => powerOf(one, FREE) === 'empty');
      assert.equal(portOf(gone, FREE)?.device, undefined);
    });
  },

  'a port is switched off: its device is gone; on again: it is back': async () => {
    await reading(async (driver, seen) => {
      await seen('the keyboard', (one) => portOf(one, KEYBOARD)?.device !== undefined);
      assert.deepEqual(await driver.switchPort(KEYBOARD, false), { outcome: 'done' });
      const off = await seen('no power', (one) => powerOf(one, KEYBOARD) === 'off');
      assert.equal(portOf(off, KEYBOARD)?.reading.value.portOff, true);
      await until('the system lets the keyboard go', async () =>
        (await nodeUsb().list()).every((one) => one.path !== `${HUB.path}.${String(KEYBOARD)}`),
      );
      assert.deepEqual(await driver.switchPort(KEYBOARD, true), { outcome: 'done' });
      await seen('the keyboard back', (one) => portOf(one, KEYBOARD)?.device !== undefined);
      assert.deepEqual(await driver.switchPort(9, true), { outcome: 'impossible', why: 'noSuchPort' });
    });
  },

  'a kernel without a way of its own: the hub is asked itself, and obeys': async () => {
    const hub = await nodeUsb().open(HUB.path);
    const powered = async (): Promise<boolean | undefined> =>
      parsePort(await hub.request(readPort(FREE)), false)?.powered;
    try {
      assert.equal(await powered(), true);
      await hub.request(powerPort(FREE, false));
      assert.equal(await powered(), false);
      await hub.request(powerPort(FREE, true));
      assert.equal(await powered(), true);
    } finally {
      hub.close();
    }
  },

  'the hub’s own cable is pulled and put back: lost, with what it said; read again by itself': async (
    host,
  ) => {
    await reading(async (driver, seen) => {
      await seen('an answer', ({ status }) => status === 'answering');
      await host.monitor('device_del hub');
      const lost = await seen('the loss', ({ status }) => status === 'lost');
      assert.equal(lost.ports.length, 8);
      assert.equal((await driver.switchPort(KEYBOARD, false)).outcome, 'silent');
      await host.monitor('device_add usb-hub,bus=xhci.0,port=1,port-power=on,id=hub');
      await host.monitor('device_add usb-kbd,bus=xhci.0,port=1.1,id=keyboard');
      await seen('it back', ({ status }) => status === 'answering');
      await seen('the keyboard back', (one) => portOf(one, KEYBOARD)?.device !== undefined);
    });
  },
});
