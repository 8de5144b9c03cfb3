import type { DeviceKind } from '../../domain/device/device';
import type { Id } from '../../domain/id';

/** A thing of the inventory, as far as adb is concerned. */
export interface SerialDevice {
  readonly id: Id<'device'>;
  readonly label: string;
  readonly kind: DeviceKind;
  readonly serial?: string | undefined;
  readonly cart?: Id<'cart'> | undefined;
}

/** Whose serial number it is, both ways; makers write it with and without dashes. */
export function serialBook(devices: () => readonly SerialDevice[]) {
  const tidy = (serial: string | undefined): string => (serial ?? '').toUpperCase().replace(/[^A-Z0-9]/g, '');
  /** As adb writes it, once a tablet has been seen: the inventory may write it otherwise. */
  const heard = new Map<string, string>();
  return {
    serialOf(device: Id<'device'>): string | undefined {
      const { serial } = devices().find(({ id }) => id === device) ?? {};
      return serial === undefined ? undefined : (heard.get(tidy(serial)) ?? serial);
    },
    deviceOf(serial: string): Id<'device'> | undefined {
      const key = tidy(serial);
      if (key === '') return undefined;
      heard.set(key, serial);
      return devices().find((one) => tidy(one.serial) === key)?.id;
    },
    list: () =>
      devices()
        .filter(({ serial, kind }) => serial !== undefined && kind === 'tablet')
        .map(({ id, label, kind, cart }) => ({ id, label, kind, ...(cart && { cartId: cart }) })),
  };
}
