import type { cartSetsSubject } from '../../../contract/staff/cart-sets';
import type { StaffHandlers } from '../../capability';
import type { CartSetsService } from './types';

export const cartSetsRoutes = (service: CartSetsService) =>
  ({
    list: ({ actor }, input) => service.list(actor, input),
    read: ({ actor }, input) => service.read(actor, input),
    create: ({ actor }, input) => service.create(actor, input),
    edit: ({ actor }, input) => service.edit(actor, input),
    remove: ({ actor }, input) => service.remove(actor, input),
    restore: ({ actor }, input) => service.restore(actor, input),
    place: ({ actor }, input) => service.place(actor, input),
    swap: ({ actor }, input) => service.swap(actor, input),
    empty: ({ actor }, input) => service.empty(actor, input),
    leave: ({ actor }, input) => service.leave(actor, input),
    settle: ({ actor }, input) => service.settle(actor, input),
    putBack: ({ actor }, input) => service.putBack(actor, input),
    plugged: ({ actor }, input) => service.plugged(actor, input),
    move: ({ actor }, input) => service.move(actor, input),
    lend: ({ actor }, input) => service.lend(actor, input),
    takeBack: ({ actor }, input) => service.takeBack(actor, input),
    undo: ({ actor }, input) => service.undo(actor, input),
    week: ({ actor }, input) => service.week(actor, input),
    book: ({ actor }, input) => service.book(actor, input),
    cancel: ({ actor }, input) => service.cancel(actor, input),
    today: ({ actor }, input) => service.today(actor, input),
  }) satisfies StaffHandlers<typeof cartSetsSubject>;
