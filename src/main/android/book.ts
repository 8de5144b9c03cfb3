import type { DeviceKind } from '../../domain/device/device';
import type { Id } from '../../domain/id';
import { serialKey } from './facts';

/** A thing of the inventory, as far as adb is concerned. */
export interface SerialDevice {
  readonly id: Id<'device'>;
  readonly label: string;
  readonly kind: DeviceKind;
  readonly serial?: string | undefined;
  readonly cart?: Id<'cart'> | undefined;
}

/** Whose serial number it is, both ways, as `serialKey` writes it. */
export function serialBook(devices: () => readonly SerialDevice[]) {
  return {
    serialOf(device: Id<'device'>): string | undefined {
      const { serial } = devices().find(({ id }) => id === device) ?? {};
      return serial === undefined ? undefined : serialKey(serial);
    },
    deviceOf(serial: string): Id<'device'> | undefined {
      const key = serialKey(serial);
      return key === '' ? undefined : devices().find((one) => serialKey(one.serial ?? '') === key)?.id;
    },
    list: () =>
      devices()
        .filter(({ serial, kind }) => serial !== undefined && kind === 'tablet')
        .map(({ id, label, kind, cart }) => ({ id, label, kind, ...(cart && { cartId: cart }) })),
  };
}
