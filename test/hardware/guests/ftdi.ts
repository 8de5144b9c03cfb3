/** A serial adapter that is truly plugged and unplugged: the driver of the charging hub on a port that goes and comes back. */
import assert from 'node:assert/strict';
import { SerialPort } from 'serialport';
import { CambrionixDriver } from '../../../src/main/cart/cambrionix/driver';
import { openSerial } from '../../../src/main/cart/sources/open-serial';
import { straight } from '../../../src/main/cart/sources/route';
import type { SourceSnapshot } from '../../../src/main/cart/sources/port';
import { systemTimers } from '../../../src/main/cart/timers';
import { hardwareTests, until } from '../guest';

const PATH = '/dev/ttyUSB0';
const FTDI = 'usb-serial,chardev=cable,always-plugged=on,bus=xhci.0,port=2,id=ftdi';

await hardwareTests({
  'the adapter is in the list of serial ports, with who made it': async () => {
    const ports = await until('the port', async () => {
      const found = await SerialPort.list();
      return found.some(({ path }) => path === PATH) && found;
    });
    const adapter = ports.find(({ path }) => path === PATH);
    assert.equal(adapter?.vendorId, '0403');
    assert.equal(adapter?.productId, '6001');
  },
  'pulled in the middle of polling and plugged again: said since when, then read again': async (host) => {
    const driver = new CambrionixDriver(straight(openSerial(PATH)), systemTimers, () => undefined);
    driver.start();
    const seen = (what: string, wanted: (snapshot: SourceSnapshot) => boolean): Promise<SourceSnapshot> =>
      until(what, () => wanted(driver.snapshot) && driver.snapshot, 30_000);
    const power = (snapshot: SourceSnapshot, port: number) =>
      snapshot.ports.find((one) => one.port === port)?.reading.value.power;
    try {
      const first = await seen('an answer', ({ status }) => status === 'answering');
      assert.equal(first.hardware?.serial, 'GUEST001');
      assert.equal(first.ports.length, 15);
      assert.equal(power(first, 7), 'empty');

      await host.monitor('device_del ftdi');
      const lost = await seen('the loss', ({ status }) => status === 'lost');
      assert.equal(lost.ports.length, 15);
      await seen('no such port', ({ why }) => why === 'ENOENT');

      await host.hub('plug 7');
      await host.monitor(`device_add ${FTDI}`);
      const back = await seen('it back', ({ status }) => status === 'answering');
      assert.notEqual(power(back, 7), 'empty');
    } finally {
      driver.stop();
    }
  },
});
