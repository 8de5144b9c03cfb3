/**
 * « Vérifier ma salle »: what the poste knows of itself and what is known of a device are joined into one cause, and each
 * cause has one gesture. The first rule that fits speaks; the order is that of certainty.
 */
export const SEEN = ['no-wifi', 'unreachable', 'not-private', 'old', 'waiting'] as const;
/** What an adult reads on the device. `not-private`: « Votre connexion n'est pas privée ». */
export type Seen = (typeof SEEN)[number];

export interface PosteFacts {
  /** Private addresses with their mask: `192.168.1.5/24`. Empty: on no network. */
  readonly networks: readonly string[];
  /** The door answers when the poste itself knocks at its address, with the school's certificate. */
  readonly answers: boolean;
  readonly clock: 'ok' | 'wrong';
  readonly system: 'windows' | 'mac' | 'linux';
  /** As Windows files the network it is on; unknown elsewhere. */
  readonly profile?: 'public' | 'private' | undefined;
  /** The cart's own Wi-Fi point is off, as far as its box, a person or its habit says. */
  readonly pointOff?: boolean | undefined;
  /** Some other device was heard since the check began. */
  readonly heardAnybody: boolean;
}
export interface DeviceFacts {
  /** Its line stands now. */
  readonly here: boolean;
  /** Where it called from, or what its settings say. */
  readonly address?: string | undefined;
  /** It answers when the poste knocks at it. */
  readonly reachable?: boolean | undefined;
  /** It met our certificate and would not have it. */
  readonly refusedCertificate?: boolean | undefined;
  readonly oldBrowser?: boolean | undefined;
  /** Its clock minus ours, ms. */
  readonly clockOff?: number | undefined;
  /** ms there and back, and kbit/s of a small download. */
  readonly roundTrip?: number | undefined;
  readonly kbit?: number | undefined;
  readonly seen?: Seen | undefined;
}
export const CAUSES = [
  'ok',
  'point-off',
  'poste-clock',
  'door-shut',
  'wrong-date',
  'slow',
  'old-browser',
  'not-trusted',
  'device-off-wifi',
  'other-network',
  'windows-public',
  'isolation',
  'nobody-heard',
  'asleep',
] as const;
export type Cause = (typeof CAUSES)[number];

/** ms; a certificate is refused from a day on. */
export const DATE_WRONG = 24 * 3_600_000;
/** ms and kbit/s: beyond, a class feels it. */
export const SLOW_ROUND_TRIP = 400;
export const SLOW_KBIT = 1_000;

interface Facts {
  readonly poste: PosteFacts;
  readonly device: DeviceFacts;
}
const elsewhere = ({ poste, device }: Facts): boolean =>
  device.address !== undefined && !poste.networks.some((network) => inNetwork(network, device.address ?? ''));
const dateIsWrong = ({ device }: Facts): boolean => Math.abs(device.clockOff ?? 0) > DATE_WRONG;

const RULES: readonly { readonly cause: Cause; readonly when: (facts: Facts) => boolean }[] = [
  { cause: 'point-off', when: ({ poste }) => poste.networks.length === 0 },
  { cause: 'poste-clock', when: ({ poste }) => poste.clock === 'wrong' },
  { cause: 'wrong-date', when: dateIsWrong },
  {
    cause: 'slow',
    when: ({ device }) =>
      device.here && ((device.roundTrip ?? 0) > SLOW_ROUND_TRIP || (device.kbit ?? Infinity) < SLOW_KBIT),
  },
  { cause: 'ok', when: ({ device }) => device.here },
  { cause: 'door-shut', when: ({ poste }) => !poste.answers },
  { cause: 'old-browser', when: ({ device }) => device.oldBrowser === true || device.seen === 'old' },
  {
    cause: 'not-trusted',
    when: ({ device }) => device.refusedCertificate === true || device.seen === 'not-private',
  },
  // A device whose own Wi-Fi is on finds none where its point is off: one gesture wakes them all.
  {
    cause: 'point-off',
    when: ({ poste, device }) => poste.pointOff === true && device.address === undefined,
  },
  { cause: 'device-off-wifi', when: ({ device }) => device.seen === 'no-wifi' },
  { cause: 'other-network', when: elsewhere },
  { cause: 'windows-public', when: ({ poste }) => poste.profile === 'public' },
  // Windows files a new network as public, and then lets nobody in.
  { cause: 'windows-public', when: ({ poste }) => poste.system === 'windows' && !poste.heardAnybody },
  {
    cause: 'isolation',
    when: ({ device }) =>
      device.seen === 'unreachable' && (device.reachable === false || device.address !== undefined),
  },
  { cause: 'isolation', when: ({ poste, device }) => device.seen === 'unreachable' && poste.heardAnybody },
  { cause: 'nobody-heard', when: ({ poste }) => !poste.heardAnybody },
  { cause: 'asleep', when: () => true },
];

export const causeOf = (poste: PosteFacts, device: DeviceFacts): Cause =>
  RULES.find(({ when }) => when({ poste, device }))?.cause ?? 'asleep';

/** IPv4 as 32 bits; undefined for anything else. */
function bits(address: string): number | undefined {
  const parts = address.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}
/** @param network `192.168.1.5/24` */
export function inNetwork(network: string, address: string): boolean {
  const [base = '', mask = ''] = network.split('/');
  const [ours, theirs, length] = [bits(base), bits(address), Number(mask)];
  if (ours === undefined || theirs === undefined || !(length >= 0 && length <= 32)) return false;
  const size = 2 ** (32 - length);
  return Math.floor(ours / size) === Math.floor(theirs / size);
}

/**
 * Is the poste's own clock plausible? Not when it stands before something it wrote itself, and not when two devices or
 * more agree that it is a day off.
 *
 * @param clocksOff device minus poste, ms
 */
export function posteClock(now: number, newest: number, clocksOff: readonly number[]): 'ok' | 'wrong' {
  if (now < newest - DATE_WRONG) return 'wrong';
  const off = clocksOff.filter((one) => Math.abs(one) > DATE_WRONG);
  const agree = off.some((one, at) => off.some((other, n) => n !== at && Math.abs(one - other) < DATE_WRONG));
  return agree && off.length * 2 > clocksOff.length ? 'wrong' : 'ok';
}
