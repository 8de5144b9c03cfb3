import { describe, expect, it } from 'vitest';
import { isNearAddress, isSerialPath } from './hub-link';
import { panelState } from './panel';
import type { ChargeReading } from './evidence';
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

describe('before the lid is opened', () => {
  const at = (secondsAgo: number): string => new Date(NOW - secondsAgo * 1000).toISOString();
  const of = (more: Partial<Parameters<typeof panelState>[0]>) =>
    panelState({ bays: 15, devices, ofBay: new Map(), ofDevice: new Map(), facts: [putAway], ...more }, NOW);
  const says = (value: ChargeReading['value']): ChargeReading[] => [{ source: 'device', value, at: at(5) }];

  it('names those that will not last, by how long', () => {
    const foreseen = (n: number, minutes: number) => ({
      ...(devices[n - 1] ?? { device: 'device_0' as const, number: 0, bay: 0 }),
      minutesAtBell: { value: minutes, low: minutes, high: minutes },
      percentAtBell: null,
      fullAt: null,
      basis: 'measured' as const,
      because: 'level' as const,
    });
    const { short, summary } = of({
      ofDevice: new Map([
        ['device_4', says({ percent: 12 })],
        ['device_9', says({ percent: 13 })],
        ['device_2', says({ percent: 5 })],
      ]),
      forecast: () => ({
        devices: [foreseen(9, 23), foreseen(4, 20.4), foreseen(2, 8)],
        evening: [],
      }),
    });
    expect(short).toEqual([
      { minutes: 5, numbers: [2] },
      { minutes: 20, numbers: [4, 9] },
    ]);
    expect(summary).toMatchObject({ low: 3, probable: 12 });
  });

  it('says what to do tonight of what asks for it alone', () => {
    const { evening, unplugged } = of({
      facts: [
        {
          ...putAway,
          entries: putAway.entries.map((entry, i) => ({
            ...entry,
            state: i === 2 ? ('unplugged' as const) : i === 6 ? ('missing' as const) : entry.state,
          })),
        },
      ],
      // Number 7 speaks: it was found again.
      ofDevice: new Map([['device_7', says({ percent: 90 })]]),
    });
    expect(
      evening.map(({ gesture, devices: those }) => [gesture, those.map(({ number }) => number)]),
    ).toEqual([['plug', [3]]]);
    expect(unplugged).toEqual([3]);
  });

  it('looks for what is not in its place, even where nobody said that it was gone', () => {
    const { evening, bays } = of({
      ofBay: new Map([[7, [{ source: 'hub', value: { power: 'empty' }, at: at(1) }]]]),
    });
    expect(evening).toMatchObject([{ gesture: 'putBack', devices: [{ number: 7 }] }]);
    expect(bays[6]).toMatchObject({ readiness: { readiness: 'missing' }, absence: null });
  });

  it('expects nothing of what is lent, and counts it apart', () => {
    const lent = new Map([14, 15].map((bay) => [bay, { to: { kind: 'activity' as const, name: 'Échecs' }, until: at(-3600) }])); // prettier-ignore
    const { summary, bays, evening } = of({ lent, facts: [] });
    expect(summary).toMatchObject({ total: 13, lent: 2, unknown: 13 });
    expect(bays[14]?.readiness).toEqual({ readiness: 'lent', because: 'lent' });
    expect(evening.flatMap((line) => line.devices).some(({ bay }) => bay > 13)).toBe(false);
  });

  it('a week-end changes nothing, the summer ends the promise', () => {
    const after = (days: number) =>
      panelState(
        { bays: 15, devices, ofBay: new Map(), ofDevice: new Map(), facts: [putAway] },
        Date.parse(putAway.at) + days * 86_400_000,
      ).summary.probable;
    expect([after(2.6), after(16), after(60)]).toEqual([15, 15, 0]);
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
