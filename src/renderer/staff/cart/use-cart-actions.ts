/** What is done on the cart's screen. Done at once, told in one line, taken back by « Annuler ». */
import { useI18n } from 'vue-i18n';
import { useToasts } from '../../kit';
import { useFailure } from '../failure';
import type { BayPower } from '../../../domain/cart/evidence';
import type { CartPanelView } from '../../../contract/staff/cart';
import type { HubView } from '../../../contract/staff/cart-hubs';
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
    putAway: () =>
      attempt(async () => {
        const { event } = await staff.request('cart.putAway', {
          cart: cart(),
          unplugged: [],
          missing: [],
        });
        undoable(t('cart.putAway.done'), event);
      }),
    takeOut: () =>
      attempt(async () => {
        const { event } = await staff.request('cart.takeOut', { cart: cart() });
        undoable(t('cart.takeOut.done'), event);
      }),
    undo: (event: `event_${string}` | undefined) =>
      attempt(async () => {
        if (event) await staff.request('cart.undo', { cart: cart(), event });
      }),
    note: (bay: number, seen: { power?: BayPower }) =>
      attempt(async () => void (await staff.request('cart.note', { cart: cart(), bay, ...seen }))),
    removeHub: (hub: HubView['id']) =>
      attempt(async () => void (await staff.request('cart.removeHub', { hub }))),
  };
}
