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
  | 'connecting'
  /** Two tablets that answer say one serial number: nobody can know which is which. */
  | 'twin';

export interface ListedTablet {
  /**
   * How this link is asked for: adb's own name of it (a serial number over USB, `address:port` over Wi-Fi), or `transport:7` where
   * that name is another link's too, is none, or holds what a name does not.
   */
  readonly link: string;
  /** The serial number that its USB descriptor told. */
  readonly number: string | undefined;
  readonly kind: 'usb' | 'network';
  readonly state: TabletState;
  /** As the maker wrote it; absent until the tablet has authorised this computer. */
  readonly model: string | undefined;
  /** The server's number for this connection (`transport_id`): a tablet that comes back has a new one. */
  readonly connection: string;
}

const STATES: Readonly<Record<string, Exclude<TabletState, 'twin'>>> = {
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
/** What a link may be called outside of here; cheap makers burn blanks and worse. */
const PLAIN = /^[\w.:[\]-]{1,128}$/;
/** adb's words for a tablet that tells none. */
const NO_NUMBER = /^(?:\?+|\(no serial number\))$/;
const LINE = new RegExp(`^(.+?)\\s+(no permissions|${Object.keys(STATES).join('|')})(?=\\s|$)(.*)$`);
/** A state that a later adb has: the tablet is there, and nothing can be asked of it. */
const OTHER_LINE = /^(.+?)\s+(\S+)(\s.*transport_id:\d+.*)$/;

function parseLine(line: string): (ListedTablet & { readonly name: string }) | undefined {
  const [, name, word, rest] = LINE.exec(line) ?? OTHER_LINE.exec(line) ?? [];
  if (name === undefined || word === undefined || rest === undefined) return undefined;
  const state = word === 'no permissions' ? 'noPermission' : (STATES[word] ?? 'offline');
  // adb replaces what is not a letter or a digit by `_` in these fields.
  const model = / model:(\S+)/.exec(rest)?.[1]?.replaceAll('_', ' ');
  const connection = / transport_id:(\d{1,18})/.exec(rest)?.[1] ?? '';
  const kind = NETWORK_LINK.test(name) ? 'network' : 'usb';
  const number = kind === 'network' || NO_NUMBER.test(name) ? undefined : name;
  const link = PLAIN.test(name) ? name : `transport:${connection}`;
  return { name, link, number, kind, state, model, connection };
}

/** One entry a line; lines that say nothing we know are left out. */
export function parseDeviceList(text: string): ListedTablet[] {
  const found = text
    .split('\n')
    .map((line) => parseLine(line.slice(0, MAX_LINE).trimEnd()))
    .filter((tablet) => tablet !== undefined);
  const times = new Map<string, number>();
  for (const { name } of found) times.set(name, (times.get(name) ?? 0) + 1);
  return found.map(({ name, ...tablet }) =>
    times.get(name) === 1 ? tablet : { ...tablet, link: `transport:${tablet.connection}` },
  );
}
/** adb's own lines are a fraction of it. */
const MAX_LINE = 1_000;
