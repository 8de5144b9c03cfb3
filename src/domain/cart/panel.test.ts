import { describe, expect, it } from 'vitest';
import { isNearAddress, isSerialPath } from './hub-link';
import { panelState } from './panel';
import type { CartFact } from './put-away';

const NOW = Date.parse('2026-11-20T08:00:00.000Z');
const devices = Array.from({ length: 15 }, (_, i) => ({
  device: `device_${String(i + 1)}` as const,
  number: i + 1,
  bay: i + 1,
}));
const putAway: CartFact = {
  id: 'p',
  kind: 'putAway',
  at: '2026-11-19T15:25:00.000Z',
  entries: devices.map((one) => ({ device: one.device, state: 'plugged' })),
  replaces: [],
};

describe('the panel of a cart', () => {
  it('guesses, then knows, device by device', () => {
    const silent = panelState(
      { bays: 15, devices, ofBay: new Map(), ofDevice: new Map(), facts: [putAway] },
      NOW,
    );
    expect(silent.summary).toMatchObject({ total: 15, probable: 15 });
    expect(silent.probable).toMatchObject([{ count: 15, since: putAway.at }]);

    const at = new Date(NOW).toISOString();
    const awake = panelState(
      {
        bays: 15,
        devices,
        ofBay: new Map([[2, [{ source: 'hub', value: { power: 'empty' }, at }]]]),
        ofDevice: new Map([['device_1', [{ source: 'device', value: { percent: 80 }, at }]]]),
        facts: [putAway],
      },
      NOW,
    );
    expect(awake.summary).toMatchObject({ ready: 1, missing: 1, probable: 13 });
    expect(awake.probable[0]?.count).toBe(13);
  });

  it('shows a place without a device, and counts it nowhere', () => {
    const state = panelState(
      { bays: 3, devices: devices.slice(0, 2), ofBay: new Map(), ofDevice: new Map(), facts: [] },
      NOW,
    );
    expect(state.bays[2]).toMatchObject({ device: null, readiness: null });
    expect(state.summary).toMatchObject({ total: 2, unknown: 2 });
    expect(state.probable).toEqual([]);
  });
});

describe('addresses of a hub', () => {
  it.each([
    '127.0.0.1',
    'localhost',
    '10.1.2.3',
    '172.31.0.9',
    '192.168.1.20',
    '169.254.3.4',
    '::1',
    'fd12::1',
    'fe80::1',
  ])('takes %s', (host) => {
    expect(isNearAddress(host)).toBe(true);
  });
  it.each([
    '8.8.8.8',
    '172.32.0.1',
    '10.0.0',
    '10.0.0.256',
    'hub.example.org',
    '::ffff:8.8.8.8',
    '2001:db8::1',
    '127.0.0.1.example.org',
    '',
    'fe80::1%eth0',
  ])('refuses %j', (host) => {
    expect(isNearAddress(host)).toBe(false);
  });
  it('takes device files and COM ports only', () => {
    for (const path of [
      '/dev/ttyUSB0',
      '/dev/serial/by-id/usb-FTDI_A1-if00',
      '/dev/cu.usbserial-A1',
      '/dev/pts/3',
      'COM12',
    ])
      expect(isSerialPath(path)).toBe(true);
    for (const path of ['/etc/passwd', '/dev/../etc/passwd', 'ttyUSB0', 'COM0', '/dev/', '/dev/a b'])
      expect(isSerialPath(path)).toBe(false);
  });
});
