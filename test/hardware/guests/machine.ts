/** The virtual machine itself: what the other guests take for granted. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { hardwareTests, until } from '../guest';

const DEVICES = '/sys/bus/usb/devices';
const products = (): string[] =>
  readdirSync(DEVICES).flatMap((name) => {
    try {
      return [readFileSync(`${DEVICES}/${name}/product`, 'utf8').trim()];
    } catch {
      return [];
    }
  });

await hardwareTests({
  'a device plugged into the hub is seen, and seen to go': async (host) => {
    assert.equal(products().includes('QEMU USB Tablet'), false);
    await host.monitor('device_add usb-tablet,bus=xhci.0,port=1.3,id=tablet');
    await until('the tablet', () => products().includes('QEMU USB Tablet'));
    await host.monitor('device_del tablet');
    await until('no tablet', () => !products().includes('QEMU USB Tablet'));
  },
});
