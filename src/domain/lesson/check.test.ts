import { describe, expect, it } from 'vitest';
import {
  causeOf,
  CAUSES,
  inNetwork,
  posteClock,
  type Cause,
  type DeviceFacts,
  type PosteFacts,
} from './check';

const POSTE: PosteFacts = {
  networks: ['192.168.1.5/24'],
  answers: true,
  clock: 'ok',
  system: 'linux',
  heardAnybody: true,
};
const AWAY: DeviceFacts = { here: false };
const DAY = 24 * 3_600_000;

/** One row a rule; what stands first in the table wins over what comes later. */
const ROWS: readonly (readonly [Cause, Partial<PosteFacts>, Partial<DeviceFacts>])[] = [
  ['ok', {}, { here: true, roundTrip: 8, kbit: 20_000 }],
  ['ok', {}, { here: true }],
  ['point-off', { networks: [], answers: false }, {}],
  ['point-off', { pointOff: true }, {}],
  ['point-off', { pointOff: true, heardAnybody: false }, { seen: 'no-wifi' }],
  ['ok', { pointOff: true }, { here: true }],
  ['isolation', { pointOff: true }, { seen: 'unreachable', address: '192.168.1.40', reachable: false }],
  ['poste-clock', { clock: 'wrong' }, { refusedCertificate: true }],
  ['wrong-date', {}, { clockOff: -11 * 365 * DAY, refusedCertificate: true }],
  ['wrong-date', {}, { here: true, clockOff: 3 * DAY }],
  ['slow', {}, { here: true, roundTrip: 900 }],
  ['slow', {}, { here: true, roundTrip: 20, kbit: 300 }],
  ['door-shut', { answers: false }, {}],
  ['old-browser', {}, { oldBrowser: true }],
  ['old-browser', {}, { seen: 'old' }],
  ['not-trusted', {}, { refusedCertificate: true }],
  ['not-trusted', {}, { seen: 'not-private' }],
  ['device-off-wifi', {}, { seen: 'no-wifi' }],
  ['other-network', {}, { address: '10.0.3.4', seen: 'unreachable' }],
  ['windows-public', { system: 'windows', profile: 'public' }, { seen: 'unreachable' }],
  ['windows-public', { system: 'windows', heardAnybody: false }, {}],
  ['isolation', {}, { seen: 'unreachable', address: '192.168.1.40', reachable: false }],
  ['isolation', { heardAnybody: false }, { seen: 'unreachable', address: '192.168.1.40' }],
  ['isolation', {}, { seen: 'unreachable' }],
  ['nobody-heard', { heardAnybody: false }, {}],
  ['asleep', {}, {}],
  ['asleep', { system: 'windows' }, { seen: 'waiting' }],
];

describe('one cause for what poste and device see', () => {
  it.each(ROWS)('%s: %o %o', (cause, poste, device) => {
    expect(causeOf({ ...POSTE, ...poste }, { ...AWAY, ...device })).toBe(cause);
  });
  it('has a row for every cause', () => {
    expect(new Set(ROWS.map(([cause]) => cause))).toEqual(new Set(CAUSES));
  });
});

describe('networks', () => {
  it.each([
    ['192.168.1.5/24', '192.168.1.200', true],
    ['192.168.1.5/24', '192.168.2.1', false],
    ['10.4.7.9/8', '10.200.0.1', true],
    ['172.16.5.130/25', '172.16.5.1', false],
    ['192.168.1.5/24', '192.168.1.5 ou presque', false],
    ['n’importe quoi', '192.168.1.5', false],
  ])('%s and %s: %s', (network, address, same) => expect(inNetwork(network, address)).toBe(same));
});

describe('the poste’s own clock', () => {
  const now = Date.parse('2027-01-12T08:00:00Z');
  it('is wrong before what it wrote itself, and where most devices agree that it is', () => {
    expect(posteClock(now, now - DAY, [])).toBe('ok');
    expect(posteClock(now, now + 30 * DAY, [])).toBe('wrong');
    expect(posteClock(now, 0, [40 * DAY, 40 * DAY + 5_000, 40 * DAY])).toBe('wrong');
    // One tablet with a flat battery proves nothing, nor two that disagree.
    expect(posteClock(now, 0, [-4_000 * DAY, 12, 800])).toBe('ok');
    expect(posteClock(now, 0, [-4_000 * DAY, 200 * DAY])).toBe('ok');
  });
});
