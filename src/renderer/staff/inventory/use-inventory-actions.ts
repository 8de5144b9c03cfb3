import { useI18n } from 'vue-i18n';
import type { InventoryAccessory, InventoryDevice } from '../../../contract/staff/inventory';
import { useToasts } from '../../kit';
import { useStaff } from '../client';
import { useFailure } from '../failure';
import type { AnyThing } from './use-inventory';

/** What one does to a thing in one gesture; each says what it did and can be undone. */
export function useInventoryActions(): {
  pair: (accessory: InventoryAccessory, device: InventoryDevice | null) => Promise<void>;
  setState: (thing: AnyThing, state: AnyThing['state']) => Promise<void>;
} {
  const { t } = useI18n();
  const staff = useStaff();
  const toasts = useToasts();
  const { guard } = useFailure();

  function said(title: string, undo: () => Promise<unknown>): void {
    toasts.show({
      title,
      undoLabel: t('inventory.sheet.undo'),
      undo: () => void guard(undo),
    });
  }
  return {
    async pair(accessory, device) {
      const before = accessory.device;
      const done = await guard(() =>
        staff.request('inventory.pair', { accessory: accessory.id, device: device?.id ?? null }),
      );
      if (!done) return;
      const title = device
        ? t('inventory.sheet.paired', { accessory: accessory.label, device: device.label })
        : t('inventory.sheet.unpaired', { accessory: accessory.label });
      said(title, () => staff.request('inventory.pair', { accessory: accessory.id, device: before }));
    },
    async setState(thing, state) {
      const before = thing.state;
      const done = await guard(() => staff.request('inventory.setState', { of: thing.id, state }));
      if (!done) return;
      said(
        t('inventory.sheet.stateSaved', { label: thing.label, state: t(`inventory.state.${state}`) }),
        () => staff.request('inventory.setState', { of: thing.id, state: before }),
      );
    },
  };
}
