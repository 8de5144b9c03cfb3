/**
 * What the carts' documents say, read once and again only when one changes: a panel is derived at every change of a hub,
 * and a school year holds hundreds of facts.
 */
import { readAll } from './documents';
import type { ChargeReading } from '../../domain/cart/evidence';
import type { CartFact } from '../../domain/cart/put-away';
import type { AudienceDatabase } from '../../store/port';
import type { CartDocument } from './documents';

/** Kinds of documents that this reads, as their changes come. */
const KINDS: ReadonlySet<unknown> = new Set(['cartFact', 'cartObservation']);

export class CartBook {
  #facts: Map<string, CartFact[]> | undefined;
  #seen: Map<string, Map<number, ChargeReading>> | undefined;
  readonly #endOfChanges: () => void;

  constructor(private readonly parc: AudienceDatabase) {
    this.#endOfChanges = parc.onChange((change) => {
      // What is deleted has no body any more: retention's sweep, once in a while.
      if (change.deleted || KINDS.has(parc.get(change.id)?.body.type)) this.#forget();
    });
  }

  /** What was said of the putting away of a cart, in the order of the ids. */
  facts(cart: string): readonly CartFact[] {
    this.#facts ??= factsByCart(this.parc);
    return this.#facts.get(cart) ?? [];
  }

  /** The last word of a person on each place of a cart. */
  observations(cart: string): ReadonlyMap<number, ChargeReading> {
    this.#seen ??= lastWords(this.parc);
    return this.#seen.get(cart) ?? new Map();
  }

  close(): void {
    this.#endOfChanges();
    this.#forget();
  }

  #forget(): void {
    this.#facts = undefined;
    this.#seen = undefined;
  }
}

function factsByCart(parc: AudienceDatabase): Map<string, CartFact[]> {
  const byCart = new Map<string, CartFact[]>();
  for (const { _id, cart, kind, at, entries, replaces, voids, class: of } of readAll(parc, 'cartFact')) {
    const fact: CartFact = {
      id: _id,
      kind,
      at,
      entries: entries.map(({ device, state }) => ({ device, state })),
      replaces,
      ...(voids === undefined ? {} : { voids }),
      ...(of === undefined ? {} : { class: of }),
    };
    const facts = byCart.get(cart);
    if (facts) facts.push(fact);
    else byCart.set(cart, [fact]);
  }
  return byCart;
}

function lastWords(parc: AudienceDatabase): Map<string, Map<number, ChargeReading>> {
  const last = new Map<string, Map<number, CartDocument<'cartObservation'>>>();
  for (const seen of readAll(parc, 'cartObservation')) {
    const ofCart = last.get(seen.cart) ?? new Map<number, CartDocument<'cartObservation'>>();
    const before = ofCart.get(seen.bay);
    if (!before || before.at < seen.at || (before.at === seen.at && before._id < seen._id))
      ofCart.set(seen.bay, seen);
    last.set(seen.cart, ofCart);
  }
  return new Map(
    [...last].map(([cart, ofCart]) => [
      cart,
      new Map(
        [...ofCart].flatMap(([bay, { power, percent, at }]): [number, ChargeReading][] =>
          // Neither value: they took it back.
          power === undefined && percent === undefined
            ? []
            : [
                [
                  bay,
                  {
                    source: 'person',
                    at,
                    value: {
                      ...(power === undefined ? {} : { power }),
                      ...(percent === undefined ? {} : { percent }),
                    },
                  },
                ],
              ],
        ),
      ),
    ]),
  );
}
