/** From what the inventory knows to what the screens show. */
import type { AccessoryView, NearbyView } from '../../contract/staff/accessories';
import { batteryEvidence, type BatteryReading } from '../../domain/accessories/battery';
import { hasBattery } from '../../domain/accessories/catalogue';
import { recognise, type Nearby } from '../../domain/accessories/recognise';
import type { Id } from '../../domain/id';
import type { AccessoryStanding } from '../../domain/inventory/accessory';
import type { AccessoryKind } from '../../domain/inventory/record';
import type { BluetoothThing } from './bluetooth';

export interface ViewContext {
  readonly now: number;
  readonly poste: string;
  readonly labelOf: (device: Id<'device'>) => string | undefined;
  /** What this computer read of its battery; a person's word comes with the record. */
  readonly heard: (accessory: Id<'accessory'>) => readonly BatteryReading[];
}

export function accessoryView(one: AccessoryStanding, context: ViewContext): AccessoryView {
  const { id, label, kind, code, serial, link, address, state, since, paired } = one;
  const said: BatteryReading[] = one.battery ? [{ ...one.battery, source: 'person' }] : [];
  const has = hasBattery(kind, link);
  const battery = has ? batteryEvidence([...context.heard(id), ...said], context.now) : undefined;
  return {
    id,
    label,
    kind,
    code,
    serial,
    link,
    address,
    state,
    since,
    class: one.class,
    goesWith: goesWith(one, context),
    disputed: one.bindingDisputed,
    pairedAt: paired?.at,
    check: paired?.check,
    hasBattery: has,
    battery,
  };
}

function goesWith(
  { binding }: AccessoryStanding,
  { labelOf, poste }: ViewContext,
): AccessoryView['goesWith'] {
  switch (binding?.kind) {
    case 'device': {
      const label = labelOf(binding.device);
      // A device whose record has not come yet from another poste is nothing one can show.
      return label === undefined ? null : { ...binding, label };
    }
    case 'bay':
      return binding;
    case 'poste':
      return { kind: 'poste', here: binding.poste === poste };
    case undefined:
      return null;
  }
}

/** freedesktop's icon names as BlueZ derives them from the class of device. */
const KIND_OF_ICON: Readonly<Record<string, AccessoryKind>> = {
  'audio-headset': 'headset',
  'audio-headphones': 'headset',
  'audio-card': 'headset',
  'input-keyboard': 'keyboard',
  'input-mouse': 'mouse',
  'input-tablet': 'stylus',
  'camera-video': 'camera',
  'camera-photo': 'camera',
};

export function bluetoothNearby(thing: BluetoothThing): Nearby & { paired: boolean; connected: boolean } {
  const { address, name, icon, paired, connected } = thing;
  const kind = icon === undefined ? undefined : KIND_OF_ICON[icon];
  return { key: `bt ${address}`, by: 'bluetooth', address, name, kind, paired, connected };
}

export function nearbyView(
  seen: Nearby & { paired?: boolean; connected?: boolean },
  known: readonly AccessoryStanding[],
): NearbyView {
  const { sure, maybe } = recognise(seen, known);
  return { ...seen, usb: seen.usb && { ...seen.usb }, accessory: sure?.id, maybe: maybe.map(({ id }) => id) };
}
