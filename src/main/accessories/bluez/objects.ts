/** What BlueZ's object tree says, read as a stranger's: any property may be absent or of another type. */
import { readAddress } from '../../../domain/accessories/recognise';
import type { BluetoothThing } from '../bluetooth';
import type { ObjectTree } from './system-bus';

const ADAPTER = 'org.bluez.Adapter1';
const DEVICE = 'org.bluez.Device1';
const BATTERY = 'org.bluez.Battery1';
/** A room full of telephones is announced too. */
const MAX_THINGS = 60;
const MAX_NAME = 80;

const isText = (value: unknown): value is string => typeof value === 'string';

export interface FoundAdapter {
  readonly path: string;
  readonly powered: boolean;
  /** For us or for any other program. */
  readonly discovering: boolean;
}

/** The adapter that is used: one that is on before one that is off, then by its name. */
export function adapterOf(tree: ObjectTree): FoundAdapter | undefined {
  return Object.entries(tree)
    .flatMap(([path, interfaces]) => {
      const adapter = interfaces[ADAPTER];
      return adapter
        ? [{ path, powered: adapter['Powered'] === true, discovering: adapter['Discovering'] === true }]
        : [];
    })
    .sort((a, b) => Number(b.powered) - Number(a.powered) || (a.path < b.path ? -1 : 1))
    .at(0);
}

export interface FoundThing extends BluetoothThing {
  readonly path: string;
}

/** A name as it may be shown: no control character, one line. */
function shown(name: unknown): string | undefined {
  if (!isText(name)) return undefined;
  const line = name.replace(/\p{C}/gu, '').trim().slice(0, MAX_NAME);
  return line === '' ? undefined : line;
}

/** What the adapter knows or hears, those it is paired with first, then the nearest. */
export function thingsOf(tree: ObjectTree, adapter: string): FoundThing[] {
  const near = new Map<string, number>();
  const things = Object.entries(tree).flatMap(([path, interfaces]): FoundThing[] => {
    const device = interfaces[DEVICE];
    if (!device || !path.startsWith(`${adapter}/`)) return [];
    const address = isText(device['Address']) ? readAddress(device['Address']) : undefined;
    if (address === undefined) return [];
    const percent = interfaces[BATTERY]?.['Percentage'];
    const rssi = device['RSSI'];
    near.set(path, typeof rssi === 'number' ? rssi : -200);
    return [
      {
        path,
        address,
        // `Alias` falls back on the address: a name is what the thing says, or what somebody gave it.
        name: shown(device['Name']),
        icon: isText(device['Icon']) ? device['Icon'] : undefined,
        paired: device['Paired'] === true,
        connected: device['Connected'] === true,
        percent: typeof percent === 'number' && percent >= 0 && percent <= 100 ? percent : undefined,
      },
    ];
  });
  return things
    .filter((each) => each.paired || each.name !== undefined)
    .sort(
      (a, b) =>
        Number(b.paired) - Number(a.paired) ||
        (near.get(b.path) ?? 0) - (near.get(a.path) ?? 0) ||
        (a.address < b.address ? -1 : 1),
    )
    .slice(0, MAX_THINGS);
}
