/** What is done on the cart's screen. Done at once, told in one line, taken back by « Annuler ». */
import { shallowRef } from 'vue';
import { useI18n } from 'vue-i18n';
import { isPreauError } from '../../../domain/errors';
import type { HubLink } from '../../../domain/cart/hub-link';
import type { BayPower } from '../../../domain/cart/evidence';
import type { CartPanelView, HubView } from '../../../contract/staff/cart';
import type { ToastInput } from '../../kit';
import type { CartLink } from './use-cart-panel';

type CartId = CartPanelView['cart']['id'];

export function useCartActions(
  link: CartLink,
  cart: () => CartId,
  toasts: { show(input: ToastInput): number },
  refresh: () => Promise<void>,
) {
  const { t } = useI18n();
  const ports = shallowRef<readonly { path: string; label: string }[]>([]);

  async function attempt(run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      const code = isPreauError(error) ? error.code : 'INTERNAL';
      toasts.show({ title: t(`errors.${code}`), tone: 'bad' });
    }
    await refresh();
  }

  const undoable = (title: string, event: `event_${string}`): void => {
    const of = cart();
    toasts.show({
      title,
      undo: () => void attempt(async () => void (await link.request('cart.undo', { cart: of, event }))),
    });
  };

  return {
    ports,
    putAway: (except: { unplugged: number[]; missing: number[] } = { unplugged: [], missing: [] }) =>
      attempt(async () => {
        const { event } = await link.request('cart.putAway', { cart: cart(), ...except });
        undoable(t('cart.putAway.done'), event);
      }),
    takeOut: () =>
      attempt(async () => {
        const { event } = await link.request('cart.takeOut', { cart: cart() });
        undoable(t('cart.takeOut.done'), event);
      }),
    note: (bay: number, seen: { power?: BayPower }) =>
      attempt(async () => void (await link.request('cart.note', { cart: cart(), bay, ...seen }))),
    lookForPorts: () =>
      attempt(async () => {
        ports.value = (await link.request('cart.serialPorts', {})).ports;
      }),
    addHub: (hub: { link: HubLink; firstBay: number }) =>
      attempt(async () => void (await link.request('cart.addHub', { cart: cart(), ...hub }))),
    removeHub: (hub: HubView['id']) =>
      attempt(async () => void (await link.request('cart.removeHub', { hub }))),
  };
}
