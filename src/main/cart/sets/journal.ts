import type { JournalEntry } from '../../../contract/staff/cart-sets';
import { bySaid, notUndone, type CartEvent } from '../../../domain/cart/container';
import type { Id } from '../../../domain/id';
import type { Words } from './views';

/** Who moved it, who lent it to whom, when it came back: latest first. What was taken back is not told. */
export function journalOf(events: readonly CartEvent[], words: Words): JournalEntry[] {
  const living = notUndone(events);
  return living
    .sort((a, b) => bySaid(b, a))
    .flatMap((one): JournalEntry[] => {
      const by = words.person(one.by);
      const said = { event: one.id as Id<'event'>, at: one.at, ...(by === undefined ? {} : { by }) };
      if (one.kind === 'moved') return [{ kind: 'moved', ...said, room: one.room }];
      if (one.kind === 'lent')
        return [{ kind: 'lent', ...said, bays: [...one.bays], to: words.whom(one.to), until: one.until }];
      const loan = living.find(
        ({ id, kind }) => kind === 'lent' && one.kind === 'returned' && id === one.loan,
      );
      return loan?.kind === 'lent'
        ? [{ kind: 'returned', ...said, bays: [...loan.bays], to: words.whom(loan.to) }]
        : [];
    });
}
