/**
 * The taps of a putting away that is not over: kept beside the bases of this computer (opaque ids only), so that a poste that
 * stops in the middle finds them again. What is over is a fact of the school.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { id } from '../../../contract/define';
import { writeAtomically } from '../../../store/atomic-file';
import type { ClosingWord } from '../../../domain/cart/closing';
import type { Id } from '../../../domain/id';

export interface Draft {
  /** UTC ISO instant of the first tap. */
  readonly begunAt: string;
  readonly said: ReadonlyMap<string, ClosingWord>;
}

/** Nobody goes on with yesterday's. Milliseconds. */
const LASTS = 6 * 3_600_000;

const schema = v.object({
  version: v.literal(1),
  carts: v.array(
    v.object({
      cart: id('cart'),
      begunAt: v.pipe(v.string(), v.isoTimestamp()),
      said: v.array(v.tuple([id('device'), v.picklist(['plugged', 'unplugged', 'missing'])])),
    }),
  ),
});

export class ClosingDrafts {
  readonly #drafts = new Map<Id<'cart'>, Draft>();
  #writing: Promise<void> = Promise.resolve();

  private constructor(
    private readonly path: string,
    private readonly clock: () => number,
  ) {}

  /** A file that cannot be read is as if there were none: nothing but taps is lost. */
  static async open(folder: string, clock: () => number): Promise<ClosingDrafts> {
    const drafts = new ClosingDrafts(join(folder, 'closing.json'), clock);
    try {
      const { carts } = v.parse(schema, JSON.parse(await readFile(drafts.path, 'utf8')));
      for (const { cart, begunAt, said } of carts) drafts.#drafts.set(cart, { begunAt, said: new Map(said) });
    } catch {
      // None was under way.
    }
    return drafts;
  }

  get(cart: Id<'cart'>): Draft | undefined {
    const draft = this.#drafts.get(cart);
    if (!draft) return undefined;
    const age = this.clock() - Date.parse(draft.begunAt);
    return age >= -LASTS && age <= LASTS ? draft : undefined;
  }

  /** Durable when it resolves. */
  set(cart: Id<'cart'>, draft: Draft): Promise<void> {
    this.#drafts.set(cart, draft);
    return this.#save();
  }

  async forget(cart: Id<'cart'>): Promise<void> {
    if (this.#drafts.delete(cart)) await this.#save();
  }

  #save(): Promise<void> {
    this.#writing = this.#writing
      .catch(() => undefined)
      .then(() => {
        const carts = [...this.#drafts].map(([cart, { begunAt, said }]) => ({
          cart,
          begunAt,
          said: [...said],
        }));
        return writeAtomically(this.path, `${JSON.stringify({ version: 1, carts })}\n`);
      });
    return this.#writing;
  }
}
