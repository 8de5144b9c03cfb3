/** One set, kept up to date, and what is done to it: done at once, told in one line, taken back by « Annuler ». */
import { onScopeDispose, shallowRef } from 'vue';
import { useI18n } from 'vue-i18n';
import type { InputOf, ReplyOf } from '../../../../contract/define';
import type { StaffContract } from '../../../../contract/staff';
import type { PlaceInput } from '../../../../contract/staff/cart-sets';
import type { Id } from '../../../../domain/id';
import { useToasts } from '../../../kit';
import { useStaff } from '../../client';
import { useFailure } from '../../failure';
import { later } from './use-sets';

export type SetPageView = ReplyOf<StaffContract, 'sets.read'>;

export function useSet(cart: () => Id<'cart'>) {
  const staff = useStaff();
  const toasts = useToasts();
  const { guard } = useFailure();
  const { t } = useI18n();
  const view = shallowRef<SetPageView>();
  const failure = shallowRef<unknown>();

  async function load(): Promise<void> {
    try {
      view.value = await staff.request('sets.read', { cart: cart() });
      failure.value = undefined;
    } catch (error) {
      failure.value = error;
    }
  }
  const loadLater = later(load);
  const ends = [
    staff.on('sets.changed', (changed) => {
      if (changed.cart === cart()) void load();
    }),
    staff.on('cart.changed', (changed) => {
      if (changed.cart === cart()) loadLater();
    }),
  ];
  const timer = setInterval(() => void load(), 60_000);
  onScopeDispose(() => {
    for (const end of ends) end();
    clearInterval(timer);
  });
  void load();

  const undoPlaces = (title: string, before: readonly PlaceInput[]): void => {
    toasts.show({
      title,
      undo: () =>
        void guard(async () => {
          await staff.request('sets.putBack', { before: [...before] });
          await load();
        }),
    });
  };
  const undoEvent = (title: string, event: Id<'event'>): void => {
    const of = cart();
    toasts.show({
      title,
      undo: () =>
        void guard(async () => {
          await staff.request('sets.undo', { cart: of, event });
          await load();
        }),
    });
  };
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    await guard(work);
    await load();
  };

  return {
    view,
    failure,
    load,
    undoPlaces,
    undoEvent,
    swap: (a: number, b: number) =>
      attempt(async () => {
        const { before } = await staff.request('sets.swap', { cart: cart(), a, b });
        undoPlaces(t('sets.done.swapped', { a, b }), before);
      }),
    empty: (bay: number, keep: boolean) =>
      attempt(async () => {
        const { before } = await staff.request('sets.empty', { cart: cart(), bay, keep });
        undoPlaces(t('sets.done.emptied', { bay }), before);
      }),
    leave: (device: Id<'device'>, label: string) =>
      attempt(async () => {
        const { before } = await staff.request('sets.leave', { cart: cart(), device });
        undoPlaces(t('sets.done.left', { device: label }), before);
      }),
    settle: (bay: number, device: Id<'device'>, label: string) =>
      attempt(async () => {
        const { before } = await staff.request('sets.settle', { cart: cart(), bay, device });
        undoPlaces(t('sets.done.settled', { bay, device: label }), before);
      }),
    move: (room: string) =>
      attempt(async () => {
        const { event } = await staff.request('sets.move', { cart: cart(), room });
        undoEvent(t('sets.done.moved', { room }), event);
      }),
    takeBack: (loan: Id<'event'>) =>
      attempt(async () => {
        const { event } = await staff.request('sets.takeBack', { cart: cart(), loan });
        undoEvent(t('sets.done.back'), event);
      }),
    edit: (input: Omit<InputOf<StaffContract, 'sets.edit'>, 'cart'>) =>
      staff.request('sets.edit', { cart: cart(), ...input }),
  };
}
export type SetActions = ReturnType<typeof useSet>;
