/** Which sentence says what is wrong with a box, and which gesture to make: from the driver's code to a key of `locales/*\/hub.json`. */
import type { HubView } from '../../../contract/staff/cart-hubs';

type LinkKind = HubView['link']['kind'];

/** The kind of box as people call it. */
export type BoxKind = 'hub' | 'usb' | 'strip';
export const boxKind = (link: LinkKind): BoxKind =>
  link === 'usb' ? 'usb' : link === 'snmp' ? 'strip' : 'hub';

const BY_CODE: Readonly<Record<string, string>> = {
  EACCES: 'noRight',
  EPERM: 'noRight',
  LIBUSB_ERROR_ACCESS: 'noRight',
  EBUSY: 'inUse',
  LIBUSB_ERROR_BUSY: 'inUse',
  anotherBox: 'anotherBox',
  boot: 'boot',
  NO_USB: 'noUsb',
  LIBUSB_ERROR_NOT_SUPPORTED: 'notOnThisSystem',
  ECONNREFUSED: 'network',
  ETIMEDOUT: 'network',
  EHOSTUNREACH: 'network',
  ENETUNREACH: 'network',
  noAnswer: 'network',
  wrongCommunity: 'wrongCommunity',
  wrongUser: 'wrongUser',
  wrongKey: 'wrongKey',
  noSecret: 'noSecret',
  noOutlets: 'noOutlets',
  timeout: 'mute',
  silent: 'mute',
  noise: 'mute',
  garbage: 'mute',
  refused: 'mute',
};

/** Every gesture there is, for the test that holds the locale files to them. */
export const GESTURES: readonly string[] = [...new Set([...Object.values(BY_CODE), 'cable'])];

/** Without a code, or with the system's word for « gone »: the cable. */
export const gestureOf = (why: string | undefined): string =>
  (why !== undefined && Object.hasOwn(BY_CODE, why) ? BY_CODE[why] : undefined) ?? 'cable';

/** The first place that no box of the cart speaks of yet, for the next one; 1 when all are spoken of. */
export function nextPlace(hubs: readonly Pick<HubView, 'firstBay' | 'ports'>[], bays: number): number {
  const next = Math.max(
    1,
    ...hubs.map(({ firstBay, ports }) => (firstBay ?? 0) + (firstBay === null ? 0 : ports)),
  );
  return next > bays ? 1 : next;
}
