/** What is done on the cart's screen. Done at once, told in one line, taken back by « Annuler ». */
import { shallowRef } from 'vue';
import { useI18n } from 'vue-i18n';
import { useToasts } from '../../kit';
import { useFailure } from '../failure';
import type { HubLink } from '../../../domain/cart/hub-link';
import type { BayPower } from '../../../domain/cart/evidence';
import type { CartPanelView, HubView } from '../../../contract/staff/cart';
import type { StaffClient } from '../client';

type CartId = CartPanelView['cart']['id'];

export function useCartActions(
  staff: Pick<StaffClient, 'request'>,
  cart: () => CartId,
  refresh: () => Promise<void>,
) {
  const { t } = useI18n();
  const toasts = useToasts();
  const { guard } = useFailure();
  const ports = shallowRef<readonly { path: string; label: string }[]>([]);

  async function attempt(run: () => Promise<void>): Promise<void> {
    await guard(run);
    await refresh();
  }

  const undoable = (title: string, event: `event_${string}`): void => {
    const of = cart();
    toasts.show({
      title,
      undo: () => void attempt(async () => void (await staff.request('cart.undo', { cart: of, event }))),
    });
  };

  return {
    ports,
    putAway: (except: { unplugged: number[]; missing: number[] } = { unplugged: [], missing: [] }) =>
      attempt(async () => {
        const { event } = await staff.request('cart.putAway', { cart: cart(), ...except });
        undoable(t('cart.putAway.done'), event);
      }),
    takeOut: () =>
      attempt(async () => {
        const { event } = await staff.request('cart.takeOut', { cart: cart() });
        undoable(t('cart.takeOut.done'), event);
      }),
    note: (bay: number, seen: { power?: BayPower }) =>
      attempt(async () => void (await staff.request('cart.note', { cart: cart(), bay, ...seen }))),
    lookForPorts: () =>
      attempt(async () => {
        ports.value = (await staff.request('cart.serialPorts', {})).ports;
      }),
    addHub: (hub: { link: HubLink; firstBay: number }) =>
      attempt(async () => void (await staff.request('cart.addHub', { cart: cart(), ...hub }))),
    removeHub: (hub: HubView['id']) =>
      attempt(async () => void (await staff.request('cart.removeHub', { hub }))),
  };
}
