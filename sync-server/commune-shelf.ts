import type { Audience } from '../src/domain/audience';
import { parseAudience } from '../src/domain/audience';
import {
  chainOf,
  refusalKey,
  type Head,
  type Parcel,
  type ParcelShelf,
  type Refusal,
  type RefusalShelf,
} from '../src/exchange';
import type { SchoolCache } from './school-cache';
import type { ShelfDocument } from './store/shelf';

/**
 * Parcels of a school, as documents whose ids sort: `p!audience!chain!from` a parcel (base64), `h!audience!chain` where
 * its chain stands, `u!…` one of an open audience that is not unpacked yet, `x!audience!chain` a chain that is being
 * dropped, `g!id` a grant, `k!audience!key` a revision key, `r!…` a refusal. A chain's head moves last, so that a crash
 * leaves a parcel that is simply offered again.
 */
const FROM_DIGITS = 16;
const number = (value: number): string => String(value).padStart(FROM_DIGITS, '0');
const parcelId = (audience: string, chain: string, from: number): string =>
  `p!${audience}!${chain}!${number(from)}`;
const waitingId = (audience: string, chain: string, from: number): string =>
  `u${parcelId(audience, chain, from).slice(1)}`;
const headId = (audience: string, chain: string): string => `h!${audience}!${chain}`;
/** Just after every id with that prefix: `!` is followed by `"` in ASCII. */
const after = (prefix: string): string => `${prefix.slice(0, -1)}"`;

/** Parcels read at a time. */
const PAGE = 50;

/**
 * Lets go of everything of an audience: its year is over. Keys go first, so that nothing is unpacked any more, and the
 * heads last: while one is there, a gateway that died on the way is taken up again.
 * @param destroy the audience's base
 */
export async function dropAudience(
  cache: SchoolCache,
  audience: Audience,
  destroy: () => Promise<void>,
): Promise<void> {
  const drop = async (kind: string): Promise<void> => {
    // A refusal's name is cut with another sign (refusalKey).
    const prefix = kind === 'r' ? `r!${audience}|` : `${kind}!${audience}!`;
    await cache.remove(cache.all(prefix).map(({ _id }) => _id));
  };
  for (const kind of ['k', 'u', 'r', 'x']) await drop(kind);
  await destroy();
  const prefix = `p!${audience}!`;
  for (;;) {
    const page = await cache.shelf.range(prefix, after(prefix), PAGE);
    if (page.length === 0) break;
    await cache.shelf.removeAll(page);
  }
  await drop('h');
}

/** Audiences of which something small is here: where chains stand, keys, parcels that wait. */
export const audiencesIn = (cache: SchoolCache): ReadonlySet<Audience> =>
  new Set(
    ['h!', 'k!', 'u!', 'x!'].flatMap((kind) => cache.all(kind).map(({ _id }) => _id.split('!')[1] ?? '')),
  );

export function communeShelf(cache: SchoolCache): ParcelShelf {
  const { shelf } = cache;
  const bytesOf = (held: ShelfDocument): Buffer => Buffer.from(String(held['bytes']), 'base64');
  const headOf = (held: ShelfDocument): Head => ({ to: Number(held['to']), hash: String(held['hash']) });

  /** Drops parcels of a chain that end at or before `to`, and what says that they wait. @returns how many */
  async function dropParcels(audience: Audience, chain: string, to: number): Promise<number> {
    const end = after(`p!${audience}!${chain}!`);
    for (let dropped = 0; ;) {
      const page = await shelf.range(parcelId(audience, chain, 0), end, PAGE);
      const gone = page.filter((held) => Number(held['to']) <= to);
      await cache.remove(gone.map(({ _id }) => `u${_id.slice(1)}`));
      await shelf.removeAll(gone);
      dropped += gone.length;
      if (gone.length < PAGE) return dropped;
    }
  }

  return {
    heads(audience) {
      const found = cache.all(`h!${audience}!`);
      return Promise.resolve(new Map(found.map((held) => [held._id.split('!')[2] ?? '', headOf(held)])));
    },
    vectors() {
      const out: Record<Audience, Record<string, number>> = {};
      for (const held of cache.all('h!')) {
        const [, audience = '', chain = ''] = held._id.split('!');
        if (parseAudience(audience)) (out[audience] ??= {})[chain] = Number(held['to']);
      }
      return Promise.resolve(out);
    },
    async keep(parcel, applied) {
      const { audience, from, to } = parcel.header;
      const chain = chainOf(parcel.header);
      // Sealed ones are never unpacked here: nothing waits for them.
      if (!applied && !parcel.header.sealed)
        await cache.update(waitingId(audience, chain, from), (held) => (held ? undefined : {}));
      const _id = parcelId(audience, chain, from);
      if (!(await shelf.put({ _id, to, hash: parcel.hash, bytes: parcel.bytes.toString('base64') }))) {
        const held = await shelf.get(_id);
        // Kept before a crash, or by another gateway: the same is the same. Another text is a fork, and stays out.
        if (held?.['hash'] !== parcel.hash) throw new Error('parcel: another one stands here');
      }
      await cache.update(headId(audience, chain), (held) =>
        held && Number(held['to']) >= to ? undefined : { ...held, to, hash: parcel.hash },
      );
    },
    async *after(audience, chain, seq) {
      const end = after(`p!${audience}!${chain}!`);
      const last = Number(cache.get(headId(audience, chain))?.['to'] ?? 0);
      for (let from = seq + 1; from <= last;) {
        const page = await shelf.range(parcelId(audience, chain, from), end, PAGE);
        for (const held of page) {
          // A parcel beyond the head has not been taken yet.
          if (Number(held['to']) > last) return;
          yield bytesOf(held);
          from = Number(held['to']) + 1;
        }
        if (page.length < PAGE) return;
      }
    },
    async get(audience, chain, from) {
      const held = await shelf.get(parcelId(audience, chain, from));
      return held && bytesOf(held);
    },
    async unapplied(audience) {
      const waiting = cache.all(`u!${audience}!`);
      const kept = await shelf.getAll(waiting.map((one) => `p${one._id.slice(1)}`));
      return kept.flatMap((one) => (one ? [bytesOf(one)] : []));
    },
    markApplied: (parcel: Parcel) =>
      cache.remove([waitingId(parcel.header.audience, chainOf(parcel.header), parcel.header.from)]),
    async cover(audience, covers, dropped) {
      let gone = 0;
      for (const [chain, head] of covers) {
        // `floor`: everything up to there was let go already.
        if (Number(cache.get(headId(audience, chain))?.['floor'] ?? 0) >= head.to) continue;
        await cache.update(headId(audience, chain), (held) =>
          held && Number(held['to']) >= head.to ? undefined : { ...held, ...head },
        );
        gone += await dropParcels(audience, chain, head.to);
        await cache.update(headId(audience, chain), (held) => ({ ...held, floor: head.to }));
      }
      for (const chain of dropped) {
        await cache.update(`x!${audience}!${chain}`, (held) => (held ? undefined : {}));
        await cache.remove([headId(audience, chain)]);
      }
      for (const { _id } of cache.all(`x!${audience}!`)) {
        gone += await dropParcels(audience, _id.split('!')[2] ?? '', Infinity);
        await cache.remove([_id]);
      }
      if (gone > 0) await shelf.compact();
    },
  };
}

export function communeRefusals(cache: SchoolCache): RefusalShelf {
  const idOf = (refusal: Refusal): string => `r!${refusalKey(refusal)}`;
  return {
    // The commune wrote them itself; the shape is the engine's.
    all: () => Promise.resolve(cache.all('r!').map((held) => held['refusal'] as Refusal)),
    async add(refusals) {
      for (const refusal of refusals)
        await cache.update(idOf(refusal), (held) =>
          (held?.['refusal'] as Refusal | undefined)?.reason === refusal.reason ? undefined : { refusal },
        );
    },
    remove: (refusals) => cache.remove(refusals.map(idOf)),
  };
}
