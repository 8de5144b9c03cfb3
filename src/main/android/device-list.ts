/**
 * What `adb devices -l` says, read whole: the library's own reader throws on « no permissions » lines and drops the
 * states that need a person. Source: AOSP adb/transport.cpp (`append_transport`, `connection_state_name`).
 */

/** What stands between this computer and a tablet; each but `ready` has a gesture (locale `android.gesture.*`). */
export type TabletState =
  | 'ready'
  /** The tablet shows « Autoriser le débogage USB ? » and waits for a finger. */
  | 'unauthorised'
  /** Known to the adb server and not answering: cable, sleep, Wi-Fi left, restarted. */
  | 'offline'
  /** Linux lets this user see the tablet and not speak to it (udev rule). */
  | 'noPermission'
  /** Started in recovery, sideload or bootloader. */
  | 'maintenance'
  /** Between two states; ask again. */
  | 'connecting';

export interface ListedTablet {
  /** The name adb gives to this link: a serial number over USB, `address:port` over Wi-Fi. */
  readonly link: string;
  readonly kind: 'usb' | 'network';
  readonly state: TabletState;
  /** As the maker wrote it; absent until the tablet has authorised this computer. */
  readonly model: string | undefined;
  /** The server's number for this connection (`transport_id`): a tablet that comes back has a new one. */
  readonly connection: string;
}

const STATES: Readonly<Record<string, TabletState>> = {
  device: 'ready',
  unauthorized: 'unauthorised',
  authorizing: 'connecting',
  connecting: 'connecting',
  offline: 'offline',
  detached: 'offline',
  recovery: 'maintenance',
  rescue: 'maintenance',
  sideload: 'maintenance',
  bootloader: 'maintenance',
  host: 'offline',
};

const NETWORK_LINK = /^(?:\[[0-9a-f:.]+\]|[\w.-]+):\d{1,5}$|\._adb-tls-connect\._tcp/i;

function parseLine(line: string): ListedTablet | undefined {
  const match = /^(\S+)\s+(no permissions|\S+)(.*)$/.exec(line);
  const [, link, word, rest] = match ?? [];
  if (link === undefined || word === undefined || rest === undefined) return undefined;
  const state = word === 'no permissions' ? 'noPermission' : STATES[word];
  if (!state) return undefined;
  // adb replaces what is not a letter or a digit by `_` in these fields.
  const model = / model:(\S+)/.exec(rest)?.[1]?.replaceAll('_', ' ');
  const connection = / transport_id:(\d+)/.exec(rest)?.[1] ?? '';
  return { link, kind: NETWORK_LINK.test(link) ? 'network' : 'usb', state, model, connection };
}

/** One entry a line; lines that say nothing we know are left out. */
export function parseDeviceList(text: string): ListedTablet[] {
  return text
    .split('\n')
    .map((line) => parseLine(line.trimEnd()))
    .filter((tablet) => tablet !== undefined);
}
