import type { PairingRefusal } from '../../../contract/staff/accessories';

/** A failed call to BlueZ, as the person in front of it may act on it. */
export class PairingFailed extends Error {
  override readonly name = 'PairingFailed';
  constructor(
    readonly why: PairingRefusal,
    options?: ErrorOptions,
  ) {
    super(why, options);
  }
}

/** `org.bluez.Error.*` (BlueZ doc/org.bluez.Device.rst, Pair and Connect) and what stands for a service that went away. */
const BY_NAME: Readonly<Record<string, PairingRefusal>> = {
  'org.bluez.Error.AuthenticationFailed': 'wrongCode',
  'org.bluez.Error.AuthenticationRejected': 'refused',
  'org.bluez.Error.AuthenticationCanceled': 'cancelled',
  'org.bluez.Error.AuthenticationTimeout': 'timeout',
  'org.bluez.Error.ConnectionAttemptFailed': 'notThere',
  'org.bluez.Error.DoesNotExist': 'notThere',
  'org.bluez.Error.InProgress': 'busy',
  'org.bluez.Error.NotReady': 'adapterOff',
  'org.freedesktop.DBus.Error.UnknownObject': 'notThere',
  'org.freedesktop.DBus.Error.UnknownMethod': 'notThere',
  'org.freedesktop.DBus.Error.ServiceUnknown': 'noService',
  'org.freedesktop.DBus.Error.NameHasNoOwner': 'noService',
  'org.freedesktop.DBus.Error.NoReply': 'timeout',
};

/** Words BlueZ puts under `Failed` and `ConnectionAttemptFailed` (src/error.c). */
const BY_WORDS: readonly (readonly [RegExp, PairingRefusal])[] = [
  [/page[- ]timeout|host is down|abort-by-(local|remote)|connection-timeout/i, 'notThere'],
  [/not[- ]powered|adapter-not-powered|resource not ready/i, 'adapterOff'],
  [/busy|in progress/i, 'busy'],
];

const text = (error: unknown, field: 'dbusName' | 'code' | 'message'): string => {
  const value: unknown =
    typeof error === 'object' && error !== null && field in error
      ? (error as Readonly<Record<string, unknown>>)[field]
      : undefined;
  return typeof value === 'string' ? value : '';
};

/** BlueZ already has what was asked: nothing failed. */
export const isAlready = (error: unknown): boolean =>
  ['org.bluez.Error.AlreadyExists', 'org.bluez.Error.AlreadyConnected'].includes(text(error, 'dbusName'));

export function refusalOf(error: unknown): PairingRefusal {
  if (error instanceof PairingFailed) return error.why;
  const code = text(error, 'code');
  if (code === 'ETIMEDOUT') return 'timeout';
  if (code === 'ECONNCLOSED' || code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'EACCES')
    return 'noService';
  const words = text(error, 'message');
  const said = BY_WORDS.find(([pattern]) => pattern.test(words))?.[1];
  return said ?? BY_NAME[text(error, 'dbusName')] ?? 'unknown';
}
